"""GET /barometer/<campaign>.svg: the same figure as a picture for intranets."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from courses.models import Campaign
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
