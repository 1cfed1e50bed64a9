"""GET /barometer/<campaign>.svg: the same figure as a picture for intranets."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from courses.models import Campaign
from learners.models import Unit
from tests.barometer import organisation as org

pytestmark = pytest.mark.django_db
URL = "/barometer/grunnkurs.svg"


@pytest.fixture
def service() -> org.Service:
    made = org.service(OSLO=40, BODO=4)
    course = org.course("MI")
    org.campaign(course)
    for learner in made.people["OSLO"][:10]:
        org.complete(learner, course, org.START)
    return made


def words(client: Client, **query: str) -> str:
    answer = client.get(URL, query)
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    return "".join(ElementTree.fromstring(answer.content).itertext())


def test_the_picture_says_the_figure_its_day_and_that_it_is_invented(client: Client, service: org.Service) -> None:
    said = words(client, on="2026-09-20")
    told = client.get("/barometer/grunnkurs.json", {"on": "2026-09-20"}).json()
    for part in ("Grunnkurs", str(told["completed"]), str(told["counted"]), "20. september 2026"):
        assert part in said


@pytest.mark.parametrize("name", ["Oslo\x07", "Oslo\ufffe", "Oslo\x1b[31m"])
def test_a_name_that_no_xml_may_hold_is_still_a_picture(client: Client, service: org.Service, name: str) -> None:
    Unit.objects.filter(code="OSLO").update(name=name)
    assert "Oslo" in words(client, on="2026-09-20", unit="OSLO")
    assert client.get("/barometer/grunnkurs.png", {"on": "2026-09-20", "unit": "OSLO"}).status_code == 200


def test_the_picture_of_a_hidden_unit_has_no_number(client: Client, service: org.Service) -> None:
    said = words(client, on="2026-09-20", unit="BODO")
    assert "Unit BODO" in said
    assert " 4" not in said.replace("40", "")
    assert "90" not in said  # no empty rule, which would look like 0 %


def test_the_picture_is_refused_like_every_other_format(client: Client, service: org.Service) -> None:
    assert client.get(URL, {"on": "x"}).status_code == 400
    assert client.get(URL, {"unit": "NOWHERE"}).status_code == 404
    Campaign.objects.update(public=False)
    assert client.get(URL).status_code == 403


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        ("nn-NO,nn;q=0.9,nb;q=0.8", "nn", "10 av 44 har fullført."),
        ("en-GB", "en", "10 of 44 have completed."),
        ("se", "nb", "10 av 44 har fullført."),
        ("de", "nb", "10 av 44 har fullført."),
        ("", "nb", "10 av 44 har fullført."),
    ],
)
def test_pictures_are_in_the_language_that_the_browser_asks_for(
    client: Client, service: org.Service, asked: str, language: str, said: str
) -> None:
    Campaign.objects.update(title_nn="Grunnkurset på nynorsk")
    for kind in ("svg", "png"):
        address, query = f"/barometer/grunnkurs.{kind}", {"on": "2026-09-20"}
        answer = client.get(address, query, headers={"Accept-Language": asked})
        assert "Accept-Language" in answer["Vary"]
        other = "en" if language == "nb" else "nb"
        again = {"If-None-Match": answer["ETag"]}
        assert client.get(address, query, headers={"Accept-Language": asked, **again}).status_code == 304
        assert client.get(address, query, headers={"Accept-Language": other, **again}).status_code == 200
    root = ElementTree.fromstring(client.get(URL, query, headers={"Accept-Language": asked}).content)
    words = "".join(root.itertext())
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert said in words
    assert ("Grunnkurset på nynorsk" in words) is (language == "nn")
