"""What `seed_demo` loads: the organisation, the people's history, the deeds, and what follows from them."""

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from config.demo import content, people
from config.demo.calendar import Calendar
from config.demo.deeds import Story
from config.demo.organisation import allot
from config.demo.plans import Planner
from config.demo.seed import Outcome
from courses.models import AcceptedVersion, Audience, Campaign, Course, CoursePage, Exemption
from courses.ports import learning
from learners.models import Employment, ImportRun, Learner, Leave, OutgoingMail, Posting, RoleGrant, Unit, UnitPlace
from tests.demo import agreeing
from tests.demo.conftest import AT, PASSWORD, STAFF, load
from tracking.barometer import cells, freshness
from tracking.barometer.facts import parts_of
from tracking.barometer.models import Cell
from tracking.clock import known_until, oslo_day
from tracking.completions import projection
from tracking.completions.following import follow
from tracking.completions.models import Achievement, Completion, Cursor
from tracking.lrs import query
from tracking.lrs.models import Statement
from tracking.lrs.validation import validate
from tracking.player.models import Attempt, PartDone, QuizTry, Visit
from tracking.reports.making import Round
from tracking.reports.models import WeeklyReport
from tracking.reports.weeks import Week

pytestmark = [pytest.mark.django_db, pytest.mark.long_file]
OSLO = ZoneInfo("Europe/Oslo")
TODAY = AT.astimezone(OSLO).date()
LAST_SUNDAY = dt.date(2026, 11, 15)
FACTS = (Posting, Employment, Leave, UnitPlace, Audience, AcceptedVersion, Exemption, Completion, Achievement)


def verbs() -> Counter[str]:
    payloads = Statement.objects.values_list("payload", flat=True)
    return Counter(msgspec.json.decode(p)["verb"]["id"].rpartition("/")[2] for p in payloads)


# --- the organisation ---


def test_as_many_are_employed_today_as_asked_for(demo: Outcome) -> None:
    assert Employment.objects.on(TODAY).known().values("learner").distinct().count() == STAFF


def test_there_are_five_regions_and_each_inner_unit_has_its_own_staff(demo: Outcome) -> None:
    regions = Unit.objects.filter(kind="region")
    assert regions.count() == 5
    inner = set(UnitPlace.objects.exclude(parent=None).values_list("parent__code", flat=True))
    assert inner == {"KRIM", *regions.values_list("code", flat=True)}
    assert all(Unit.objects.filter(code=f"{code}-STAB", kind="staff").exists() for code in inner)


def test_people_are_posted_to_leaves_only(demo: Outcome) -> None:
    parents = set(UnitPlace.objects.exclude(parent=None).values_list("parent", flat=True))
    assert not Posting.objects.filter(unit__in=parents).exists()


def test_the_history_has_joiners_leavers_transfers_and_a_fact_known_late(demo: Outcome) -> None:
    start = Calendar(AT).opened
    assert Employment.objects.filter(valid_from__gt=start, known_to=None).exists()
    assert Employment.objects.filter(valid_to__lte=TODAY, known_to=None).exists()
    moved = Posting.objects.filter(known_to=None).values_list("learner", flat=True)
    assert max(Counter(moved).values()) > 1
    late = [e for e in Employment.objects.filter(valid_from__gt=start) if e.known_from.date() > e.valid_from]
    assert late or Posting.objects.filter(known_to__isnull=False).exists()


def test_the_people_data_came_every_night_until_today(demo: Outcome) -> None:
    nights = ImportRun.objects.order_by("finished_at").values_list("finished_at", flat=True)
    assert nights.count() == (TODAY - Calendar(AT).opened).days + 1
    assert nights.last().astimezone(OSLO).date() == TODAY  # type: ignore[union-attr]


# --- the deeds and what follows from them ---


def test_every_completion_has_its_statements(demo: Outcome) -> None:
    assert Completion.objects.filter(known_to=None).count() > STAFF / 3
    assert projection.differences() == []


def test_every_statement_passes_the_validation_that_others_must_pass(demo: Outcome) -> None:
    for payload in Statement.objects.values_list("payload", flat=True):
        validate(payload.encode(), "2.0.0")


def test_the_players_rows_say_the_same_as_the_statements(demo: Outcome) -> None:
    told = verbs()
    assert told["experienced"] == PartDone.objects.count()
    assert told["launched"] == told["initialized"] == told["terminated"] == Visit.objects.count()
    assert told["passed"] + told["failed"] == QuizTry.objects.count()
    confirmed = Achievement.objects.filter(activity__contains="/activities/programme/").count()
    assert confirmed
    # A course with a gathering is completed after its quiz, by a statement of its own.
    both = Completion.objects.filter(version__course__gathering_from__isnull=False).count()
    assert both
    assert told["completed"] == QuizTry.objects.filter(passed=True).count() + confirmed + both


def test_some_fail_and_some_are_half_way_and_some_statements_are_voided(demo: Outcome) -> None:
    told = verbs()
    assert told["failed"] and told["voided"]
    assert Attempt.objects.count() > QuizTry.objects.filter(passed=True).count()


