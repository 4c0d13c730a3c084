from aftercart.kernel.apps import JourneyApp


class ConfigApp(JourneyApp):
    name = "aftercart.config"
    label = "config"
    verbose_name = "Deployment"
