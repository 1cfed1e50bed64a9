"""The barometer's pages: who may see them, what they say, what they keep to themselves, and what they cost."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from courses.models import Campaign, Course
from learners.models import Learner
from tests.barometer import organisation as org
from tracking.barometer import published

pytestmark = pytest.mark.django_db
PAGE = "/barometer/grunnkurs/"
SUNDAY = "2026-09-20"


def get(client: Client, path: str = PAGE, **query: str) -> str:
    answer = client.get("/en" + path, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def course() -> Course:
    return org.course("MI")


@pytest.fixture
def service(course: Course) -> org.Service:
    made = org.service(OSLO=45, TROMSO=12, BODO=4)
    org.campaign(course)
    for code, number in (("OSLO", 20), ("TROMSO", 5), ("BODO", 2)):
        for learner in made.people[code][:number]:
            org.complete(learner, course, dt.date(2026, 9, 8))
    org.complete(made.people["OSLO"][30], course, dt.date(2026, 9, 16))
    return made


def test_the_page_begins_with_both_counts_in_a_sentence(client: Client, service: org.Service) -> None:
    page = get(client, on=SUNDAY)
    assert "<strong>28 of 61</strong> have completed. That is 1 more than the week before." in page


def test_in_mid_week_the_sentence_compares_with_last_sunday(client: Client, service: org.Service) -> None:
    assert "That is 1 more than last Sunday." in get(client, on="2026-09-16")


def test_the_share_is_rounded_down(client: Client, service: org.Service) -> None:
    assert "45%" in get(client, on=SUNDAY)  # 28 of 61 is 45.9


def test_a_hidden_unit_stands_by_name_without_a_reason(client: Client, service: org.Service) -> None:
    page = get(client, unit="NORD", on=SUNDAY)
    assert "No figures are shown for:" in page
    assert "<li>Unit BODO</li>" in page


def test_every_hidden_unit_gets_the_same_words(client: Client, service: org.Service) -> None:
    small, partner, empty = (get(client, unit=code, on=SUNDAY) for code in ("BODO", "TROMSO", "NORD-STAB"))
    strip = {"BODO": small, "TROMSO": partner, "NORD-STAB": empty}
    assert len({page.replace(code, "").split("<title>")[1] for code, page in strip.items()}) == 1


def test_the_way_up_leads_to_the_units_above(client: Client, service: org.Service) -> None:
    page = get(client, unit="OSLO", on=SUNDAY)
    assert f'<a href="?on={SUNDAY}">Unit KRIM</a>' in page
    assert f'<a href="?on={SUNDAY}&amp;unit=SOR">Unit SOR</a>' in page


def test_the_trend_has_a_table_beside_the_picture(client: Client, service: org.Service) -> None:
    page = get(client, on=SUNDAY)
    assert "The numbers as a table" in page
    assert '<th scope="row">13 September 2026</th><td class="number">27</td><td class="number">61</td>' in page


def test_the_rules_version_and_how_it_counts_stand_on_the_page(client: Client, service: org.Service) -> None:
    page = get(client)
    assert "Rule 1." in page
    assert "How we count" in page


@pytest.mark.parametrize(
    ("query", "status"), [("unit=NOWHERE", 404), ("on=2999-01-01", 400), ("on=x", 400), ("colour=red", 400)]
)
def test_what_cannot_be_shown_is_said_on_a_page(client: Client, service: org.Service, query: str, status: int) -> None:
    answer = client.get(f"/en{PAGE}?{query}")
    assert answer.status_code == status
    assert "This figure cannot be shown" in answer.content.decode()


def test_an_unknown_campaign_is_not_found(client: Client, service: org.Service) -> None:
    assert client.get("/barometer/nothing/").status_code == 404


def test_a_campaign_that_is_not_public_leads_to_the_sign_in(client: Client, service: org.Service) -> None:
    Campaign.objects.update(public=False)
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert "/konto/" in answer["Location"]
    assert "Grunnkurs" not in client.get("/barometer/").content.decode()
    client.force_login(Learner.objects.create_user("charlie@example.org"))
    assert "Grunnkurs" in client.get("/barometer/").content.decode()
    assert client.get(PAGE)["Cache-Control"] == "private, no-store"


def test_the_page_comes_in_every_language(client: Client, service: org.Service) -> None:
    for prefix in ("", "/nn", "/se", "/en"):
        assert client.get(prefix + PAGE, {"on": SUNDAY}).status_code == 200


def test_the_parts_are_named_in_the_readers_language(client: Client, service: org.Service) -> None:
    org.campaign(Course.objects.get(), org.course("PED"), slug="begge")
    page = client.get("/nn/barometer/begge/", {"on": SUNDAY}).content.decode()
    assert "Emne PED" in page


def cost(client: Client, path: str, **query: str) -> int:
    client.get(path, query)  # counts what nobody has asked for yet
    with CaptureQueriesContext(connection) as queries:
        client.get(path, query)
    return len(queries)


def test_a_pages_queries_do_not_grow_with_staff_or_units(client: Client, service: org.Service) -> None:
    before = cost(client, PAGE, on=SUNDAY), cost(client, "/barometer/grunnkurs.json", on=SUNDAY)
    for number in range(12):
        service.units[f"MORE{number}"] = org.unit(f"MORE{number}", service.units["SOR"])
        service.fill(f"MORE{number}", 8)
    org.cells_anew()
    assert (cost(client, PAGE, on=SUNDAY), cost(client, "/barometer/grunnkurs.json", on=SUNDAY)) == before
    assert before[0] < 30


def test_the_strips_queries_do_not_grow_with_campaigns(service: org.Service, course: Course) -> None:
    def render() -> tuple[int, str]:
        template = Template("{% load barometer %}{% barometer_strips %}")
        with translation.override("en"):
            template.render(Context({}))
            with CaptureQueriesContext(connection) as queries:
                said = template.render(Context({}))
        return len(queries), said

    Campaign.objects.update(deadline=dt.date(2999, 1, 1))
    few, said = render()
    for number in range(4):
        org.campaign(course, slug=f"more{number}", deadline=dt.date(2999, 1, 1))
    many, all_said = render()
    assert few == many
    assert (said.count("28 of 61"), all_said.count("28 of 61")) == (1, 5)


def test_the_strip_says_the_same_as_the_page(client: Client, service: org.Service) -> None:
    assert "<strong>28 of 61</strong>" in get(client)
    assert "<strong>28 of 61</strong>" in get(client, "/barometer/")


def test_no_two_pictures_on_a_page_share_an_id(client: Client, service: org.Service, course: Course) -> None:
    service.fill("BODO", 45)
    for learner in service.people["BODO"][:21]:
        org.complete(learner, course, dt.date(2026, 9, 8))
    found = re.findall(r' id="([^"]+)"', get(client, on=SUNDAY))
    assert sorted(found) == sorted(set(found))


def test_what_a_cache_holds_has_another_name_after_an_upgrade(tmp_path: Path, settings: Settings) -> None:
    before = published.version_of("a figure")
    assert published.version_of("a figure") == before
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    names = set()
    for words in ("old", "new"):
        (tmp_path / "templates" / "page.html").write_text(words)
        published._making.cache_clear()
        names.add(published.version_of("a figure"))
    published._making.cache_clear()
    assert len(names | {before}) == 3
