"""Every address of the deployment. Each app brings its doors; this file only joins them."""

from django.urls import URLPattern, URLResolver, include, path

from aftercart.config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("aftercart.kernel.ui.urls")),
    path("", include("aftercart.orders.portal_urls")),
    path("", include("aftercart.helpdesk.urls")),
    path("", include("aftercart.customers.urls")),
]
