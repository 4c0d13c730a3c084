from aftercart.kernel.apps import JourneyApp


class DeliveryApp(JourneyApp):
    name = "aftercart.delivery"
    label = "delivery"
    verbose_name = "Delivery"
