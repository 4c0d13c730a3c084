from aftercart.kernel.apps import JourneyApp


class OrdersApp(JourneyApp):
    name = "aftercart.orders"
    label = "orders"
    verbose_name = "Orders"
