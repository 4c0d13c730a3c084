from aftercart.kernel.apps import JourneyApp


class GuidesApp(JourneyApp):
    name = "aftercart.guides"
    label = "guides"
    verbose_name = "Guides"
