"""A small service that files, machines and HR officers change: KRIM with OST (HALDEN, BERG, OST-STAB) and BODO."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from learners.importing import running
from learners.importing.running import Order, Report
from learners.models import Employment, Learner, Posting
from tests import staff
from tests.rows import Remembering

AT = dt.datetime(2026, 11, 16, 3, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 16)
HEADER = "HR-nummer;Fornavn;Etternavn;E-post;Ansatt fra;Ansatt til;Enhet;Stilling;Hovedstilling;Fra dato"


def _service() -> SimpleNamespace:
    krim = staff.unit("KRIM", kind="service")
    ost = staff.unit("OST", krim, kind="region")
    halden, berg, stab = staff.unit("HALDEN", ost), staff.unit("BERG", ost), staff.unit("OST-STAB", ost, "staff")
    bodo = staff.unit("BODO", krim)
    people = {}
    for number, (name, at) in enumerate((("Ola", halden), ("Ada", halden), ("Finn", berg), ("Berit", bodo)), start=1):
        people[name] = learner = staff.employ(name, at)
        Learner.objects.filter(pk=learner.pk).update(hr_number=f"00{number}")
        learner.refresh_from_db()
    return SimpleNamespace(krim=krim, ost=ost, halden=halden, berg=berg, stab=stab, bodo=bodo, **people)


@pytest.fixture
def service(db: None, remembered: Remembering) -> SimpleNamespace:
    return remembered(_service).put()


@pytest.fixture
def take(service: SimpleNamespace) -> Callable[..., Report]:
    """Imports lines of text below a header, on 16 November 2026."""

    def take(*lines: str, header: str = HEADER, at: dt.datetime = AT, **order: object) -> Report:
        order.setdefault("most_gone", 100.0)
        content = "\n".join([header, *lines]).encode()
        return running.run(content, Order(**({"on": TODAY} | order)), at)  # type: ignore[arg-type]

    return take


def postings(learner: Learner) -> list[tuple[str, str, str | None]]:
    """(unit, from, to before) of the positions known now, in order."""
    rows = Posting.objects.known().filter(learner=learner).order_by("valid_from", "pk").select_related("unit")
    return [(row.unit.code, str(row.valid_from), str(row.valid_to) if row.valid_to else None) for row in rows]


def employments(learner: Learner) -> list[tuple[str, str | None]]:
    rows = Employment.objects.known().filter(learner=learner).order_by("valid_from")
    return [(str(row.valid_from), str(row.valid_to) if row.valid_to else None) for row in rows]
