from aftercart.kernel.apps import JourneyApp


class ClaimsApp(JourneyApp):
    name = "aftercart.claims"
    label = "claims"
    verbose_name = "Claims"
