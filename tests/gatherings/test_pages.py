"""The pages for those who come, their leaders and those who teach: what they say, do, and whom they let in."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from courses.gatherings import codes, registering
from courses.models import Attendance, Gathering, Material, Registration, Session
from learners.models import Learner, Look, OutgoingMail, RoleGrant
from learners.roles import grant
from tests import staff
from tracking.player import attending

from . import cast
from .cast import HOUR

pytestmark = pytest.mark.django_db
State = Registration.State


def client_of(learner: object) -> Client:
    client = Client()
    client.force_login(learner)  # type: ignore[arg-type]
    return client


@pytest.fixture
def here(db: None) -> SimpleNamespace:
    """Lars leads Halden, where Ola and Eva work; Berit works in Bodo; Tuva teaches; one gathering with two seats."""
    halden, bodo = staff.unit("HALDEN"), staff.unit("BODO")
    people = {name: staff.employ(name, halden) for name in ("Ola", "Eva")}
    people["Berit"] = staff.employ("Berit", bodo)
    people["Lars"] = staff.employ("Lars", halden, "LEDER")
    staff.lead(people["Lars"], halden)
    gathering = cast.gathering(
        seats=2,
        starts=timezone.now() + dt.timedelta(days=20),
        about="Ta med arbeidstøy.",
        title_nn="MI-dagen på nynorsk",
    )
    Session.objects.update(video_link="https://video.example/hemmelig-rom")
    return SimpleNamespace(gathering=gathering, Tuva=cast.teacher(gathering), **people)


def test_one_registers_on_the_page_and_gets_the_invitation(here: SimpleNamespace) -> None:
    ola = client_of(here.Ola)
    page = ola.get("/samlinger/mi-dag/").content.decode()
    assert "Meld deg på" in page
    assert "hemmelig-rom" not in page
    answer = ola.post("/samlinger/mi-dag/pamelding/", {"do": "register"}, follow=True)
    assert "Du har plass." in answer.content.decode()
    assert "hemmelig-rom" in answer.content.decode(), "those who have a seat see the link"
    assert OutgoingMail.objects.get(learner=here.Ola).calendar
    assert ola.get("/samlinger/").context["mine"][0]["gathering"] == here.gathering
    assert b"BEGIN:VEVENT" in ola.get("/samlinger/mi-dag.ics").content


def test_a_full_gathering_says_so_and_one_learns_the_own_number_in_line(here: SimpleNamespace) -> None:
    for learner in (here.Ola, here.Eva):
        registering.register(here.gathering, learner, learner, timezone.now())
    berit = client_of(here.Berit)
    assert "Still deg på venteliste" in berit.get("/samlinger/mi-dag/").content.decode()
    said = berit.post("/samlinger/mi-dag/pamelding/", {"do": "register"}, follow=True).content.decode()
    assert "Du er nummer 1 på ventelista." in said
    client_of(here.Ola).post("/samlinger/mi-dag/pamelding/", {"do": "give_up"})
    assert "Ta plassen" in berit.get("/samlinger/mi-dag/").content.decode()
    berit.post("/samlinger/mi-dag/pamelding/", {"do": "accept"})
    assert registering.standing(here.gathering, here.Berit).state == State.SEAT  # type: ignore[union-attr]


def test_the_list_asks_as_much_for_many_gatherings_as_for_few(here: SimpleNamespace) -> None:
    ola, counts = client_of(here.Ola), []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as asked:
            ola.get("/samlinger/")
        counts.append(len(asked))
        for n in range(5):
            more = cast.gathering(f"mer-{round_}-{n}", starts=timezone.now() + dt.timedelta(days=9))
            registering.register(more, here.Ola, here.Ola, timezone.now())
    assert counts[0] + 2 >= counts[1], counts


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (None, "Det er ikke ført ennå hvem som var der."),
        (0, "Det er ført at du ikke var der."),
        (200, "Det er ført at du var der i 200 av 360 minutter."),
        (360, "Du var der."),
    ],
)
def test_what_is_recorded_of_one_is_said_and_a_seat_alone_is_not_taken_for_having_been_there(
    here: SimpleNamespace, minutes: int | None, said: str
) -> None:
    seat = registering.register(here.gathering, here.Ola, here.Ola, timezone.now())
    Session.objects.update(starts=timezone.now() - 30 * HOUR, ends=timezone.now() - 24 * HOUR)
    session = here.gathering.sessions.get()
    if minutes is not None:
        for one in (360 - minutes, minutes):  # a correction: what was said first does not stand
            attending.record(seat, session, one, "list", here.Tuva, timezone.now())
    for address in ("/samlinger/", "/samlinger/mi-dag/"):
        assert said in client_of(here.Ola).get(address).content.decode(), address


@pytest.mark.parametrize(("language", "title"), [("", "MI-dagen"), ("/nn", "MI-dagen på nynorsk"), ("/en", "MI-dagen")])
def test_the_page_speaks_the_reader_s_language(here: SimpleNamespace, language: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in client_of(here.Ola).get(f"{language}/samlinger/mi-dag/").content.decode()


def test_the_programme_of_the_day_speaks_it_too_and_a_long_row_of_days_is_folded(here: SimpleNamespace) -> None:
    Session.objects.update(agenda="09:00 Kaffe", agenda_nn="09:00 Kaffi")
    for days in (-14, -7, *range(27, 76, 7)):
        starts = timezone.now() + dt.timedelta(days=days)
        cast.session(here.gathering, starts, video_link="https://video.example/rom", place="")
    tuva = client_of(here.Tuva)
    assert "09:00 Kaffi" in tuva.get("/nn/samlinger/mi-dag/").content.decode()
    page = tuva.get("/samlinger/mi-dag/")
    text = page.content.decode()
    assert "09:00 Kaffe" in text
    assert [len(page.context[name]) for name in ("sessions_over", "sessions", "sessions_later")] == [2, 6, 2]
    assert "2 dager som har vært" in text
    assert "2 dager til" in text
    assert text.count("https://video.example/rom") == 7, "no video of days that have been"


def test_nothing_that_cannot_be_done_is_a_500(here: SimpleNamespace) -> None:
    ola = client_of(here.Ola)
    for what in ("give_up", "accept"):
        answer = ola.post("/samlinger/mi-dag/pamelding/", {"do": what}, follow=True)
        assert answer.status_code == 200
        assert list(answer.context["messages"])
    assert ola.post("/samlinger/mi-dag/pamelding/", {"do": "noe annet"}).status_code == 404
    assert ola.get("/samlinger/finnes-ikke/").status_code == 404
    assert Registration.objects.count() == 0


def test_a_leader_registers_the_own_team_and_nobody_else(here: SimpleNamespace) -> None:
    lars = client_of(here.Lars)
    page = lars.get("/samlinger/mi-dag/laget/")
    assert [row["learner"] for row in page.context["rows"]] == [here.Eva, here.Ola]
    assert Look.objects.filter(viewer=here.Lars, seen=here.Ola, place="gathering").exists()
    who = [str(one.opaque_id) for one in (here.Ola, here.Berit)]
    answer = lars.post("/samlinger/mi-dag/laget/", {"who": who}, follow=True)
    assert "1 har fått plass." in answer.content.decode()
    assert [row.learner for row in Registration.objects.all()] == [here.Ola]
    assert client_of(here.Ola).get("/samlinger/mi-dag/laget/").status_code == 403


@pytest.mark.parametrize("path", ["deltakere/", "deltakere.pdf", "oppmote/{session}/", "oppmote/{session}/kode/"])
def test_only_those_who_teach_see_who_takes_part(here: SimpleNamespace, path: str) -> None:
    address = f"/samlinger/mi-dag/{path.format(session=here.gathering.sessions.get().pk)}"
    for name in ("Ola", "Lars", "Berit"):
        assert client_of(getattr(here, name)).get(address).status_code == 403, name
    assert client_of(here.Tuva).get(address).status_code == 200
    here.Tuva.employments.update(valid_to=timezone.localdate())
    assert client_of(here.Tuva).get(address).status_code == 403, "has left"


def test_a_draft_is_seen_by_those_who_teach_it_only(here: SimpleNamespace) -> None:
    Gathering.objects.update(state="draft")
    assert client_of(here.Ola).get("/samlinger/mi-dag/").status_code == 404
    assert client_of(here.Tuva).get("/samlinger/mi-dag/").status_code == 200


def test_the_attendance_of_a_whole_list_and_what_is_wrong_in_it(here: SimpleNamespace) -> None:
    rows = [registering.register(here.gathering, one, one, timezone.now()) for one in (here.Ola, here.Eva)]
    session, tuva = here.gathering.sessions.get(), client_of(here.Tuva)
    address = f"/samlinger/mi-dag/oppmote/{session.pk}/"
    sent = {f"was-{rows[0].pk}": "all", f"was-{rows[1].pk}": "part", f"minutes-{rows[1].pk}": "tusen"}
    answer = tuva.post(address, sent)
    assert answer.status_code == 200
    assert "mellom 1 og 359" in answer.content.decode()
    assert 'value="tusen"' in answer.content.decode(), "nothing that was written is lost"
    assert dict(Attendance.objects.values_list("registration", "minutes")) == {rows[0].pk: 360}, "the rest is stored"
    tuva.post(address, {f"was-{rows[1].pk}": "part", f"minutes-{rows[1].pk}": "300"})
    assert tuva.get("/samlinger/mi-dag/deltakere/").context["attended"] == 2
    assert Look.objects.filter(viewer=here.Tuva, seen=here.Ola, role="teacher").exists()


def test_everybody_else_was_there(here: SimpleNamespace) -> None:
    rows = [registering.register(here.gathering, one, one, timezone.now()) for one in (here.Ola, here.Eva)]
    address = f"/samlinger/mi-dag/oppmote/{here.gathering.sessions.get().pk}/"
    client_of(here.Tuva).post(address, {f"was-{rows[0].pk}": "none", "everybody": "1"})
    assert dict(Attendance.objects.values_list("registration", "minutes")) == {rows[0].pk: 0, rows[1].pk: 360}


def test_the_code_on_the_screen_is_given_on_the_own_phone(here: SimpleNamespace) -> None:
    registering.register(here.gathering, here.Ola, here.Ola, timezone.now())
    Session.objects.update(starts=timezone.now(), ends=timezone.now() + 6 * HOUR)
    session, tuva, ola = here.gathering.sessions.get(), client_of(here.Tuva), client_of(here.Ola)
    screen = tuva.get(f"/samlinger/mi-dag/oppmote/{session.pk}/kode/").content.decode()
    code = codes.code(session, timezone.now())
    assert code in screen
    assert 'src="data:image/svg+xml' in screen
    assert ola.get(f"/samlinger/mi-dag/mott/?kode={code}").status_code == 200
    assert not Attendance.objects.exists(), "looking stores nothing"
    assert ola.post("/samlinger/mi-dag/mott/", {"kode": "AAAAAA"}).status_code == 400
    assert "Det er lagret at du er her." in ola.post("/samlinger/mi-dag/mott/", {"kode": code}).content.decode()
    assert Attendance.objects.get().how == "code"
    berit = client_of(here.Berit).post("/samlinger/mi-dag/mott/", {"kode": code})
    assert "Du står ikke på lista." in berit.content.decode()


def test_those_who_teach_give_and_take_seats(here: SimpleNamespace) -> None:
    for one in (here.Ola, here.Eva, here.Berit):
        registering.register(here.gathering, one, one, timezone.now())
    last, tuva = Registration.objects.get(learner=here.Berit), client_of(here.Tuva)
    tuva.post("/samlinger/mi-dag/deltakere/", {"row": last.pk, "do": "place"})
    last.refresh_from_db()
    assert last.state == State.SEAT
    tuva.post("/samlinger/mi-dag/deltakere/", {"row": last.pk, "do": "remove"})
    last.refresh_from_db()
    assert last.state == State.CANCELLED
    assert tuva.post("/samlinger/mi-dag/deltakere/", {"row": "9" * 30}).status_code == 404


def test_those_who_teach_put_somebody_in_the_room_on_the_list(here: SimpleNamespace) -> None:
    tuva = client_of(here.Tuva)

    def add(line: str) -> str:
        sent = {"line": line, "do": "add"}
        return tuva.post("/samlinger/mi-dag/deltakere/", sent, follow=True).content.decode()

    assert "Berit Dal har plass." in add(" Berit@fagbenk.example ")
    assert registering.standing(here.gathering, here.Berit).state == State.SEAT  # type: ignore[union-attr]
    here.Eva.employments.update(valid_to=timezone.localdate())
    for line in ("", "finnes@fagbenk.example", here.Eva.email):
        assert "Ingen ansatt har dette nummeret" in add(line)
    assert Registration.objects.count() == 1


def test_whoever_has_left_reads_why_they_cannot_register(here: SimpleNamespace) -> None:
    here.Ola.employments.update(valid_to=timezone.localdate())
    ola = client_of(here.Ola)
    page = ola.get("/samlinger/mi-dag/").content.decode()
    assert "Ansettelsen er avsluttet" in page
    assert 'value="register"' not in page
    said = ola.post("/samlinger/mi-dag/pamelding/", {"do": "register"}, follow=True).content.decode()
    assert "Ansettelsen er avsluttet" in said
    assert not Registration.objects.exists()


def test_the_list_on_paper_is_a_tagged_pdf_with_everybody_on_it(here: SimpleNamespace) -> None:
    for one in (here.Ola, here.Eva):
        registering.register(here.gathering, one, one, timezone.now())
    pdf = PdfReader(io.BytesIO(client_of(here.Tuva).get("/samlinger/mi-dag/deltakere.pdf").content))
    text = pdf.pages[0].extract_text()
    assert all(word in text for word in ("MI-dagen", "Ola Dal", "Eva Dal", "Halden", "Underskrift"))
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert catalogue["/Lang"] == "nb"  # type: ignore[index]


@pytest.mark.parametrize("name", ["李小龙", "አበበ", "Ola\x07", "Ola\ufffe", "한국 李"])
def test_a_name_that_no_font_shows_keeps_the_list_from_nobody(here: SimpleNamespace, name: str) -> None:
    for one in (here.Ola, here.Eva):
        registering.register(here.gathering, one, one, timezone.now())
    Learner.objects.filter(pk=here.Ola.pk).update(given_name=name)
    pdf = PdfReader(io.BytesIO(client_of(here.Tuva).get("/samlinger/mi-dag/deltakere.pdf").content))
    text = pdf.pages[0].extract_text()
    assert "Eva Dal" in text
    assert "? Dal" in text or f"{name} Dal" in text, "a machine may have fonts of its own"


def test_a_file_is_given_to_the_signed_in_and_not_from_a_draft(here: SimpleNamespace) -> None:
    material = Material(gathering=here.gathering, title="Opplegg")
    material.file.save("opplegg.html.txt", ContentFile(b"<script>alert(1)</script>"))
    address = f"/samlinger/mi-dag/fil/{material.pk}/"
    assert Client().get(address).status_code == 302
    answer = client_of(here.Ola).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client_of(here.Ola).get(f"/media/{material.file.name}").status_code == 404, "not among the public files"
    Gathering.objects.update(state="draft")
    assert client_of(here.Ola).get(address).status_code == 404
    material.file.delete()


def test_a_gathering_of_long_ago_is_found_by_whoever_was_not_there(here: SimpleNamespace) -> None:
    then = dt.datetime(2014, 10, 28, 9, tzinfo=dt.UTC)
    past = cast.gathering("konferansen-2014", title="Arbeidsdriftskonferansen", starts=then)
    for room in ("Rom 1", "Rom 2"):  # at the same time
        cast.session(past, then + 2 * cast.HOUR, 2, place=room, title=f"Verksted i {room}")
    ola = client_of(here.Ola)
    listed = ola.get("/samlinger/").content.decode()
    assert '<a href="/samlinger/konferansen-2014/">Arbeidsdriftskonferansen</a>' in listed
    assert "28. oktober 2014" in listed
    page = ola.get("/samlinger/konferansen-2014/").content.decode()
    assert "Samlingen er holdt." in page
    assert page.index("Verksted i Rom 1") < page.index("Verksted i Rom 2")
    Gathering.objects.filter(pk=past.pk).update(state="draft")
    assert "konferansen-2014" not in ola.get("/samlinger/").content.decode()


# --- Planning ---------------------------------------------------------------------------------------------------------
def form(**fields: str) -> dict[str, str]:
    """The admin's form: one session, no teachers, no files."""
    counts = {
        f"{name}-{count}": "0"
        for name in ("teachers", "materials", "sessions")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    session = {
        "sessions-TOTAL_FORMS": "1",
        "sessions-0-starts": "10.12.2030 09:00",
        "sessions-0-ends": "10.12.2030 15:00",
        "sessions-0-place": "Sal 1",
        "sessions-0-id": "",
        "sessions-0-ORDER": "1",
    }
    own = {
        "title": "Ny samling", "slug": "ny-samling", "state": "open", "seats": "24", "least_percent": "80",
        "cancel_days": "7", "answer_hours": "48", "title_nn": "", "about": "", "about_nn": "", "contact": "",
    }  # fmt: skip
    return {**counts, **session, **own, **fields}


@pytest.fixture
def torill(here: SimpleNamespace) -> Client:
    """Holds the role of a teacher, and nothing else."""
    learner = staff.employ("Torill", here.Tuva.postings.get().unit, "HOGSKOLELEKTOR")
    grant(learner, RoleGrant.Role.TEACHER, None, timezone.now())
    return client_of(learner)


def test_a_teacher_plans_a_gathering_and_changes_it(torill: Client, here: SimpleNamespace) -> None:
    answer = torill.post("/admin/samlinger/new/", form())
    assert answer.status_code == 302, answer.context["form"].errors
    made = Gathering.objects.get(slug="ny-samling")
    session = made.sessions.get()
    assert session.starts == dt.datetime(2030, 12, 10, 8, tzinfo=dt.UTC)
    assert made.teachers.count() == 1, "who plans it teaches it"
    registering.register(made, here.Ola, here.Ola, timezone.now())
    made.registrations.update(untold=False)
    made.sessions.update(agenda="09:00 Kaffe\n09:15 Øvelser")
    same = {"sessions-INITIAL_FORMS": "1", "sessions-0-id": str(session.pk)}
    same["sessions-0-agenda"] = "09:00 Kaffe\r\n09:15 Øvelser"  # as a browser sends it back
    answer = torill.post(f"/admin/samlinger/edit/{made.pk}/", form(**same), follow=True)
    assert "får beskjed" not in answer.content.decode(), "nothing is changed"
    changed = form(**same | {"sessions-0-starts": "11.12.2030 09:00", "sessions-0-ends": "11.12.2030 15:00"})
    answer = torill.post(f"/admin/samlinger/edit/{made.pk}/", changed, follow=True)
    assert "1 person får beskjed." in answer.content.decode()
    session.refresh_from_db()
    assert session.sequence == 1
    gone = changed | {"sessions-0-DELETE": "on"}
    answer = torill.post(f"/admin/samlinger/edit/{made.pk}/", gone)
    assert "Kryss av for «avlyst»" in answer.content.decode()
    assert made.sessions.count() == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [("opplegg.exe", "Denne filtypen tas ikke imot"), ("opplegg.pdf", "Filen er ikke det navnet sier")],
)
def test_a_file_that_nobody_can_open_is_refused_in_words(torill: Client, name: str, said: str) -> None:
    file = {
        "materials-TOTAL_FORMS": "1", "materials-0-title": "Opplegg", "materials-0-when": "before",
        "materials-0-ORDER": "1", "materials-0-file": SimpleUploadedFile(name, b"MZ: bare tekst"),
    }  # fmt: skip
    answer = torill.post("/admin/samlinger/new/", {**form(), **file})
    assert said in answer.content.decode()
    assert not Gathering.objects.filter(slug="ny-samling").exists()


def test_a_teacher_plans_the_own_gatherings_only(torill: Client, here: SimpleNamespace) -> None:
    assert torill.get(f"/admin/samlinger/edit/{here.gathering.pk}/").status_code == 302
    assert torill.get(f"/admin/samlinger/history/{here.gathering.pk}/").status_code == 302
    assert torill.get(f"/admin/samlinger/usage/{here.gathering.pk}/").status_code == 302
    assert "MI-dagen" not in torill.get("/admin/samlinger/").content.decode()
    assert client_of(here.Ola).get("/admin/samlinger/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"slug": "kalender"}, "brukes av en av Fagbenks egne sider"),
        ({"sessions-TOTAL_FORMS": "0"}, "må ha minst én økt"),
        ({"sessions-0-ends": "10.12.2030 08:00"}, "må slutte etter"),
    ],
)
def test_what_cannot_stand_is_said_and_not_saved(torill: Client, fields: dict[str, str], said: str) -> None:
    answer = torill.post("/admin/samlinger/new/", form(**fields))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Gathering.objects.filter(title="Ny samling").exists()
