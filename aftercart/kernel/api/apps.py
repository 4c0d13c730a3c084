from aftercart.kernel.apps import JourneyApp


class ApiApp(JourneyApp):
    name = "aftercart.kernel.api"
    label = "api"
    verbose_name = "API"
