from aftercart.kernel.apps import JourneyApp


class LinksApp(JourneyApp):
    name = "aftercart.kernel.links"
    label = "links"
    verbose_name = "Signed links"
