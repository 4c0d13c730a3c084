from aftercart.kernel.apps import JourneyApp


class PaymentsApp(JourneyApp):
    name = "aftercart.payments"
    label = "payments"
    verbose_name = "Payments"
