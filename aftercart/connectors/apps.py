from aftercart.kernel.apps import JourneyApp


class ConnectorsApp(JourneyApp):
    name = "aftercart.connectors"
    label = "connectors"
    verbose_name = "Connectors"