def test_nothing_happens_before_the_start_or_after_today(demo: Outcome) -> None:
    calendar = Calendar(AT)
    moments = Statement.objects.values_list("stored", flat=True)
    assert min(moments).astimezone(OSLO).date() >= calendar.start
    assert max(moments) < AT


def test_weekends_are_quiet(demo: Outcome) -> None:
    days = Counter(at.astimezone(OSLO).weekday() for at in Visit.objects.values_list("begun_at", flat=True))
    assert days[5] + days[6] < 0.1 * days.total()


def test_whoever_follows_the_log_goes_on_behind_what_was_loaded(demo: Outcome) -> None:
    assert follow(AT) == []
    assert query.after(Cursor.objects.get().position) == ([], query.end())


# --- the barometer ---


def test_each_units_cells_are_the_sum_of_its_childrens(demo: Outcome) -> None:
    for campaign in Campaign.objects.all():
        cells = Cell.objects.filter(campaign=campaign, on=LAST_SUNDAY, known="now").select_related("unit")
        by_unit = {(cell.part, cell.unit.code): cell for cell in cells}
        for part in {part for part, _ in by_unit}:
            for parent in ("KRIM", "OST", "NORD"):
                below = UnitPlace.objects.filter(parent__code=parent).values_list("unit__code", flat=True)
                children = [by_unit[part, code] for code in below if (part, code) in by_unit]
                whole = by_unit[part, parent]
                assert whole.in_audience == sum(cell.in_audience for cell in children)
                assert whole.completed == sum(cell.completed for cell in children)


def test_nothing_that_is_counted_is_counted_again_before_something_changes(demo: Outcome) -> None:
    for campaign in Campaign.objects.all():
        assert not freshness.stale(campaign, freshness.marks(campaign)), campaign.slug


def test_the_four_classes_add_up_to_those_who_are_employed(demo: Outcome) -> None:
    cell = Cell.objects.get(campaign__slug="mi-for-alle", unit__code="KRIM", on=LAST_SUNDAY, known="now")
    employed = Employment.objects.on(LAST_SUNDAY).known().values("learner").distinct().count()
    assert cell.counted + cell.on_leave + cell.in_grace + cell.exempt == employed
    assert cell.on_leave and cell.in_grace and cell.exempt


def test_about_three_in_five_have_completed_mi(demo: Outcome) -> None:
    cell = Cell.objects.get(campaign__slug="mi-for-alle", unit__code="KRIM", on=LAST_SUNDAY, known="now")
    assert 0.4 < cell.completed / cell.counted < 0.75


def test_a_finished_week_has_its_figure_as_known_then(demo: Outcome) -> None:
    for campaign in Campaign.objects.all():
        sundays = {day for day in Calendar(AT).sundays() if day >= campaign.start}
        assert set(Cell.objects.filter(campaign=campaign, known="then").values_list("on", flat=True)) == sundays


def test_a_course_with_a_gathering_has_a_bar_for_each_half_and_vbu_one_for_the_programme(demo: Outcome) -> None:
    def completed(slug: str) -> dict[str, int]:
        cells = Cell.objects.filter(campaign__slug=slug, unit__code="KRIM", on=LAST_SUNDAY, known="now")
        return dict(cells.values_list("part", "completed"))

    halves = completed("skole-og-nav")
    assert 0 < halves["skolenav"] < min(halves["skolenav.elearning"], halves["skolenav.gathering"])
    whole = completed("vbu")
    assert set(whole) == {"programme"}
    done = Achievement.objects.filter(activity__endswith="/programme/vbu", completed_on__lte=LAST_SUNDAY)
    assert whole["programme"] == done.count() > 0


# --- every Monday, as it was counted live and reconstructed ---


def mondays(campaign: Campaign) -> list[dt.date]:
    first = campaign.start + dt.timedelta(days=-campaign.start.weekday() % 7)
    weeks = (oslo_day(AT) - first).days // 7
    return [first + dt.timedelta(weeks=week) for week in range(weeks)]


def counted(campaign: Campaign, on: dt.date, known: str) -> dict[Any, Any]:
    cells.compute(campaign, [(on, known)])
    rows = Cell.objects.filter(campaign=campaign, on=on, known=known)
    return {(row.part, row.unit_id): tuple(getattr(row, name) for name in cells.COUNTS) for row in rows}


def forget_what_came_after(moment: dt.datetime) -> None:
    """The database as it stood at the moment."""
    for model in FACTS:
        model._default_manager.filter(known_from__gte=moment).delete()
        model._default_manager.filter(known_to__gte=moment).update(known_to=None)


def test_every_monday_reconstructed_is_what_was_counted_live(demo: Outcome) -> None:
    campaigns = list(Campaign.objects.all())
    found = {(c.pk, day): counted(c, day, "then") for c in campaigns for day in mondays(c)}
    assert len(found) > 12
    for day in sorted({day for _campaign, day in found}, reverse=True):
        with transaction.atomic():
            forget_what_came_after(known_until(day))
            for campaign in campaigns:
                if (campaign.pk, day) in found:
                    assert counted(campaign, day, "now") == found[campaign.pk, day], (campaign, day)
            transaction.set_rollback(True)


