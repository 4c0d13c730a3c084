from aftercart.kernel.apps import JourneyApp


class UploadsApp(JourneyApp):
    name = "aftercart.kernel.uploads"
    label = "uploads"
    verbose_name = "Uploads"
