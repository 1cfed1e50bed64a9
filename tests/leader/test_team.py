"""The team of a leader: who is in it, what is shown of them, and that the counts are the barometer's."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from courses.models import Exemption
from tests import staff
from tracking.barometer import cells
from tracking.barometer.models import Cell
from tracking.followup.team import team

DAY = dt.date(2026, 11, 18)
START, DEADLINE = dt.date(2026, 9, 1), dt.date(2027, 1, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def east() -> SimpleNamespace:
    """A region (Ragna leads, Stine is own staff), a prison with a leader (Lars) and one without (Nils works there)."""
    krim = staff.unit("KRIM", kind="service")
    region = staff.unit("OST", krim, kind="region")
    own, halden, small = (
        staff.unit("OST-STAB", region, kind="staff"),
        staff.unit("HALDEN", region),
        staff.unit("SMA", region),
    )
    ragna, stine = staff.employ("Ragna", own, "DIREKTOR"), staff.employ("Stine", own)
    lars, ola, nils = staff.employ("Lars", halden, "LEDER"), staff.employ("Ola", halden), staff.employ("Nils", small)
    staff.lead(ragna, region)
    staff.lead(lars, halden)
    mi, ped = staff.course("MI"), staff.course("PED")
    return SimpleNamespace(
        krim=krim, region=region, own=own, halden=halden, small=small, mi=mi, ped=ped,
        ragna=ragna, stine=stine, lars=lars, ola=ola, nils=nils,
        everybody=staff.campaign("mi-for-alle", [mi], START, DEADLINE),
    )  # fmt: skip


def names(found: object) -> set[str]:
    return {member.learner.given_name for member in found.members}  # type: ignore[attr-defined]


def the(found: object, name: str) -> object:
    return next(m for m in found.members if m.learner.given_name == name)  # type: ignore[attr-defined]


def test_the_team_is_the_unit_and_what_is_below_it_without_a_leader_of_its_own(east: SimpleNamespace) -> None:
    assert names(team(east.region, DAY)) == {"Ragna", "Stine", "Nils"}
    assert names(team(east.halden, DAY)) == {"Lars", "Ola"}


def test_a_leaver_is_not_in_the_team(east: SimpleNamespace) -> None:
    east.ola.employments.update(valid_to=DAY)
    assert names(team(east.halden, DAY)) == {"Lars"}


def test_who_is_transferred_is_in_the_new_team_only(east: SimpleNamespace) -> None:
    east.ola.postings.update(valid_to=DAY)
    staff.post(east.ola, east.small, since=DAY)
    assert "Ola" not in names(team(east.halden, DAY))
    assert "Ola" in names(team(east.region, DAY))


def test_a_completion_is_shown_with_its_day_and_nothing_else(east: SimpleNamespace) -> None:
    staff.complete(east.ola, east.mi, dt.date(2026, 10, 5))
    cell = the(team(east.halden, DAY), "Ola").cell(east.mi)  # type: ignore[attr-defined]
    assert vars(cell) == {"state": "done", "on": dt.date(2026, 10, 5)}


def test_a_begun_course_is_shown_as_not_done(east: SimpleNamespace) -> None:
    from tracking.player.models import Attempt

    Attempt.objects.create(learner=east.ola, version=east.mi.versions.get(), begun_at=timezone.now())
    cell = the(team(east.halden, DAY), "Ola").cell(east.mi)  # type: ignore[attr-defined]
    assert vars(cell) == {"state": "left", "on": None}


def test_a_course_that_is_not_asked_of_somebody_says_nothing_of_them(east: SimpleNamespace) -> None:
    staff.campaign("officers", [east.ped], START, DEADLINE, positions=["VERKSBETJENT"])
    staff.complete(east.lars, east.ped, dt.date(2026, 10, 5))
    found = team(east.halden, DAY)
    assert the(found, "Lars").cell(east.ped).state == "not_asked"  # type: ignore[attr-defined]
    assert the(found, "Ola").cell(east.ped).state == "left"  # type: ignore[attr-defined]


def test_a_completion_after_the_day_is_not_yet_there(east: SimpleNamespace) -> None:
    staff.complete(east.ola, east.mi, DAY + dt.timedelta(days=1))
    assert the(team(east.halden, DAY), "Ola").waits  # type: ignore[attr-defined]


def test_leave_is_shown_with_its_end_and_without_a_reason_and_nobody_waits_for_it(east: SimpleNamespace) -> None:
    staff.on_leave(east.ola, DAY - dt.timedelta(days=5), DAY + dt.timedelta(days=60))
    ola = the(team(east.halden, DAY), "Ola")
    assert (ola.away, ola.back_on, ola.waits) == (True, DAY + dt.timedelta(days=60), False)  # type: ignore[attr-defined]


def test_a_newcomer_is_given_time(east: SimpleNamespace) -> None:
    staff.employ("Nora", east.halden, since=DAY - dt.timedelta(days=3))
    nora = the(team(east.halden, DAY), "Nora")
    assert (nora.new, nora.waits) == (True, False)  # type: ignore[attr-defined]


def test_the_exempt_are_shown_as_such(east: SimpleNamespace) -> None:
    Exemption.objects.create(
        campaign=east.everybody, learner=east.ola, reason="duties", approved_by=east.ragna, valid_from=START,
        known_from=staff.TOLD, valid_to=DEADLINE, proposed_by=east.lars,
    )  # fmt: skip
    ola = the(team(east.halden, DAY), "Ola")
    assert (ola.cell(east.mi).state, ola.waits) == ("exempt", False)  # type: ignore[attr-defined]


def test_names_sort_as_norwegians_do(east: SimpleNamespace) -> None:
    for family in ("Åsen", "Øy", "Ærlig", "Zander"):
        learner = staff.employ(family, east.halden)
        type(learner).objects.filter(pk=learner.pk).update(family_name=family)
    sorted_names = [member.learner.family_name for member in team(east.halden, DAY).members]
    assert sorted_names[2:] == ["Zander", "Ærlig", "Øy", "Åsen"]


def test_the_counts_are_the_barometer_s(east: SimpleNamespace) -> None:
    both = staff.campaign("begge", [east.mi, east.ped], START, DEADLINE, positions=["VERKSBETJENT"])
    staff.complete(east.ola, east.mi, DAY)
    staff.employ("Nora", east.halden, since=DAY - dt.timedelta(days=3))
    away = staff.employ("Una", east.halden)
    staff.on_leave(away, DAY - dt.timedelta(days=40))
    helper = staff.employ("Hans", east.small, "KONSULENT")
    staff.post(helper, east.halden, "VERKSBETJENT", primary=False)
    for campaign in (east.everybody, both):
        cells.compute(campaign, [(DAY, "now")])
    for count in team(east.halden, DAY).campaigns:
        part = "all" if count.campaign == both else "mi"
        cell = Cell.objects.get(campaign=count.campaign, part=part, unit=east.halden, on=DAY, known="now")
        said = (count.counted, count.completed, count.on_leave, count.in_grace, count.exempt)
        assert said == (cell.counted, cell.completed, cell.on_leave, cell.in_grace, cell.exempt)


def test_the_number_of_queries_does_not_grow_with_the_team(
    east: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    for number in range(15):
        staff.employ(f"Person{number}", east.halden)
    with django_assert_max_num_queries(17):  # type: ignore[operator]
        team(east.halden, DAY)