# --- the weekly reports ---


def test_each_finished_week_has_its_report_for_the_service_and_the_regions(demo: Outcome) -> None:
    reports = WeeklyReport.objects.all()
    assert reports.count() == 6 * len(Calendar(AT).sundays())
    assert all(report.is_unchanged for report in reports)
    assert not OutgoingMail.objects.exists()


def test_a_past_report_was_made_on_the_monday_after_its_week(demo: Outcome) -> None:
    report = WeeklyReport.objects.get(week="2026-W46", unit__code="KRIM")
    assert report.made_at.astimezone(OSLO).isoformat(timespec="minutes") == "2026-11-16T06:00+01:00"


# --- the accounts ---


@pytest.mark.parametrize("name", ["ansatt", "leder", "krus", "direktor", "personvern", "admin"])
def test_the_demo_account_signs_in(demo: Outcome, client: Client, name: str) -> None:
    client.post(reverse("account_login"), {"login": f"{name}@fagbenk.example", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(Learner.objects.get(email=f"{name}@fagbenk.example").pk)


def test_nobody_else_has_a_password(demo: Outcome) -> None:
    assert Learner.objects.exclude(password__startswith="!").count() == 6


def test_the_officer_has_begun_mi_and_not_completed_it(demo: Outcome) -> None:
    officer = Learner.objects.get(email="ansatt@fagbenk.example")
    mi = Course.objects.get(code="MI")
    progress = learning().progress(officer, [mi])[mi.pk]
    assert (len(progress.lessons_done), progress.completed_on) == (2, None)
    assert progress.places[progress.at_key]


def test_the_officers_leader_leads_the_officers_prison(demo: Outcome) -> None:
    officer = Learner.objects.get(email="ansatt@fagbenk.example")
    leader = Learner.objects.get(email="leder@fagbenk.example")
    assert officer.postings.get().unit == leader.leaderships.get().unit


def test_the_editor_may_edit_and_publish_courses_in_every_language(demo: Outcome) -> None:
    editor = Learner.objects.get(email="krus@fagbenk.example")
    for page in CoursePage.objects.all():
        may = page.permissions_for_user(editor)
        assert may.can_edit()
        assert may.can_publish()


def test_management_is_the_director_for_all_and_the_regional_directors_for_theirs(demo: Outcome) -> None:
    units = RoleGrant.objects.filter(role="management").values_list("unit__code", flat=True)
    assert sorted(units, key=str) == ["NORD", None, "OST", "SOR", "SORVEST", "VEST"]


# --- loading ---


def test_loading_again_changes_nothing(demo: Outcome) -> None:
    before = Statement.objects.count(), Learner.objects.count(), Cell.objects.count()
    assert load() == Outcome(new=False)
    assert (Statement.objects.count(), Learner.objects.count(), Cell.objects.count()) == before


def test_the_same_seed_and_day_make_the_same_rows(demo: Outcome) -> None:
    calendar = Calendar(AT)
    units = {u.code: u for u in Unit.objects.all()}
    positions = {p.position.code: p.position for p in Posting.objects.select_related("position")}
    again = people.Staff(units, positions, calendar, 1)
    again.employ(STAFF)
    stored = Learner.objects.order_by("pk")
    assert [p.learner.opaque_id for p in again.people] == list(stored.values_list("opaque_id", flat=True))
    assert len(again.rows(Posting)) == Posting.objects.count()


def test_the_same_plans_are_told_with_the_same_deeds(demo: Outcome) -> None:
    def tell() -> tuple[list, list]:
        staff = people.Staff(units, positions, Calendar(AT), 1)
        staff.employ(STAFF)
        story = Story(read, versions, 1)
        story.tell(Planner({"MI": 5, "MILJO": 5, "PED": 5}, Calendar(AT), 1).plans(staff.people))
        return story.deeds, story.settings

    units = {u.code: u for u in Unit.objects.all()}
    positions = {p.position.code: p.position for p in Posting.objects.select_related("position")}
    read = content.read()
    versions = {c.code: c.versions.get() for c in Course.objects.all()}
    assert tell() == tell()


def test_shares_by_weight_add_up() -> None:
    assert allot(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(allot(401, [3, 5, 0, 8])) == 401


# --- the figures ---


def test_page_files_report_and_mail_say_the_same_of_every_unit(demo: Outcome, client: Client) -> None:
    week = Week(LAST_SUNDAY)
    made_in = Round(week, AT)
    told = 0
    for unit in Unit.objects.order_by("code"):
        content, texts, cells = agreeing.report_of(unit, made_in)
        for campaign in Campaign.objects.all():
            for number, part in enumerate(parts_of(campaign) if campaign.start <= LAST_SUNDAY else []):
                said = agreeing.Said(client, campaign, unit, week, part)
                said.check_csv()
                said.check_report(unit, content, texts, cells)
                if not number:  # the other parts have the same templates
                    said.check_pictures()
                    said.check_page()
                told += sum(own.share is not None for own in said.rows.values())
    assert told > 20  # small groups are hidden, but not everything
