"""Addresses below /scim/v2/."""

from collections.abc import Callable
from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from ..policy import policy


def later(name: str) -> Callable[..., HttpResponse]:
    """The view of that name, imported at its first call: the protocol's library is a tenth of a worker's memory."""

    @policy("key")
    @csrf_exempt
    def view(request: HttpRequest, **place: str) -> HttpResponse:
        answer: HttpResponse = getattr(import_module("learners.scim.views"), name)(request, **place)
        return answer

    return view


KIND = "(?P<kind>Users|Groups)"
urlpatterns = [
    re_path(r"^ServiceProviderConfig/?$", later("config")),
    re_path(r"^Schemas/?$", later("schemas")),
    re_path(r"^Schemas/(?P<key>[^/]+)/?$", later("schemas")),
    re_path(r"^ResourceTypes/?$", later("resource_types")),
    re_path(r"^ResourceTypes/(?P<key>[^/]+)/?$", later("resource_types")),
    re_path(r"^\.search/?$", later("search_all")),
    re_path(rf"^{KIND}/?$", later("collection")),
    re_path(rf"^{KIND}/\.search/?$", later("search")),
    re_path(rf"^{KIND}/(?P<key>[^/]+)/?$", later("one")),
    re_path(r"", later("nothing")),
]
