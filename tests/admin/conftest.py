"""Those who meet in the admin: Pia publishes, Edvard edits, Ola is an officer; a service with two prisons."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from learners.models import Learner, RoleGrant
from learners.roles import grant
from tests import staff
from tests.rows import Remembering


def _service() -> SimpleNamespace:
    krim = staff.unit("KRIM", kind="service")
    region = staff.unit("OST", krim, kind="region")
    halden, bodo = staff.unit("HALDEN", region), staff.unit("BODO", krim)
    people = {name: staff.employ(name, halden) for name in ("Ola", "Ada")}
    people["Finn"] = staff.employ("Finn", halden, "KONSULENT")
    people["Berit"] = staff.employ("Berit", bodo)
    return SimpleNamespace(krim=krim, region=region, halden=halden, bodo=bodo, **people)


@pytest.fixture
def service(db: None, remembered: Remembering) -> SimpleNamespace:
    """Halden has Ola, Ada (officers) and Finn; Bodo has Berit (officer)."""
    return remembered(_service).put()


def _with_role(name: str, at: object, role: str) -> Learner:
    learner = staff.employ(name, at, "KONSULENT")  # type: ignore[arg-type]
    grant(learner, role, None, timezone.now())
    return learner


@pytest.fixture
def pia(service: SimpleNamespace) -> Learner:
    return _with_role("Pia", service.krim, RoleGrant.Role.PUBLISHER)


@pytest.fixture
def edvard(service: SimpleNamespace) -> Learner:
    return _with_role("Edvard", service.krim, RoleGrant.Role.EDITOR)


@pytest.fixture
def as_pia(client: Client, pia: Learner) -> Client:
    client.force_login(pia)
    return client
