from aftercart.kernel.apps import JourneyApp


class StoresApp(JourneyApp):
    name = "aftercart.stores"
    label = "stores"
    verbose_name = "Stores"
