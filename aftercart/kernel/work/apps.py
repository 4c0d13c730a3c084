from importlib import import_module

from aftercart.kernel.apps import JourneyApp


class WorkApp(JourneyApp):
    name = "aftercart.kernel.work"
    label = "work"
    verbose_name = "Work"

    def ready(self) -> None:
        super().ready()
        for pump_module in ("running", "schedules"):
            import_module(f"{self.name}.{pump_module}")
