"""Addresses for machines: no language prefix."""

from django.urls import URLPattern, URLResolver, include, path

from . import views_barometer

urlpatterns: list[URLPattern | URLResolver] = [
    path("xapi/", include("tracking.lrs.urls")),
    path("barometer/<slug:campaign>.json", views_barometer.barometer_json, name="barometer-json"),
]
