from aftercart.kernel.apps import JourneyApp


class LedgerApp(JourneyApp):
    name = "aftercart.kernel.ledger"
    label = "ledger"
    verbose_name = "Ledger"
