"""Whom a mail may ask for something, and what is asked of whom by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from courses.models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, Exemption, Singled
from learners.models import Learner
from tests import staff
from tracking.barometer import cells
from tracking.barometer.duties import Duty, duties, duties_of
from tracking.barometer.models import Cell
from tracking.followup.who import to_remind

TODAY = dt.date(2026, 10, 5)
START, DEADLINE = dt.date(2026, 9, 1), dt.date(2026, 12, 31)
DAY = dt.timedelta(days=1)


def named(found: Mapping[int, object]) -> list[str]:
    return sorted(Learner.objects.get(pk=pk).given_name for pk in found)


@pytest.fixture
def prison(db: None) -> SimpleNamespace:
    """Halden and Bodo; Ola works at Halden; a campaign for MI, asked of everybody."""
    krim = staff.unit("KRIM", kind="service")
    halden, bodo = staff.unit("HALDEN", krim), staff.unit("BODO", krim)
    mi = staff.course("MI")
    asked = staff.campaign("mi", [mi], START, DEADLINE)
    return SimpleNamespace(halden=halden, bodo=bodo, mi=mi, asked=asked, ola=staff.employ("Ola", halden))


def only(learner: Learner, on: dt.date = TODAY) -> Duty:
    """The one duty; asked for one and asked for all, it is the same."""
    (one,) = duties(learner.pk, on)
    assert duties_of(on)[learner.pk] == [one] == duties_of(on, [learner.pk])[learner.pk]
    return one


def test_somebody_with_a_course_left_may_be_reminded(prison: SimpleNamespace) -> None:
    assert named(to_remind(TODAY)) == ["Ola"]


def test_nobody_is_reminded_of_what_is_done(prison: SimpleNamespace) -> None:
    staff.complete(prison.ola, prison.mi, TODAY - DAY)
    assert to_remind(TODAY) == {}


def test_a_leaver_is_not_reminded(prison: SimpleNamespace) -> None:
    prison.ola.employments.update(valid_to=TODAY)
    assert named(to_remind(TODAY - DAY)) == ["Ola"]
    assert to_remind(TODAY) == {}


@pytest.mark.parametrize("back", [None, TODAY + DAY])
def test_somebody_on_leave_is_not_reminded_however_short_it_is(prison: SimpleNamespace, back: dt.date | None) -> None:
    staff.on_leave(prison.ola, TODAY - DAY, back)
    assert to_remind(TODAY) == {}


def test_the_exempt_are_not_reminded(prison: SimpleNamespace) -> None:
    leader, other = staff.employ("Leo", prison.bodo, "SJEF"), staff.employ("Oda", prison.bodo, "SJEF")
    Exemption.objects.create(
        campaign=prison.asked, learner=prison.ola, reason="duties", proposed_by=leader, approved_by=other,
        valid_from=START, valid_to=DEADLINE, known_from=staff.TOLD,
    )  # fmt: skip
    assert prison.ola.pk not in to_remind(TODAY)


@pytest.mark.parametrize("changed", [{"email": None}, {"email": ""}, {"is_active": False}])
def test_who_cannot_be_reached_is_not_reminded(prison: SimpleNamespace, changed: dict[str, object]) -> None:
    Learner.objects.filter(pk=prison.ola.pk).update(**changed)
    assert to_remind(TODAY) == {}


def test_a_campaign_that_a_successor_has_replaced_asks_nothing_any_more(prison: SimpleNamespace) -> None:
    later = staff.campaign("mi-2", [staff.course("MI2")], TODAY, DEADLINE)
    Campaign.objects.filter(pk=later.pk).update(follows=prison.asked)
    assert [duty.campaign.slug for duty in duties(prison.ola.pk, TODAY - DAY)] == ["mi"]
    assert [duty.campaign.slug for duty in duties(prison.ola.pk, TODAY)] == ["mi-2"]


def test_the_own_date_moves_by_the_leave_days_before_it(prison: SimpleNamespace) -> None:
    staff.on_leave(prison.ola, START, START + 40 * DAY)
    assert only(prison.ola).due == DEADLINE + 40 * DAY


def test_with_days_from_joining_each_has_a_date_of_their_own(prison: SimpleNamespace) -> None:
    Campaign.objects.update(due_days=30)
    new = staff.employ("Nina", prison.halden, since=TODAY - 3 * DAY)
    assert only(prison.ola).due == START + 30 * DAY
    assert only(new).due == TODAY + 27 * DAY


def test_leaders_first_then_their_staff(prison: SimpleNamespace) -> None:
    leader = staff.employ("Leo", prison.halden)
    staff.lead(leader, prison.halden)
    Audience.objects.update(valid_from=TODAY + 30 * DAY)
    Audience.objects.create(
        campaign=prison.asked, valid_from=START, known_from=staff.TOLD, leaders=True, deadline=TODAY + 20 * DAY
    )
    assert only(leader).due == TODAY + 20 * DAY
    assert duties(prison.ola.pk, TODAY) == []
    then = TODAY + 30 * DAY
    assert (only(prison.ola, then).status, only(leader, then).status) == ("in_grace", "counted")


@pytest.mark.parametrize(
    ("without", "also", "asked"),
    [(["HALDEN"], [], []), (["BODO"], [], ["Ola"]), ([], ["HALDEN"], ["Ola"]), (["HALDEN"], ["HALDEN"], ["Ola"])],
)
def test_units_are_taken_out_and_in(
    prison: SimpleNamespace, without: list[str], also: list[str], asked: list[str]
) -> None:
    Audience.objects.update(without=without, also=also)
    assert named(duties_of(TODAY)) == asked


def test_a_unit_taken_in_is_asked_whatever_the_position(prison: SimpleNamespace) -> None:
    staff.employ("Kaja", prison.bodo, "KONSULENT")
    Audience.objects.update(positions=["VERKSBETJENT"], units=["HALDEN"], also=["BODO"])
    assert named(duties_of(TODAY)) == ["Kaja", "Ola"]


@pytest.mark.parametrize(("taken_in", "asked"), [(False, []), (True, ["Kaja", "Ola"])])
def test_persons_are_taken_out_and_in(prison: SimpleNamespace, taken_in: bool, asked: list[str]) -> None:
    Audience.objects.update(positions=["VERKSBETJENT"])
    kaja = staff.employ("Kaja", prison.bodo, "KONSULENT")
    who = kaja if taken_in else prison.ola
    Singled.objects.create(
        campaign=prison.asked, learner=who, taken_in=taken_in, valid_from=START, known_from=staff.TOLD
    )
    assert named(duties_of(TODAY)) == asked
    assert {duty.status for some in duties_of(TODAY).values() for duty in some} <= {"counted"}
    cells.compute(prison.asked, [(TODAY, "now")])
    counted = {cell.counted for cell in Cell.objects.filter(unit__code="KRIM")}
    assert counted == ({len(asked)} if asked else set())


class TestRenewal:
    """MI is renewed every 12 months, by the shorter course MI-KORT."""

    @pytest.fixture
    def short(self, prison: SimpleNamespace) -> Course:
        made = staff.course("MI-KORT")
        CampaignCourse.objects.update(renew_months=12, renewal=made)
        AcceptedVersion.objects.create(
            campaign=prison.asked, version=made.versions.get(), valid_from=START, known_from=staff.TOLD
        )
        return made

    def test_long_before_the_end_nothing_is_left(self, prison: SimpleNamespace, short: Course) -> None:
        staff.complete(prison.ola, prison.mi, dt.date(2026, 3, 1))
        assert only(prison.ola).left == ()

    def test_in_the_last_90_days_the_shorter_course_is_due_by_the_end(
        self, prison: SimpleNamespace, short: Course
    ) -> None:
        staff.complete(prison.ola, prison.mi, dt.date(2025, 11, 1))
        (one,) = only(prison.ola).left
        assert (one.take, one.due, one.renews) == (short.pk, dt.date(2026, 11, 1), True)

    def test_a_renewal_in_the_last_90_days_runs_from_the_old_end(self, prison: SimpleNamespace, short: Course) -> None:
        staff.complete(prison.ola, prison.mi, dt.date(2025, 11, 1))
        staff.complete(prison.ola, short, dt.date(2026, 10, 1))
        (one,) = only(prison.ola).courses
        assert (one.left, one.until) == (False, dt.date(2027, 11, 1))

    def test_the_shorter_course_alone_is_not_enough(self, prison: SimpleNamespace, short: Course) -> None:
        staff.complete(prison.ola, short, dt.date(2026, 9, 10))
        (one,) = only(prison.ola).left
        assert one.take == prison.mi.pk

    def test_the_barometer_counts_renewed_and_run_out_alike(self, prison: SimpleNamespace, short: Course) -> None:
        anna = staff.employ("Anna", prison.halden)
        for learner in (prison.ola, anna):
            staff.complete(learner, prison.mi, dt.date(2025, 9, 15))
        staff.complete(anna, short, dt.date(2026, 9, 1))
        cells.compute(prison.asked, [(dt.date(2026, 9, 14), "now"), (dt.date(2026, 9, 15), "now")])
        counted = Cell.objects.filter(unit__code="KRIM").order_by("on").values_list("completed", flat=True)
        assert list(counted) == [2, 1]
