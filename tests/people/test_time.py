"""Whatever is imported, reorganised or merged later: a past day as it was known then does not change, and the four
classes add up to those in the audience, by the cells and by the plain reading of the definition."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courses.models import Campaign
from learners import merging
from learners.exceptions import NotPossible
from learners.importing import running
from learners.importing.running import Order
from learners.models import Employment, Learner, Posting, UnitPlace
from learners.units import reorganising
from tests.barometer import organisation as org
from tests.barometer.oracle import CLASSES, Oracle, closed
from tracking import statements
from tracking.barometer import cells
from tracking.barometer.models import Cell
from tracking.completions import projection
from tracking.identities import people as actors
from tracking.lrs import store

pytestmark = pytest.mark.django_db
LEAVES = ("TROMSO", "BODO", "NORD-STAB", "OSLO", "SOR-STAB")
MIDDLE = org.START + dt.timedelta(days=60)
LATER = org.noon(MIDDLE + dt.timedelta(days=1))


def write(rng: Random) -> tuple[org.Service, Campaign]:
    """A campaign, and some people with numbers; some are on leave, some have completed."""
    service = org.service()
    campaign = org.campaign(org.course("MI"), grace_days=rng.choice([10, 90]))
    for number in range(rng.randint(4, 9)):
        since = rng.choice([org.BEFORE, org.START + dt.timedelta(days=rng.randint(1, 50))])
        learner = org.employ(service.units[rng.choice(LEAVES)], since)
        Learner.objects.filter(pk=learner.pk).update(hr_number=f"P{number:03}")
        if rng.random() < 0.3:
            org.away(learner, since + dt.timedelta(days=rng.randint(1, 40)), None)
        if rng.random() < 0.5:
            _learn(learner, org.noon(org.START + dt.timedelta(days=rng.randint(1, 55))))
    projection.rebuild()
    return service, campaign


def _learn(learner: Learner, at: dt.datetime) -> None:
    """Completed, as the log has it: completions are made from nothing else."""
    here = statements.Setting(actors.account_name(learner), str(learner.opaque_id), "s", "MI", "MI", 1, "nb")
    store.store([statements.completed(here, at)], authority=statements.authority(), at=at)


def happen(rng: Random, service: org.Service, at: dt.datetime) -> None:
    """One thing that an HR officer does, dated in the past, today or the future; or that cannot be done."""
    on = org.START + dt.timedelta(days=rng.randint(-20, 120))
    units = service.units
    one, other = (units[code] for code in rng.sample(sorted(units), 2))
    deeds: list[Any] = [
        lambda: reorganising.move(one, other, on, at),
        lambda: reorganising.merge([one], other, on, at),
        lambda: reorganising.close_unit(one, on, at),
        lambda: reorganising.open_unit(f"NY{rng.randint(1, 999)}", "Ny", "prison", other, on, at),
        lambda: _import(rng, on, at),
        lambda: _merge(rng, at),
    ]
    with suppress(NotPossible):
        rng.choice(deeds)()


def _merge(rng: Random, at: dt.datetime) -> None:
    kept, gone = rng.sample(list(Learner.objects.exclude(hr_number=None)), 2)
    merging.merge(kept, gone, None, at)


def _import(rng: Random, on: dt.date, at: dt.datetime) -> None:
    lines = ["HR-nummer;Navn;Enhet;Stilling;Fra dato;Ansatt til;Permisjon fra"]
    for number in rng.sample(range(12), 4):
        day = on + dt.timedelta(days=rng.randint(-30, 30))
        end = rng.choice(["", "", f"{day + dt.timedelta(days=200):%d.%m.%Y}"])
        away = rng.choice(["", f"{day:%d.%m.%Y}"])
        lines.append(f"P{number:03};A B;{rng.choice(LEAVES)};{org.OFFICER};{day:%d.%m.%Y};{end};{away}")
    order = Order(on=on, full=rng.random() < 0.3, most_gone=100.0)
    running.run("\n".join(lines).encode(), order, at)


def counted(campaign: Campaign, on: dt.date, known: str) -> dict[str, Any]:
    cells.compute(campaign, [(on, known)])
    fields = (*CLASSES, "completed")
    rows = Cell.objects.filter(campaign=campaign, on=on, known=known).select_related("unit")
    return {row.unit.code: {name: getattr(row, name) for name in fields} for row in rows if row.in_audience}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@example(seed=302)
@given(seed=st.integers(0, 2**32))
def test_what_happens_later_changes_no_past_day_as_it_was_known(seed: int) -> None:
    rng = Random(seed)
    with transaction.atomic():
        service, campaign = write(rng)
        days = [MIDDLE, MIDDLE - dt.timedelta(days=rng.randint(1, 55))]
        before = {day: counted(campaign, day, "then") for day in days}
        for hour in range(rng.randint(1, 4)):
            happen(rng, service, LATER + dt.timedelta(hours=hour))
        for day in days:
            assert counted(campaign, day, "then") == before[day], day
        _adds_up(campaign, rng)
        transaction.set_rollback(True)


def _adds_up(campaign: Campaign, rng: Random) -> None:
    """The cells are what the definition says, so each in the audience is in exactly one class."""
    on = org.START + dt.timedelta(days=rng.randint(0, 150))
    oracle = Oracle(campaign)
    for known, before in (("now", None), ("then", closed(on))):
        found = counted(campaign, on, known)
        for (_part, unit), counter in oracle.counts(on, before).items():
            said = {name: counter[name] for name in CLASSES}
            assert {name: found.get(unit, {}).get(name, 0) for name in CLASSES} == said, (on, known, unit)
    employed = Employment.objects.on(on).known().values("learner")
    # A posting before its unit was opened stands nowhere in the tree, and so in no audience.
    standing = UnitPlace.objects.on(on).known().values("unit")
    posted = Posting.objects.on(on).known().filter(learner__in=employed, position__code=org.OFFICER, unit__in=standing)
    whole = counted(campaign, on, "now").get("KRIM", {})
    assert sum(whole.get(name, 0) for name in CLASSES) == posted.values("learner").distinct().count()
