"""Halden, led by Lars; Ola and Oda are asked for MI by the end of the year. Monday is 5 October 2026."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from learners.models import Learner
from tests import staff
from tests.outbox.conftest import ScriptedServer, server

__all__ = ["ScriptedServer", "server"]

MONDAY = dt.date(2026, 10, 5)
DEADLINE = dt.date(2026, 12, 31)
DAY = dt.timedelta(days=1)


def eight(day: dt.date) -> dt.datetime:
    """Eight in the morning in Oslo (summer time), as UTC."""
    return dt.datetime.combine(day, dt.time(6), dt.UTC)


@pytest.fixture
def halden(db: None) -> SimpleNamespace:
    unit = staff.unit("HALDEN")
    mi = staff.course("MI", title="Motiverende samtaler", title_nn="Motiverande samtalar")
    asked = staff.campaign("mi", [mi], dt.date(2026, 9, 1), DEADLINE, positions=["VERKSBETJENT"])
    people: dict[str, Learner] = {name.lower(): staff.employ(name, unit) for name in ("Ola", "Oda")}
    lars = staff.employ("Lars", unit, "LEDER")
    return SimpleNamespace(unit=unit, mi=mi, asked=asked, lars=lars, **people)
