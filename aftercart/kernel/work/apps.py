from aftercart.kernel.apps import JourneyApp


class WorkApp(JourneyApp):
    name = "aftercart.kernel.work"
    label = "work"
    verbose_name = "Work"
