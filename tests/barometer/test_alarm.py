"""A figure that is wrong or behind is seen: by the rolling check, on the page and in /readyz."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from config import readiness
from courses.models import Campaign
from tests.barometer.organisation import campaign, complete, course, service
from tracking.barometer import alarm, cells, checking
from tracking.barometer.models import Cell, CellDay, Checked
from tracking.clock import oslo_day
from tracking.completions.models import Cursor
from tracking.lrs.models import Statement

MINUTE = dt.timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Campaign:
    """A campaign that has run for four weeks, counted just now."""
    some = service(TROMSO=30, BODO=12, NORD_STAB=2, OSLO=30, SOR_STAB=2)
    mi = course("MI")
    today = oslo_day(timezone.now())
    made = campaign(mi, start=today - dt.timedelta(days=28), deadline=today + dt.timedelta(days=60))
    for learner in [*some.people["TROMSO"][:9], *some.people["OSLO"][:6]]:
        complete(learner, mi, today - dt.timedelta(days=10))
    cells.refresh(made, timezone.now())
    CellDay.objects.update(fresh_at=timezone.now())
    return made


def check_everything() -> int:
    return checking.check_some(timezone.now(), number=100)


def test_right_figures_raise_no_alarm(running: Campaign) -> None:
    assert check_everything() == 0
    assert Checked.objects.count() == 5
    assert not alarm.state(timezone.now()).on
    assert readiness.figures(timezone.now()).status == "ok"


@pytest.mark.parametrize("unit", ["TROMSO", "NORD", "KRIM"])
@pytest.mark.parametrize("field", ["counted", "on_leave", "done_exempt"])
def test_a_corrupted_cell_is_found_at_any_height_of_the_tree(running: Campaign, unit: str, field: str) -> None:
    cell = Cell.objects.filter(unit__code=unit, known="now").latest("on")
    Cell.objects.filter(pk=cell.pk).update(**{field: getattr(cell, field) + 1})
    assert check_everything() > 0
    assert alarm.state(timezone.now()).wrong > 0
    assert readiness.figures(timezone.now()).status == "red"


def test_a_cell_that_is_gone_is_found(running: Campaign) -> None:
    Cell.objects.filter(unit__code="TROMSO", known="then").earliest("on").delete()
    assert check_everything() > 0


def test_the_alarm_stays_until_the_figures_are_counted_again(running: Campaign) -> None:
    Cell.objects.filter(unit__code="OSLO", known="now").update(completed=0)
    check_everything()
    assert checking.check_some(timezone.now(), number=1) == 1  # what differed has the next turn
    with pytest.raises(CommandError):
        call_command("check_figures", stdout=StringIO())
    said = StringIO()
    call_command("check_figures", "--mend", stdout=said)
    assert "is what a count anew gives" in said.getvalue()
    assert not alarm.state(timezone.now()).on


def test_every_unit_has_its_turn(running: Campaign) -> None:
    for _ in range(5):
        checking.check_some(timezone.now(), number=1)
    assert Checked.objects.count() == 5


def test_a_change_that_waits_for_its_recount_is_no_difference(running: Campaign) -> None:
    learner = running.cells.filter(unit__code="TROMSO").first().unit.postings.last().learner  # type: ignore[union-attr]
    complete(learner, running.requirements.get().course, oslo_day(timezone.now()), known=timezone.now())
    assert check_everything() == 0


def test_with_the_scheduler_stopped_it_is_red_and_on_the_page_within_a_quarter_of_an_hour(running: Campaign) -> None:
    now = timezone.now()
    assert readiness.barometer(now + 14 * MINUTE).status == "ok"
    late = readiness.barometer(now + 16 * MINUTE)
    assert late.status == "red"
    assert dt.datetime.fromisoformat(str(late.facts["behind_since"])) <= now
    CellDay.objects.update(fresh_at=now - 16 * MINUTE)
    page = Client().get(f"/en/barometer/{running.slug}/").content.decode()
    assert "The figures are behind" in page


def test_a_statement_that_nobody_reads_is_red(running: Campaign) -> None:
    from tracking import statements
    from tracking.lrs.store import store

    now = timezone.now()
    here = statements.Setting("konto", str(uuid4()), "s", "MI", "MI", 1, "nb")
    store([statements.launched(here, now)], authority=statements.authority(), at=now)
    CellDay.objects.update(fresh_at=now + 16 * MINUTE)
    assert Statement.objects.exists()
    assert not Cursor.objects.exists()
    assert readiness.barometer(now + 14 * MINUTE).status == "ok"
    assert readiness.barometer(now + 16 * MINUTE).status == "red"


def test_a_wrong_figure_is_said_on_the_page(running: Campaign) -> None:
    Cell.objects.filter(unit__code="OSLO", known="now").update(completed=0)
    assert "does not agree" not in Client().get(f"/en/barometer/{running.slug}/").content.decode()
    check_everything()
    assert "does not agree" in Client().get(f"/en/barometer/{running.slug}/").content.decode()


@pytest.mark.parametrize("where", ["", "embed/", "?skjerm=1"])
def test_a_figure_that_is_behind_or_wrong_says_so_wherever_it_is_shown_as_a_page(running: Campaign, where: str) -> None:
    def page() -> str:
        return Client().get(f"/barometer/{running.slug}/{where}", headers={"Accept-Language": "nb"}).content.decode()

    assert "Tallene henger etter" not in page()
    Cell.objects.filter(unit__code="OSLO", known="now").update(completed=0)
    check_everything()
    CellDay.objects.update(fresh_at=timezone.now() - 16 * MINUTE)
    told = page()
    assert "Tallene henger etter" in told
    assert "stemmer ikke med en ny opptelling" in told


def test_what_differs_is_told_once_with_unit_part_and_both_numbers(running: Campaign) -> None:
    cell = Cell.objects.filter(unit__code="KRIM", known="now").latest("on")
    Cell.objects.filter(pk=cell.pk).update(counted=cell.counted + 1)
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("check_figures", stdout=said)
    assert said.getvalue().splitlines() == [
        f"{running.slug}, {cell.part}, KRIM, {cell.on} (known=now): stored counted {cell.counted + 1}, "
        f"counted anew {cell.counted}"
    ]


def test_without_a_campaign_there_is_nothing_to_be_behind() -> None:
    assert readiness.barometer(timezone.now()).status == "off"
    assert readiness.figures(timezone.now()).status == "off"
