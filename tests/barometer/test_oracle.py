"""Every figure is what the plain reading of the definition says: random histories, random days, both `known`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Campaign
from tests.barometer import histories
from tests.barometer.oracle import CLASSES, Oracle, closed
from tracking.barometer import cells
from tracking.barometer.models import Cell

pytestmark = pytest.mark.django_db
Counts = dict[tuple[str, str], dict[str, int]]


def by_the_oracle(oracle: Oracle, on: dt.date, known: str) -> Counts:
    found = oracle.counts(on, closed(on) if known == "then" else None)
    return {where: _named(counter) for where, counter in found.items()}


def _named(counter: Counter[str]) -> dict[str, int]:
    done = {f"done_{name}": counter["done_" + name] for name in CLASSES if name != "counted"}
    return {name: counter[name] for name in CLASSES} | {"completed": counter["done_counted"]} | done


def by_the_cells(campaign: Campaign, on: dt.date, known: str) -> Counts:
    cells.compute(campaign, [(on, known)])
    fields = (*CLASSES, "completed", "done_exempt", "done_on_leave", "done_in_grace")
    rows = Cell.objects.filter(campaign=campaign, on=on, known=known).select_related("unit")
    return {(row.part, row.unit.code): {name: getattr(row, name) for name in fields} for row in rows if row.in_audience}


def assert_due(campaign: Campaign, oracle: Oracle, on: dt.date) -> None:
    """Who will count at the deadline, by what was known at the day's close."""
    expected = oracle.counts(campaign.deadline, closed(on))
    for cell in Cell.objects.filter(campaign=campaign, on=on, known="then").exclude(due=None).select_related("unit"):
        assert cell.due == expected[cell.part, cell.unit.code]["counted"], (on, cell.unit)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_the_cells_are_what_the_definition_says(seed: int) -> None:
    rng = Random(seed)
    with transaction.atomic():
        campaign = histories.write(rng)
        oracle = Oracle(campaign)
        for on in (histories.day(rng, 0), histories.day(rng, 0), campaign.deadline):
            for known in ("then", "now"):
                assert by_the_cells(campaign, on, known) == by_the_oracle(oracle, on, known), (on, known)
            assert_due(campaign, oracle, on)
        transaction.set_rollback(True)
