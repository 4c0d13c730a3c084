from aftercart.kernel.apps import JourneyApp


class PrivacyApp(JourneyApp):
    name = "aftercart.kernel.privacy"
    label = "privacy"
    verbose_name = "Privacy"
