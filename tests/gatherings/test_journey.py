"""A class from its plan to the proof, in Chromium: what the teacher and those in it do, at a desk and on a phone."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from courses.gatherings import registering
from courses.models import Cohort, Course, CoursePage, Gathering, LessonPage, Part, Programme, Registration, Session
from learners.models import Learner, RoleGrant
from learners.roles import grant
from tests import staff
from tests.look.conftest import course, course_page, sign_in, without_faults  # noqa: F401 - fixtures
from tracking.clock import OSLO
from tracking.completions.models import Achievement, Completion
from tracking.identities import activities

from . import cast
from .test_attending import elearn

pytestmark = pytest.mark.long_file
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A browser of somebody's own, on a phone or at a desk; nobody: not signed in."""
    contexts = []

    def opened(learner: Learner | None, size: ViewportSize = PHONE) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="nb-NO", timezone_id="Europe/Oslo"
        )
        contexts.append(context)
        if learner:
            sign_in(context, live_server, learner)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def vbu(course: Course) -> Programme:  # noqa: F811
    """Three gatherings and the small course, which asks for one of them."""
    Course.objects.filter(pk=course.pk).update(gathering_from=dt.date(2026, 1, 1), hours=12)
    made = Programme.objects.create(slug="vbu", title="VBU")
    for order, title in enumerate(("Samling 1", "Samling 2", "Øvingsdag")):
        Part.objects.create(programme=made, order=order, kind="gathering", title=title)
    Part.objects.create(programme=made, order=3, kind="course", course=course)
    return made


@pytest.fixture
def people(course: Course) -> list[Learner]:  # noqa: F811
    """26 officers; all but the last have done the course's e-learning."""
    found = cast.people(26, staff.unit("HALDEN"))
    at = timezone.now()
    for number, one in enumerate(found, 1):
        one.hr_number = f"H{number:03d}"
        one.save()
    Achievement.objects.bulk_create(
        Achievement(
            learner=one, activity=activities.elearning_iri(course.code), registration=uuid.uuid4(),
            statement_id=uuid.uuid4(), completed_on=timezone.localdate(at), known_from=at, written_at=at,
        )
        for one in found[:25]
    )  # fmt: skip
    return found


@pytest.fixture
def tuva(transactional_db: None) -> Learner:
    made = staff.employ("Tuva", staff.unit("KRUS", kind="college"), "HOGSKOLELEKTOR")
    grant(made, RoleGrant.Role.TEACHER, None, timezone.now())
    return made


def plan(page: Page, title: str, day: dt.date, **choices: str) -> None:
    """A gathering in the admin, published, from 09:00 to 15:00."""
    page.goto("/admin/samlinger/new/")
    page.fill("#id_title", title)
    for name, wanted in choices.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=wanted)
        else:
            field.fill(wanted)
    if not page.locator("#id_sessions-0-starts").count():
        page.click("#id_sessions-ADD")
    for name, hour in (("starts", "09:00"), ("ends", "15:00")):
        page.fill(f"#id_sessions-0-{name}", f"{day:%d.%m.%Y} {hour}")
        page.keyboard.press("Escape")
    page.fill("#id_sessions-0-place", "KRUS, sal 2")
    page.locator("#id_state").select_option("open")
    page.locator("main form footer button[type=submit]").first.click()
    page.wait_for_url("**/admin/samlinger/")


