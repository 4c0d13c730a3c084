from aftercart.kernel.apps import JourneyApp


class CatalogApp(JourneyApp):
    name = "aftercart.catalog"
    label = "catalog"
    verbose_name = "Catalog"
