"""Addresses of files and for machines: no language prefix."""

from django.urls import URLPattern, URLResolver, path

from . import views_gatherings

urlpatterns: list[URLPattern | URLResolver] = [
    path("samlinger/kalender/<str:key>.ics", views_gatherings.feed, name="gathering-feed"),
    path("samlinger/<slug:slug>.ics", views_gatherings.gathering_calendar, name="gathering-calendar"),
    path("samlinger/<slug:slug>/fil/<int:pk>/", views_gatherings.gathering_file, name="gathering-file"),
]
