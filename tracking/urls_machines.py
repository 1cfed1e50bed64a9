"""Addresses for machines: no language prefix."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("xapi/", include("tracking.lrs.urls")),
]