def test_a_class_from_its_plan_to_the_proof(
    visit: Visit, vbu: Programme, people: list[Learner], tuva: Learner, course_page: CoursePage,  # noqa: F811
    without_faults: Callable[[Page, str], None],  # noqa: F811
) -> None:  # fmt: skip
    kari, first, today = people[25], people[0], timezone.localdate()

    # The teacher plans: a class, its two gatherings, and the day that belongs to the course.
    desk = visit(tuva, DESK)
    desk.goto("/admin/kull/new/")
    desk.fill("#id_title", "VBU 2026")
    desk.locator("#id_programme").select_option(label="VBU")
    for name, day in (("starts", today), ("ends", today + dt.timedelta(days=330))):
        desk.fill(f"#id_{name}", f"{day:%d.%m.%Y}")
        desk.keyboard.press("Escape")
    desk.locator("main form footer button[type=submit]").first.click()
    desk.wait_for_url("**/admin/kull/")
    cohort = Cohort.objects.get()
    desk.goto(f"/program/vbu/{cohort.slug}/")
    desk.fill("#lines", "\n".join(one.hr_number or "" for one in people))
    desk.get_by_role("button", name="Ta opp i kullet").click()
    expect(desk.get_by_text("26 er tatt opp i kullet.")).to_be_visible()
    for number, title in enumerate(("Samling 1", "Samling 2")):
        plan(desk, title, today + dt.timedelta(days=30 + 90 * number), cohort="VBU 2026", part=title)
    plan(desk, "Øvingsdag", today + dt.timedelta(days=40), course="Lite kurs nb", part="Øvingsdag", seats="24")
    assert Registration.objects.filter(gathering__cohort=cohort, state="seat").count() == 52, "the class has its seats"
    desk.goto(f"/program/vbu/{cohort.slug}/")
    expect(desk.locator(".calendar li")).to_have_count(2)

    # 26 register for 24 seats; the last two wait.
    day = Gathering.objects.get(title="Øvingsdag")
    for one in people[:25]:
        registering.register(day, one, one, timezone.now())
    phone = visit(kari)
    phone.goto(f"/samlinger/{day.slug}/")
    expect(phone.get_by_text("Først kommer e-læringen.")).to_be_visible()
    quiz = course_page.quiz()
    assert quiz
    elearn(kari, list(LessonPage.objects.child_of(course_page).order_by("path")), quiz, timezone.now())
    assert not Completion.objects.exists(), "the e-learning is the first half"
    phone.reload()
    phone.get_by_role("button", name="Still deg på venteliste").click()
    expect(phone.get_by_text("Du er nummer 2 på ventelista.").first).to_be_visible()
    without_faults(phone, "waiting")

    # One gives up the seat, the one who waits longest has it offered, then it is the next one's turn.
    other = visit(first)
    other.goto(f"/samlinger/{day.slug}/")
    other.get_by_role("button", name="Gi fra deg plassen").click()
    registering.give_up(day, people[24], timezone.now())
    phone.reload()
    phone.get_by_role("button", name="Ta plassen").click()
    expect(phone.get_by_text("Du har plass.").first).to_be_visible()
    states = Registration.objects.filter(gathering=day).values_list("state", flat=True)
    assert sorted(states) == ["cancelled"] * 2 + ["seat"] * 24

    # The day comes. The teacher takes the attendance on a phone.
    nine = dt.datetime.combine(today, dt.time(9), OSLO)
    Session.objects.filter(gathering=day).update(starts=nine, ends=nine + dt.timedelta(hours=6))
    roll = visit(tuva)
    roll.goto(f"/samlinger/{day.slug}/oppmote/{day.sessions.get().pk}/")
    expect(roll.locator("h1")).to_have_text("24 gjenstår.")
    away = roll.locator("fieldset").filter(has_text=str(people[1]))
    away.get_by_label("Ikke til stede").check()
    without_faults(roll, "roll")
    roll.get_by_role("button", name="Lagre, og de andre var til stede").click()
    expect(roll.locator("h1")).to_have_text("23 av 24 var til stede.")

    # The course is complete, and its certificate is what it says.
    assert Completion.objects.filter(learner=kari, known_to=None).count() == 1
    assert not Completion.objects.filter(learner=people[1]).exists()
    phone.goto("/min-laering/bevis/")
    without_faults(phone, "certificates")
    link = phone.locator("a[href$='.pdf']").first.get_attribute("href")
    content = phone.request.get(str(link)).body()
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert str(kari) in text
    address = re.search(r"/bevis/[a-z0-9]+/", text.replace("\n", ""))
    assert address, text
    anybody = visit(None)
    anybody.goto(address[0])
    expect(anybody.get_by_text("Lite kurs nb").first).to_be_visible()
    expect(anybody.get_by_text(str(kari)).first).to_be_visible()
    without_faults(anybody, "verify")
