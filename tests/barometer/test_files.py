"""The same figure for intranets: CSV, PNG, frames, wall screens; and that every format says the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client

from courses.models import Campaign
from tests.barometer import organisation as org

pytestmark = pytest.mark.django_db
SUNDAY = "2026-09-20"
FORMATS = tuple(f"/barometer/grunnkurs{end}" for end in (".json", ".csv", ".svg", ".png", "/embed/"))
UNITS = ("KRIM", "NORD", "SOR", "TROMSO", "BODO", "OSLO", "NORD-STAB")


@pytest.fixture
def service() -> org.Service:
    """45 officers in Oslo of whom 20 have completed, 42 in Tromsø of whom 5, 4 in Bodø of whom 2."""
    made = org.service(OSLO=45, TROMSO=42, BODO=4)
    course = org.course("MI")
    org.campaign(course)
    for code, number in (("OSLO", 20), ("TROMSO", 5), ("BODO", 2)):
        for learner in made.people[code][:number]:
            org.complete(learner, course, dt.date(2026, 9, 8))
    return made


def rows(client: Client, **query: str) -> list[dict[str, str]]:
    answer = client.get("/barometer/grunnkurs.csv", query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def number(value: Any) -> str:
    return "" if value is None else str(value)


def test_csv_page_picture_frame_and_json_say_the_same_of_every_unit(client: Client, service: org.Service) -> None:
    for code in UNITS:
        query = {"unit": code, "on": SUNDAY}
        told = client.get("/barometer/grunnkurs.json", query).json()
        table = rows(client, **query)
        for kind, wanted in (("figure", [told]), ("trend", told["trend"]), ("unit", told["units"])):
            found = [row for row in table if row["row"] == kind]
            assert [[row[name] for name in ("counted", "completed", "share")] for row in found] == [
                [number(one[name]) for name in ("counted", "completed", "share")] for one in wanted
            ]
        for path in ("/barometer/grunnkurs/", "/barometer/grunnkurs/embed/", "/barometer/grunnkurs.svg"):
            said = client.get(path, query).content.decode()
            counts = f"{told['completed']} av {told['counted']}"
            assert (counts in said) == (not told["suppressed"]), (code, path)


def test_a_name_in_the_table_is_no_formula(client: Client, service: org.Service) -> None:
    unit = service.units["OSLO"]
    unit.name = "=1+1"
    unit.save()
    assert rows(client, unit="OSLO", on=SUNDAY)[0]["name"] == "'=1+1"


def test_the_picture_is_a_png(client: Client, service: org.Service) -> None:
    answer = client.get("/barometer/grunnkurs.png", {"on": SUNDAY})
    assert (answer["Content-Type"], answer.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("path", FORMATS)
def test_every_format_takes_the_same_refuses_the_same_and_is_sent_once(
    client: Client, service: org.Service, path: str
) -> None:
    first = client.get(path, {"unit": "OSLO", "on": SUNDAY, "known": "then", "part": "mi"})
    assert (first.status_code, first["Cache-Control"]) == (200, "public, no-cache")
    again = client.get(
        path, {"unit": "OSLO", "on": SUNDAY, "known": "then", "part": "mi"}, headers={"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304
    for query, status in (({"unit": "NOWHERE"}, 404), ({"on": "2999-01-01"}, 400), ({"skjerm": "1"}, 400)):
        assert client.get(path, query).status_code == status
    Campaign.objects.update(public=False)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", FORMATS[:4])
def test_other_sites_may_read_what_is_public_and_nothing_else(client: Client, service: org.Service, path: str) -> None:
    assert client.get(path)["Access-Control-Allow-Origin"] == "*"
    Campaign.objects.update(public=False)
    assert "Access-Control-Allow-Origin" not in client.get(path)


@pytest.mark.parametrize("end", ["/", ".json", ".csv", ".svg", ".png", "/embed/"])
def test_who_asks_for_the_head_alone_gets_the_same_etag_and_none_where_nothing_may_be_kept(
    client: Client, service: org.Service, end: str
) -> None:
    path = f"/barometer/grunnkurs{end}?on={SUNDAY}"
    etag = client.get(path)["ETag"]
    assert client.head(path)["ETag"] == etag
    for ask in (client.get, client.head):
        assert ask(path, headers={"If-None-Match": etag}).status_code == 304
    Campaign.objects.update(public=False)
    client.force_login(service.people["OSLO"][0])
    private = client.get(path, headers={"If-None-Match": etag})
    assert (private.status_code, "ETag" in private) == (200, False)
    assert "no-store" in private["Cache-Control"]


def test_only_the_pages_that_the_setting_names_may_hold_the_frame(
    client: Client, service: org.Service, settings: Any
) -> None:
    settings.EMBED_ANCESTORS = ["https://intranett.example"]
    answer = client.get("/barometer/grunnkurs/embed/")
    assert "frame-ancestors https://intranett.example" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    page = client.get("/barometer/grunnkurs/")
    assert page["X-Frame-Options"] == "DENY"
    assert "intranett.example" not in page["Content-Security-Policy"]


def test_a_wall_screen_refreshes_itself_and_goes_on_after_an_error(client: Client, service: org.Service) -> None:
    page = client.get("/barometer/grunnkurs/", {"skjerm": "1"}).content.decode()
    assert re.search(r'<meta http-equiv="refresh" content="\d+">', page)
    assert client.get("/barometer/grunnkurs/", {"skjerm": "1", "unit": "NOWHERE"})["Refresh"] == "60"
    assert "Refresh" not in client.get("/barometer/grunnkurs/", {"unit": "NOWHERE"})
    assert client.get("/barometer/grunnkurs/", {"skjerm": "2"}).status_code == 400


def test_two_days_are_compared_in_a_sentence(client: Client, service: org.Service) -> None:
    learner = service.people["OSLO"][40]
    org.complete(learner, org.Course.objects.get(), dt.date(2026, 9, 16))
    page = client.get("/en/barometer/grunnkurs/", {"on": SUNDAY, "since": "2026-09-13"}).content.decode()
    assert "1 more has completed. As many count as before." in page


@pytest.mark.parametrize("since", [SUNDAY, "2026-09-01", "x"])
def test_a_day_to_compare_with_lies_between_the_start_and_the_day(
    client: Client, service: org.Service, since: str
) -> None:
    assert client.get("/barometer/grunnkurs/", {"on": SUNDAY, "since": since}).status_code == 400


def test_the_bridge_stands_on_the_page_as_a_table(client: Client, service: org.Service) -> None:
    org.complete(service.people["OSLO"][40], org.Course.objects.get(), dt.date(2026, 9, 16))
    page = " ".join(client.get("/en/barometer/grunnkurs/", {"on": SUNDAY}).content.decode().split())
    assert "What has changed since 13 September 2026" in page
    assert '<th scope="row">Completed</th><td class="number">0</td><td class="number">+1</td>' in page


def test_frame_and_wall_screen_of_the_demo_say_that_it_is_invented(
    client: Client, service: org.Service, settings: Any
) -> None:
    for address in ("/barometer/grunnkurs/embed/", "/en/barometer/grunnkurs/?skjerm=1"):
        for local in (True, False):
            settings.LOCAL = local
            page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
            assert ("people and figures are invented" in page or "personer og tall er oppdiktet" in page) is local


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        ("nn-NO,nn;q=0.9,nb;q=0.8", "nn", "Meir om tala"),
        ("no,en;q=0.5", "nb", "har fullført"),
        ("en-GB", "en", "have completed"),
        ("de", "nb", "har fullført"),
        ("", "nb", "har fullført"),
    ],
)
def test_a_frame_is_in_the_language_that_the_browser_asks_for(
    client: Client, service: org.Service, asked: str, language: str, said: str
) -> None:
    answer = client.get("/barometer/grunnkurs/embed/", {"on": SUNDAY}, headers={"Accept-Language": asked})
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert said in page
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]
    assert answer["Cache-Control"] == "public, no-cache"
    others = client.get(
        "/barometer/grunnkurs/embed/", {"on": SUNDAY},
        headers={"Accept-Language": "en" if language == "nb" else "nb", "If-None-Match": answer["ETag"]},
    )  # fmt: skip
    assert others.status_code == 200
