from aftercart.kernel.apps import JourneyApp


class TrackingApp(JourneyApp):
    name = "aftercart.tracking"
    label = "tracking"
    verbose_name = "Tracking"
