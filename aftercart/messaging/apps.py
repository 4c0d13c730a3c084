from aftercart.kernel.apps import JourneyApp


class MessagingApp(JourneyApp):
    name = "aftercart.messaging"
    label = "messaging"
    verbose_name = "Messaging"
