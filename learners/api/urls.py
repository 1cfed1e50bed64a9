"""Addresses of people and units below /api/v1/."""

from django.urls import path

from . import changing, reading

urlpatterns = [
    path("people", reading.people, name="api-people"),
    path("people/changes", changing.change_people, name="api-people-changes"),
    path("people/<str:key>", reading.person, name="api-person"),
    path("postings", reading.postings, name="api-postings"),
    path("leaves", reading.leaves, name="api-leaves"),
    path("units", reading.units, name="api-units"),
    path("units/changes", changing.change_units, name="api-units-changes"),
]
