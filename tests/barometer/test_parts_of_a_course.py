"""Bars that are no course: a blended course's e-learning and gathering, and a whole programme by the same person."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import uuid

import pytest
from django.test import Client

from courses.models import Campaign, Cohort, CohortMember, Course, Part, Programme
from learners.models import Learner
from tests.barometer import organisation as org
from tests.gatherings.cast import gathering
from tracking.barometer import cells, checking, figures, refreshing
from tracking.barometer.figures import figure, figures_of_parts
from tracking.barometer.models import Cell
from tracking.barometer.suppression import decide
from tracking.barometer.tree import Count, Node
from tracking.completions.models import Achievement
from tracking.exceptions import BadQuery
from tracking.followup.counting import countings
from tracking.followup.team import team
from tracking.identities.activities import elearning_iri, gathering_iri, programme_iri
from tracking.reports.content import build
from tracking.reports.weeks import Week

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
    assert (first.part, first.own.completed, first.own.counted, first.forecast) == ("programme", 12, 87, None)


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


def test_the_report_names_the_programme_in_both_languages(vbu: Campaign) -> None:
    some = figures_of_parts(vbu, None, SUNDAY, "then", AT)
    told = build(
        Week(SUNDAY), figures.root_unit(SUNDAY), [some], known="then", as_of=SUNDAY, ages={}, quality={},
        restatements=[], demo=False,
    )  # fmt: skip
    parts = told["campaigns"][0]["parts"]
    assert [part["part"] for part in parts] == ["programme", "all", "mi", "ped"]
    assert (parts[0]["title"], parts[0]["title_nn"]) == ("Hele programmet", "Heile programmet")


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
