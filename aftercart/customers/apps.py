from aftercart.kernel.apps import JourneyApp


class CustomersApp(JourneyApp):
    name = "aftercart.customers"
    label = "customers"
    verbose_name = "Customers"
