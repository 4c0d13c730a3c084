from aftercart.kernel.apps import JourneyApp


class InsightsApp(JourneyApp):
    name = "aftercart.insights"
    label = "insights"
    verbose_name = "Insights"
