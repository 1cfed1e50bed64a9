"""Addresses below /xapi/. A doubled slash is forgiven: clients that join endpoint and resource by hand send it."""

from django.urls import re_path

from .views.about import about, nothing
from .views.documents import activity_profile, agent_profile, state
from .views.known import activities, agents
from .views.statements import statements

RESOURCES = {
    "statements": statements,
    "activities": activities,
    "activities/state": state,
    "activities/profile": activity_profile,
    "agents": agents,
    "agents/profile": agent_profile,
}

# What the house's list of policies (learners.policy) calls them; the record store itself knows no people.
about.policy = nothing.policy = "public"  # type: ignore[attr-defined]
for _view in RESOURCES.values():
    _view.policy = "key"  # type: ignore[attr-defined]

urlpatterns = [
    re_path(r"^(?:/*)about$", about),
    *(re_path(rf"^(?:/*){path}$", view, name=f"xapi_{path.replace('/', '_')}") for path, view in RESOURCES.items()),
    re_path(r"", nothing),
]
