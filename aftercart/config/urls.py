"""Every address of the deployment. Each app brings its doors; this file only joins them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
