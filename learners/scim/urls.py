"""Addresses below /scim/v2/."""

from django.urls import re_path

from . import views

KIND = "(?P<kind>Users|Groups)"
urlpatterns = [
    re_path(r"^ServiceProviderConfig/?$", views.config),
    re_path(r"^Schemas/?$", views.schemas),
    re_path(r"^Schemas/(?P<key>[^/]+)/?$", views.schemas),
    re_path(r"^ResourceTypes/?$", views.resource_types),
    re_path(r"^ResourceTypes/(?P<key>[^/]+)/?$", views.resource_types),
    re_path(r"^\.search/?$", views.search_all),
    re_path(rf"^{KIND}/?$", views.collection),
    re_path(rf"^{KIND}/\.search/?$", views.search),
    re_path(rf"^{KIND}/(?P<key>[^/]+)/?$", views.one),
    re_path(r"", views.nothing),
]
