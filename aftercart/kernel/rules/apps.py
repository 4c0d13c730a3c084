from aftercart.kernel.apps import JourneyApp


class RulesApp(JourneyApp):
    name = "aftercart.kernel.rules"
    label = "rules"
    verbose_name = "Rules"
