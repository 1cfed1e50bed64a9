"""Bars that are no course: a blended course's e-learning and gathering, and a whole programme by the same person."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import uuid
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from courses.models import Campaign, Cohort, CohortMember, Course, Part, Programme
from learners.models import Learner
from tests.barometer import organisation as org
from tests.gatherings.cast import gathering
from tracking.barometer import cells, checking, figures, refreshing
from tracking.barometer.crossing import ELEARNING, GATHERING
from tracking.barometer.figures import figure, figures_of_parts
from tracking.barometer.forecast import Forecast
from tracking.barometer.models import Cell
from tracking.barometer.published import as_json
from tracking.barometer.suppression import decide
from tracking.barometer.tree import Count, Node
from tracking.completions.models import Achievement
from tracking.exceptions import BadQuery
from tracking.followup.counting import countings
from tracking.followup.team import team
from tracking.identities.activities import elearning_iri, gathering_iri, programme_iri
from tracking.reports.content import _part, build
from tracking.reports.sentences import outlook, part_title
from tracking.reports.sheet import render
from tracking.reports.weeks import Week
from tracking.reports.words import _row, tell

pytestmark = pytest.mark.django_db
SUNDAY = dt.date(2026, 9, 20)
AT = org.noon(dt.date(2026, 9, 23))
DONE = dt.date(2026, 9, 8)
FORMATS = ("/", ".json", ".csv", ".svg", ".png", "/embed/")


def achieve(learner: Learner, iri: str, on: dt.date = DONE) -> Achievement:
    return Achievement.objects.create(
        learner=learner, activity=iri, registration=uuid.uuid4(), statement_id=uuid.uuid4(), completed_on=on,
        known_from=org.noon(on), written_at=org.noon(on),
    )  # fmt: skip


@pytest.fixture
def service() -> org.Service:
    return org.service(OSLO=45, TROMSO=42)


@pytest.fixture
def blended(service: org.Service) -> Course:
    """In Oslo 30 have done the e-learning, 20 were at the gathering, 15 have completed the course by both."""
    course = org.course("MI")
    course.gathering_from = org.BEFORE
    course.save()
    org.campaign(course)
    made = gathering(course=course)
    people = service.people["OSLO"]
    for learner in people[:30]:
        achieve(learner, elearning_iri("MI"))
    for learner in people[15:35]:
        achieve(learner, gathering_iri(made.slug))
    for learner in people[15:30]:
        org.complete(learner, course, DONE)
    return course


@pytest.fixture
def vbu(service: org.Service) -> Campaign:
    """A programme of two courses: in Oslo 25 have completed both, and 12 of them the programme."""
    courses = [org.course("MI"), org.course("PED")]
    made = Programme.objects.create(slug="vbu", title="VBU")
    for order, course in enumerate(courses):
        Part.objects.create(programme=made, order=order, kind="course", course=course)
    campaign = org.campaign(*courses, programme=made)
    for learner in service.people["OSLO"][:25]:
        for course in courses:
            org.complete(learner, course, DONE)
    for learner in service.people["OSLO"][:12]:
        achieve(learner, programme_iri("vbu"))
    return campaign


def counts(campaign: Campaign, code: str = "OSLO", on: dt.date = SUNDAY, known: str = "now") -> dict[str, object]:
    unit = org.Unit.objects.get(code=code)
    return {one.part: one.own.completed for one in figures_of_parts(campaign, unit, on, known, AT)}


def test_a_blended_course_has_a_bar_for_each_half(blended: Course) -> None:
    assert counts(Campaign.objects.get()) == {"mi": 15, "mi.elearning": 30, "mi.gathering": 20}
    assert counts(Campaign.objects.get(), known="then") == {"mi": 15, "mi.elearning": 30, "mi.gathering": 20}


def test_who_has_completed_the_course_otherwise_has_done_both_halves(service: org.Service, blended: Course) -> None:
    org.complete(service.people["OSLO"][40], blended, DONE)  # prior learning, or before a gathering was needed
    assert counts(Campaign.objects.get()) == {"mi": 16, "mi.elearning": 31, "mi.gathering": 21}


def test_a_half_holds_no_longer_than_the_course_would(blended: Course) -> None:
    blended.versions.update(validity_months=1)
    later = figure(Campaign.objects.get(), None, dt.date(2026, 10, 18), "now", "mi.elearning", org.noon(org.DEADLINE))
    assert later.own.completed == 15  # those whose completion of the course stands


def test_elearning_of_another_version_is_not_this_campaigns(service: org.Service, blended: Course) -> None:
    old, new = blended.versions.get(), blended.versions.create(number=2, published_on=org.START)
    Achievement.objects.filter(activity=elearning_iri("MI")).update(version=old)
    achieve(service.people["OSLO"][44], elearning_iri("MI"))
    Achievement.objects.filter(learner=service.people["OSLO"][44]).update(version=new)
    assert counts(Campaign.objects.get())["mi.elearning"] == 30


def test_a_course_that_needs_no_gathering_within_the_campaign_has_one_bar(blended: Course) -> None:
    blended.gathering_until = org.START
    blended.save()
    assert list(counts(Campaign.objects.get())) == ["mi"]


@pytest.mark.parametrize("end", FORMATS)
def test_every_format_takes_the_halves_and_refuses_what_is_no_part(client: Client, blended: Course, end: str) -> None:
    for part, status in (("mi", 200), ("mi.elearning", 200), ("mi.gathering", 200), ("mi.x", 400), ("all", 400)):
        assert client.get(f"/barometer/grunnkurs{end}", {"part": part}).status_code == status, (end, part)


def test_page_files_and_frame_say_the_same_of_a_half(client: Client, blended: Course) -> None:
    query = {"unit": "OSLO", "on": SUNDAY.isoformat(), "part": "mi.gathering"}
    told = client.get("/barometer/grunnkurs.json", query).json()
    assert (told["completed"], told["counted"]) == (20, 45)
    row = next(csv.DictReader(io.StringIO(client.get("/barometer/grunnkurs.csv", query).content.decode())))
    assert (row["part"], row["completed"]) == ("mi.gathering", "20")
    for end in ("/", ".svg", "/embed/"):
        assert "20 av 45" in client.get(f"/barometer/grunnkurs{end}", query).content.decode()


def test_the_page_shows_both_halves_beside_each_other_with_links(client: Client, blended: Course) -> None:
    page = " ".join(client.get("/en/barometer/grunnkurs/", {"on": SUNDAY.isoformat()}).content.decode().split())
    assert "Part by part" in page
    for part, name in (("mi.elearning", "The e-learning of Kurs MI"), ("mi.gathering", "The gathering of Kurs MI")):
        assert f'href="?on={SUNDAY}&amp;part={part}">{name}' in page


def test_a_new_achievement_reaches_the_figures(service: org.Service, blended: Course) -> None:
    campaign, learner = Campaign.objects.get(), service.people["OSLO"][40]
    refreshing.refresh(campaign, AT)
    made = achieve(learner, elearning_iri("MI"))
    Achievement.objects.filter(pk=made.pk).update(written_at=dt.datetime.now(dt.UTC))
    assert cells.refresh(campaign, AT) > 0
    assert counts(campaign)["mi.elearning"] == 31
    achieve(service.people["OSLO"][41], elearning_iri("MI"))
    refreshing.refresh_after_completion(service.people["OSLO"][41].pk, blended.pk, DONE, AT)
    assert Cell.objects.get(part="mi.elearning", unit__code="OSLO", on=SUNDAY, known="now").completed == 32
    assert not checking.check(campaign, service.units["TROMSO"].pk, AT)


@pytest.mark.parametrize("seed", range(150))
def test_halves_and_programmes_hide_siblings_alike(seed: int) -> None:
    rng = random.Random(seed)
    sizes = {unit: rng.choice([1, 2, 4, 6, 7, 9, 12, 31]) for unit in range(1, rng.randint(3, 6))}
    names = rng.choice([("mi", "mi.elearning", "mi.gathering"), ("programme", "all", "mi", "ped")])
    trees = {}
    for name in names:
        done = {unit: sum(rng.random() < 0.5 for _ in range(size)) for unit, size in sizes.items()}
        below = {unit: Node(f"U{unit}", 0, Count(size, done[unit])) for unit, size in sizes.items()}
        trees["now", name] = {0: Node("KRIM", None, Count(sum(sizes.values()), sum(done.values()))), **below}
    hidden = decide(trees, {}, {})
    assert len({frozenset(set(units) - {0}) for units in hidden.values()}) == 1


def test_a_campaign_on_a_programme_counts_those_who_have_completed_the_programme(vbu: Campaign) -> None:
    assert counts(vbu) == {"programme": 12, "all": 25, "mi": 25, "ped": 25}
    first = figure(vbu, None, SUNDAY, "now", None, AT)
    assert (first.part, first.own.completed, first.own.counted) == ("programme", 12, 87)


def cohort(programme: Programme, ends: dt.date, members: list[Learner]) -> Cohort:
    made = Cohort.objects.create(programme=programme, slug=f"vbu-{ends}", title="VBU", starts=org.BEFORE, ends=ends)
    for learner in members:
        CohortMember.objects.create(cohort=made, learner=learner, joined_at=org.LONG_AGO)
    return made


def forecast_of(campaign: Campaign, unit: str | None = None) -> tuple[int, int, int | None] | None:
    where = org.Unit.objects.get(code=unit) if unit else None
    told = figure(campaign, where, SUNDAY, "now", None, AT).forecast
    return (round(told.low * 87), round(told.high * 87), told.places) if told else None


def test_a_programmes_range_ends_at_those_who_have_a_place_in_a_class_that_ends_in_time(
    service: org.Service, vbu: Campaign
) -> None:
    people = service.people["OSLO"]
    assert forecast_of(vbu) == (12, 12, 0)  # no class: nobody else
    assert vbu.programme
    made = cohort(vbu.programme, org.DEADLINE, people[10:20])  # two of the ten have completed it
    cohort(vbu.programme, org.DEADLINE + dt.timedelta(days=1), people[30:45])
    assert forecast_of(vbu) == (12, 20, 8)
    made.members.filter(learner=people[19]).update(left_at=org.LONG_AGO)
    people[18].employments.update(valid_to=SUNDAY)
    assert forecast_of(vbu) == (12, 18, 6)
    made.members.filter(learner__in=people[16:18]).delete()
    assert forecast_of(vbu) is None  # four are too few to tell of
    assert forecast_of(vbu, "OSLO") is None


def test_the_page_and_the_report_say_what_the_classes_allow(
    client: Client, service: org.Service, vbu: Campaign
) -> None:
    address, query = "/en/barometer/grunnkurs/", {"on": SUNDAY.isoformat()}
    page = " ".join(client.get(address, query).content.decode().split())
    assert "without another class nobody else can complete by then." in page
    assert vbu.programme
    cohort(vbu.programme, org.DEADLINE, service.people["OSLO"][20:35])
    page = " ".join(client.get(address, query).content.decode().split())
    assert "To reach 90% by 30 June 2027, 2 a week are needed." in page
    assert "15 have a place in a class that ends by then; without another class, more cannot complete" in page
    assert "At the pace of the last six weeks" not in page
    told = client.get("/barometer/grunnkurs.json", query).json()["forecast"]
    assert told == {"low": 12 / 87, "high": 27 / 87, "needed_per_week": 2}
    with translation.override("en"):
        said = outlook(report(vbu)["campaigns"][0])
    assert "With the classes that end by then it will be between 13% and 31%." in said


@pytest.mark.parametrize("end", FORMATS)
def test_every_format_takes_the_programme(client: Client, vbu: Campaign, end: str) -> None:
    assert client.get(f"/barometer/grunnkurs{end}", {"part": "programme"}).status_code == 200
    assert client.get(f"/barometer/grunnkurs{end}", {"part": "vbu"}).status_code == 400


def test_the_page_names_the_programme(client: Client, vbu: Campaign) -> None:
    page = " ".join(client.get("/en/barometer/grunnkurs/", {"on": SUNDAY.isoformat()}).content.decode().split())
    assert "<strong>12 of 87</strong> have completed the whole programme." in page
    strips = " ".join(client.get("/en/barometer/").content.decode().split())
    assert "have completed the whole programme." in strips


def test_the_leaders_page_and_my_own_count_the_programme_too(service: org.Service, vbu: Campaign) -> None:
    found = team(service.units["OSLO"], SUNDAY)
    assert [(one.counted, one.completed) for one in found.campaigns] == [(45, 12)]
    done, not_yet = (countings(service.people["OSLO"][n].pk, SUNDAY)[0] for n in (0, 20))
    assert (done.is_done, not_yet.is_done, not_yet.completed) == (True, False, 2)


def report(campaign: Campaign) -> dict[str, Any]:
    some = figures_of_parts(campaign, None, SUNDAY, "then", AT)
    return build(
        Week(SUNDAY), figures.root_unit(SUNDAY), [some], known="then", as_of=SUNDAY, ages={}, quality={},
        restatements=[], demo=False,
    )  # fmt: skip


def test_the_report_names_the_programme_in_both_languages(vbu: Campaign) -> None:
    told = report(vbu)
    parts = told["campaigns"][0]["parts"]
    assert [part["part"] for part in parts] == ["programme", "all", "mi", "ped"]
    assert (parts[0]["title"], parts[0]["title_nn"]) == ("Hele programmet", "Heile programmet")
    for language, title in (("nb", "Hele programmet"), ("nn", "Heile programmet"), ("en", "The whole programme")):
        with translation.override(language):
            assert part_title(parts[0]) == title


def test_the_report_names_the_halves_of_a_course_in_every_language(blended: Course) -> None:
    parts = report(Campaign.objects.get())["campaigns"][0]["parts"]
    titles = {"nb": ("E-læringen i", "Samlingen i"), "nn": ("E-læringa i", "Samlinga i"),
              "en": ("The e-learning of", "The gathering of")}  # fmt: skip
    halves = [part for part in parts if part["part"].endswith((ELEARNING, GATHERING))]
    for language, said in titles.items():
        with translation.override(language):
            assert [part_title(part) for part in halves] == [f"{half} {blended.title_in(language)}" for half in said]


def test_the_report_says_at_most_where_room_and_not_the_pace_bounds_the_forecast(blended: Course) -> None:
    shown = figures_of_parts(Campaign.objects.get(), None, SUNDAY, "then", AT)[0]
    spread, bounded = Forecast(0.34, 0.34, 3), Forecast(0.34, 0.34, 3, seats=4)
    by_pace, by_room = (_part(replace(shown, forecast=told, pace=2.5), {}) for told in (spread, bounded))
    with translation.override("nb"):
        assert _row(by_room).forecast == "høyst 34\N{NO-BREAK SPACE}%"
        assert _row(by_pace).forecast == "34\N{NO-BREAK SPACE}%"
    with translation.override("nn"):
        assert _row(by_room).forecast == "høgst 34\N{NO-BREAK SPACE}%"


def test_files_write_a_forecast_that_room_bounds_as_what_is_not_passed(blended: Course) -> None:
    shown = figures_of_parts(Campaign.objects.get(), None, SUNDAY, "then", AT)[0]
    ages = {"people_received_at": None, "statements_received_at": None}
    content = report(shown.campaign) | ages | {"quality": {"people_without_posting": 0, "disputed": 0}}
    lows, notes = [], []
    for told in (Forecast(0.34, 0.34, 3), Forecast(0.34, 0.34, 3, seats=4)):
        bounded = replace(shown, forecast=told, pace=2.5)
        in_json = as_json(bounded)["forecast"]
        assert in_json == {"low": 0.34, "high": 0.34, "needed_per_week": 3}
        part = _part(bounded, {})
        assert (part["at_most"], "at_most" in part["forecast"]) == (told.at_most, False), "format 3 says it beside"
        content["campaigns"][0]["parts"] = [part]
        with translation.override("en"):
            book = openpyxl.load_workbook(io.BytesIO(render(content, tell(content, None))))
        names, row = list(book.worksheets[0].iter_rows(max_row=2, values_only=True))
        line = dict(zip(names, row, strict=True))
        assert line["Forecast to"] == 0.34
        lows.append(line["Forecast from"])
        notes.append(sum("is what is not passed" in str(cell.value) for cell in book["About"]["A"]))
    assert (lows, notes) == ([0.34, None], [0, 1])


def test_a_unit_that_is_no_campaigns_programme_is_no_part(blended: Course) -> None:
    with pytest.raises(BadQuery):
        figure(Campaign.objects.get(), None, SUNDAY, "now", "programme", AT)


def test_two_campaigns_on_different_programmes_hide_nothing_of_each_others(service: org.Service, vbu: Campaign) -> None:
    other = org.campaign(*vbu.courses.all(), slug="annet", programme=Programme.objects.create(slug="x", title="X"))
    for learner in service.people["OSLO"][20:35]:
        achieve(learner, programme_iri("x"))
    assert counts(other, "KRIM") == {"programme": 15, "all": 25, "mi": 25, "ped": 25}


def offer(learners: list[Learner]) -> None:
    cohort = Cohort.objects.create(
        programme=Programme.objects.get(), slug="k1", title="Kull 1", starts=org.START, ends=dt.date(2027, 6, 1)
    )
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, learner=one, joined_at=org.noon(org.START)) for one in learners
    )


def test_the_campaigns_own_page_says_how_many_have_been_offered_a_place(
    client: Client, service: org.Service, vbu: Campaign
) -> None:
    offer(service.people["OSLO"][:24])
    query = {"on": SUNDAY.isoformat()}
    said = "<strong>24</strong> have been offered a place. 12 of them have completed."
    for programme in (vbu.programme, None):  # its own, or one of which it asks for all courses
        Campaign.objects.update(programme=programme)
        assert said in " ".join(client.get("/en/barometer/grunnkurs/", query).content.decode().split())
    of_a_unit = client.get("/en/barometer/grunnkurs/", query | {"unit": "OSLO"}).content.decode()
    assert "have been offered a place" not in of_a_unit
    keys = client.get("/barometer/grunnkurs.json", query).json().keys()
    assert "offered" not in keys
