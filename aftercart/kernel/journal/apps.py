from aftercart.kernel.apps import JourneyApp


class JournalApp(JourneyApp):
    name = "aftercart.kernel.journal"
    label = "journal"
    verbose_name = "Journal"
