"""Addresses below /xapi/. A doubled slash is forgiven: clients that join endpoint and resource by hand send it."""

from django.urls import re_path

from .views.about import about, nothing
from .views.statements import statements

# What the house's list of policies (learners.policy) calls them; the record store itself knows no people.
about.policy = nothing.policy = "public"  # type: ignore[attr-defined]
statements.policy = "key"  # type: ignore[attr-defined]

urlpatterns = [
    re_path(r"^(?:/*)about$", about),
    re_path(r"^(?:/*)statements$", statements, name="xapi_statements"),
    re_path(r"", nothing),
]
