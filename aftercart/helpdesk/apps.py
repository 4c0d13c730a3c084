from aftercart.kernel.apps import JourneyApp


class HelpdeskApp(JourneyApp):
    name = "aftercart.helpdesk"
    label = "helpdesk"
    verbose_name = "Helpdesk"
