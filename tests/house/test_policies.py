"""Every address has a policy: ours say it themselves, others' are listed here with the reason why they may stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import get_page_models

from learners.policy import POLICIES, SIGNED_IN, policy

OURS = ("config", "tracking", "courses", "learners", "cms")
# Addresses below "admin/" are Wagtail's: `require_admin_access` guards each of them, and our own views among them are
# tried role by role in tests/admin/test_access.py.
ADMIN = "admin/"
OTHERS = {
    "allauth": "sign-in, sign-out, passwords and the second factor: each of its views asks for what it needs",
    "wagtail.views": "serves the pages; a page type says its own policy (below)",
    "wagtail.documents": "documents: Wagtail asks for the collection's rights",
    "wagtail.images": "renditions with a signed address",
    "django.views.generic": "redirections",
}


def _addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def _reached() -> dict[str, Any]:
    """The view behind each address: of two with one address, the first."""
    found: dict[str, Any] = {}
    for address, view in _addresses(get_resolver().url_patterns):
        found.setdefault(address, view)
    return found


EVERY = [pytest.param(a, v, id=a or "/") for a, v in _reached().items()]
OWN = [case for case in EVERY if case.values[1].__module__.split(".")[0] in OURS]


@pytest.mark.parametrize(("address", "view"), EVERY)
def test_every_address_has_a_policy_or_a_reason(address: str, view: Any) -> None:
    if view.__module__.split(".")[0] in OURS and not _in_admin(address):
        assert getattr(view, "policy", None) in POLICIES, f"{address} ({view.__module__}.{view.__name__}) has no policy"
    elif not _in_admin(address):
        assert any(view.__module__.startswith(name) for name in OTHERS), f"why may {address} stand? {view.__module__}"


def _in_admin(address: str) -> bool:
    return address.startswith(ADMIN) and address != "admin/login/"


@pytest.mark.parametrize("model", [m for m in get_page_models() if m.__module__.split(".")[0] in OURS])
def test_every_page_type_has_a_policy(model: Any) -> None:
    assert getattr(model, "policy", None) in POLICIES


@pytest.mark.parametrize(
    ("address", "view"), [case for case in OWN if getattr(case.values[1], "policy", None) in SIGNED_IN]
)
def test_an_address_for_the_signed_in_sends_others_to_sign_in(rf: Any, address: str, view: Any) -> None:
    for method in (rf.get, rf.post):
        request = method("/somewhere/")
        request.user = AnonymousUser()
        answer = view(request)
        assert answer.status_code in (302, 405)


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="no policy"):
        policy("whoever")
