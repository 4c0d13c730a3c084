from aftercart.kernel.apps import JourneyApp


class UiApp(JourneyApp):
    name = "aftercart.kernel.ui"
    label = "ui"
    verbose_name = "Design system"
