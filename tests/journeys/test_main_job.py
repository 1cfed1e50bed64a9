"""The main job: an officer takes a course, the barometer moves, the report says the same, the log can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer
from tincan import Activity, Agent, AgentAccount, RemoteLRS, Verb

from courses.models import CoursePage
from learners.models import Learner, Posting, UnitPlace
from tracking import vocabulary
from tracking.clock import week_name
from tracking.completions import projection
from tracking.identities import activities, people

from .conftest import Visitor, take_lesson, take_quiz, today

pytestmark = pytest.mark.long_file
CAMPAIGN = "mi-for-alle"


def figures(server: LiveServer, unit: str | None = None) -> dict:
    """What a machine reads of the barometer."""
    query = f"?unit={unit}" if unit else ""
    with urlopen(f"{server.url}/barometer/{CAMPAIGN}.json{query}") as answer:
        return json.load(answer)


def region_of(learner: Learner) -> str:
    """The code of the region that the learner's unit lies in."""
    posting = Posting.objects.known().on(today()).get(learner=learner, primary=True)
    place = UnitPlace.objects.known().on(today()).get(unit=posting.unit)
    return place.path.strip("/").split("/")[1]


def team_done(leader: Visitor) -> int:
    """How many of the own team the leader's page says have completed MI for everybody."""
    page = leader.open("/leder/")
    card = page.locator("li", has=page.locator(f"a[href*='/{CAMPAIGN}/']")).inner_text()
    said = re.search(r"(\d+) av (\d+) har fullført", card)
    assert said, card
    return int(said[1])


@pytest.mark.django_db(transaction=True)
def test_an_officer_takes_the_mi_course_and_everything_follows(
    demo: LiveServer, visit: Callable[[str], Visitor], tmp_path: Path
) -> None:
    officer_record = Learner.objects.get(email="ansatt@fagbenk.example")
    region = region_of(officer_record)
    before, before_region = figures(demo), figures(demo, region)
    leader = visit("leder")
    before_team = team_done(leader)

    officer = visit("ansatt")
    officer.page.get_by_role("link", name="Fortsett").first.wait_for()
    page = CoursePage.objects.get(course__code="MI", locale__language_code="nb")
    for lesson in page.lessons():
        take_lesson(officer, lesson.specific)
    quiz = page.quiz()
    assert quiz
    take_quiz(officer, quiz)

    officer.page.wait_for_url("**/kvittering/")
    assert "Jonas Haugen" in officer.page.locator("main").inner_text()
    assert "fullførte kurset" in officer.page.locator("main").inner_text()

    after, after_region = figures(demo), figures(demo, region)
    assert after["completed"] == before["completed"] + 1
    assert after["counted"] == before["counted"]
    assert after_region["completed"] == before_region["completed"] + 1
    assert team_done(leader) == before_team + 1
    assert projection.differences() == []

    _the_report_says_the_same(after, visit, tmp_path)
    _a_real_client_reads_the_statements(demo, officer_record)


def _the_report_says_the_same(after: dict, visit: Callable[[str], Visitor], folder: Path) -> None:
    week = week_name(today())
    director = visit("direktor")
    page = director.open(f"/rapporter/{week}/")
    said = page.locator("main").inner_text().replace("\xa0", " ")
    file = director.page.request.get(f"{director.base}/rapporter/{week}.json").json()
    pdf = director.page.request.get(f"{director.base}/rapporter/{week}.pdf").body()
    text = " ".join(p.extract_text() for p in PdfReader(BytesIO(pdf)).pages).replace("\xa0", " ")
    assert f'"completed": {after["completed"]}' in json.dumps(file)
    for words in (said, text):
        assert str(after["completed"]) in words.replace(" ", "")
        assert str(after["counted"]) in words.replace(" ", "")


def _a_real_client_reads_the_statements(server: LiveServer, learner: Learner) -> None:
    out = StringIO()
    call_command("lrs_credential", "Reisen", scope=["all/read"], stdout=out)
    key, secret = out.getvalue().split()
    lrs = RemoteLRS(endpoint=f"{server.url}/xapi/", version="1.0.3", username=key, password=secret)
    actor = Agent(account=AgentAccount(name=people.account_name(learner), home_page="https://fagbenk.example"))
    verb, course = Verb(id=vocabulary.COMPLETED), Activity(id=activities.course_iri("MI"))
    answer = lrs.query_statements({"agent": actor, "verb": verb, "activity": course, "limit": 10})
    assert answer.success, answer.data
    [statement] = answer.content.statements
    assert statement.object.id.endswith("/course/MI")
    assert statement.result.completion is True
