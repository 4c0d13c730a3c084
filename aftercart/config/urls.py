"""Every address of the deployment. Each app brings its doors; this file only joins them."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

from aftercart.config.api import api
from aftercart.kernel.api.pages import reference_page, rule_schema

PICTURES = settings.MEDIA_ROOT / "products"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/docs", reference_page(api), name="api-reference"),
    path("api/v1/schemas/rules/<slug:subject>.json", rule_schema, name="rule-schema"),
    path("api/v1/", api.urls),
    re_path(
        r"^media/products/(?P<path>[\w-]+\.(svg|png|jpe?g|webp|avif))$", serve, {"document_root": PICTURES}
    ),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("aftercart.kernel.ui.urls")),
    path("", include("aftercart.stores.urls")),
    path("", include("aftercart.payments.urls")),
    path("", include("aftercart.delivery.urls")),
    path("", include("aftercart.messaging.urls")),
    path("", include("aftercart.orders.portal_urls")),
    path("", include("aftercart.orders.desk_urls")),
    path("", include("aftercart.tracking.urls")),
    path("", include("aftercart.claims.urls")),
    path("", include("aftercart.connectors.urls")),
    path("", include("aftercart.guides.urls")),
    path("", include("aftercart.helpdesk.urls")),
    path("", include("aftercart.insights.urls")),
    path("", include("aftercart.customers.urls")),
]
