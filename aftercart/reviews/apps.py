from aftercart.kernel.apps import JourneyApp


class ReviewsApp(JourneyApp):
    name = "aftercart.reviews"
    label = "reviews"
    verbose_name = "Reviews"
