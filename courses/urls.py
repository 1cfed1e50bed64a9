"""Addresses of pages for people."""

from django.urls import URLPattern, URLResolver, path

from . import views_gatherings, views_reporting, views_search

urlpatterns: list[URLPattern | URLResolver] = [
    path("sok/", views_search.search, name="search"),
    path("laer/<int:page_id>/si-fra/", views_reporting.report_error, name="report-error"),
    path("samlinger/", views_gatherings.gathering_list, name="gatherings"),
    path("samlinger/kalender/", views_gatherings.subscription, name="gathering-subscription"),
    path("samlinger/<slug:slug>/", views_gatherings.gathering_page, name="gathering"),
    path("samlinger/<slug:slug>/pamelding/", views_gatherings.sign_up, name="gathering-sign-up"),
    path("samlinger/<slug:slug>/laget/", views_gatherings.team, name="gathering-team"),
]
