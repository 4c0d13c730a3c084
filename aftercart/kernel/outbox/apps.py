from aftercart.kernel.apps import JourneyApp


class OutboxApp(JourneyApp):
    name = "aftercart.kernel.outbox"
    label = "outbox"
    verbose_name = "Outbox"
