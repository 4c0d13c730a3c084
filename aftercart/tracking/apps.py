from importlib import import_module

from aftercart.kernel.apps import JourneyApp


class TrackingApp(JourneyApp):
    name = "aftercart.tracking"
    label = "tracking"
    verbose_name = "Tracking"

    def ready(self) -> None:
        super().ready()
        for name in ("delays_tasks", "delays_listening", "delays_desk"):
            import_module(f"aftercart.tracking.{name}")
