"""A class: its members and seats, what teachers and leaders confirm, messages, and the programme's completion."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from courses.gatherings import registering
from courses.models import Cohort, CohortMember, CohortTeacher, Gathering, Part, Programme, Registration, Work
from courses.programmes import Progress
from learners.models import Look, OutgoingMail, RoleGrant
from learners.roles import grant
from tests import staff
from tests.gatherings import cast
from tracking.certificates import proof
from tracking.completions import achievements
from tracking.completions.models import Completion
from tracking.identities import activities
from tracking.lrs.models import Statement
from tracking.player import attending, programmes

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 2, 2, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def client_of(learner: object) -> Client:
    client = Client()
    client.force_login(learner)  # type: ignore[arg-type]
    return client


@pytest.fixture
def vbu(db: None) -> SimpleNamespace:
    """Ola and Eva take VBU (a course, a gathering, work, practice) in Tuva's class; Lars leads Ola at Halden."""
    halden, bodo = staff.unit("HALDEN"), staff.unit("BODO")
    ola, eva, lars = staff.employ("Ola", halden), staff.employ("Eva", bodo), staff.employ("Lars", halden, "LEDER")
    tuva = staff.employ("Tuva", staff.unit("KRUS", kind="college"), "HOGSKOLELEKTOR")
    staff.lead(lars, halden)
    mi = staff.course("MI")
    programme = Programme.objects.create(
        slug="vbu", title="VBU", hours=420, outcomes="lede et verksted", outcomes_nn="leie ein verkstad"
    )
    course, day, work, practice = (
        Part.objects.create(programme=programme, order=n, kind=kind, title=title, course=of, due_days=30 * n)
        for n, (kind, title, of) in enumerate(
            [("course", "", mi), ("gathering", "Samling", None), ("work", "Oppgave", None), ("practice", "Uke", None)]
        )
    )
    cohort = Cohort.objects.create(
        programme=programme, slug="vbu-2026", title="VBU 2026", starts=dt.date(2026, 2, 2), ends=dt.date(2026, 12, 20)
    )
    CohortTeacher.objects.create(cohort=cohort, learner=tuva)
    members = [CohortMember.objects.create(cohort=cohort, learner=one, joined_at=AT) for one in (ola, eva)]
    gathering = cast.gathering("vbu-1", cohort=cohort, part=day, starts=AT + 10 * DAY)
    return SimpleNamespace(
        ola=ola, eva=eva, lars=lars, tuva=tuva, mi=mi, programme=programme, cohort=cohort, members=members,
        course=course, day=day, work=work, practice=practice, gathering=gathering,
    )  # fmt: skip


def do_all(vbu: SimpleNamespace) -> None:
    """Ola does everything; the practice is confirmed last, on 20 February."""
    staff.complete(vbu.ola, vbu.mi, dt.date(2026, 2, 10))
    seat = registering.place(vbu.gathering, vbu.ola, vbu.tuva, AT)
    attending.record(seat, vbu.gathering.sessions.get(), 360, "list", vbu.tuva, AT + 11 * DAY)
    programmes.confirm(vbu.members[0], vbu.work, vbu.tuva, AT + 12 * DAY)
    programmes.confirm(vbu.members[0], vbu.practice, vbu.lars, AT + 18 * DAY)


def told() -> list[dict]:
    iri = activities.programme_iri("vbu")
    rows = map(json.loads, Statement.objects.order_by("pk").values_list("payload", flat=True))
    return [one for one in rows if one["object"].get("id") == iri]


def test_a_programme_is_completed_by_a_statement_on_the_day_of_its_last_part(vbu: SimpleNamespace) -> None:
    do_all(vbu)
    (statement,) = told()
    assert statement["verb"]["id"].endswith("completed")
    assert programmes.completed(vbu.programme, [vbu.ola.pk, vbu.eva.pk]) == {vbu.ola.pk: dt.date(2026, 2, 20)}
    assert not programmes.settle(vbu.members[0], AT + 30 * DAY), "said once"
    assert achievements.differences() == []


def test_what_came_from_outside_is_found_by_the_periodic_look(vbu: SimpleNamespace) -> None:
    do_all(vbu)
    programmes.take_back(vbu.members[0], vbu.work, vbu.tuva, AT + 19 * DAY)
    Completion.objects.update(known_to=AT + 19 * DAY)
    programmes.confirm(vbu.members[0], vbu.work, vbu.tuva, AT + 20 * DAY)
    assert programmes.settle_all(AT + 30 * DAY) == 0, "the course is lacking"
    staff.complete(vbu.ola, vbu.mi, dt.date(2026, 2, 25))
    assert programmes.settle_all(AT + 30 * DAY) == 1
    assert programmes.settle_all(AT + 30 * DAY) == 0
    assert programmes.completed(vbu.programme, [vbu.ola.pk]) == {vbu.ola.pk: dt.date(2026, 2, 25)}


def test_a_confirmation_that_is_taken_back_takes_the_programme_back(vbu: SimpleNamespace) -> None:
    do_all(vbu)
    programmes.take_back(vbu.members[0], vbu.work, vbu.tuva, AT + 20 * DAY)
    assert programmes.completed(vbu.programme, [vbu.ola.pk]) == {}
    programmes.confirm(vbu.members[0], vbu.work, vbu.tuva, AT + 21 * DAY)
    assert programmes.completed(vbu.programme, [vbu.ola.pk]) == {vbu.ola.pk: dt.date(2026, 2, 23)}
    assert achievements.differences() == []


def test_editing_a_programme_takes_nobodys_completion_away(vbu: SimpleNamespace) -> None:
    do_all(vbu)
    Part.objects.create(programme=vbu.programme, order=9, kind="work", title="Ny del")
    assert programmes.settle_all(AT + 40 * DAY) == 0
    assert programmes.completed(vbu.programme, [vbu.ola.pk])


def test_the_programme_has_a_certificate(vbu: SimpleNamespace) -> None:
    do_all(vbu)
    found = {one.titles["nb"]: one for one in proof.earned(vbu.ola)}
    assert found["VBU"].completed_on == dt.date(2026, 2, 20)
    made = proof.certificate(vbu.ola, found["VBU"], AT + 30 * DAY)
    assert made.texts["nb"] == {"title": "VBU", "outcomes": ["lede et verksted"]}
    assert made.texts["nn"] == {"title": "VBU", "outcomes": ["leie ein verkstad"]}
    assert proof.verify(made.code, dt.date(2026, 3, 1)).holds  # type: ignore[union-attr]


def test_the_matrix_costs_the_same_for_a_large_class(vbu: SimpleNamespace, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    ids = [vbu.ola.pk, vbu.eva.pk]
    with django_assert_num_queries(6):
        programmes.of_learners(vbu.programme, ids, vbu.cohort.starts)
    halden = vbu.ola.postings.get().unit
    ids += [staff.employ(f"M{n}", halden).pk for n in range(5)]
    with django_assert_num_queries(6):
        programmes.of_learners(vbu.programme, ids, vbu.cohort.starts)


# --- Seats and members ------------------------------------------------------------------------------------------------
def test_the_class_gets_its_seats_and_others_none(vbu: SimpleNamespace) -> None:
    assert registering.refusal(vbu.gathering, vbu.lars, AT) == "members_only"
    assert registering.seat_class(vbu.gathering, vbu.tuva, AT) == 2
    registering.give_up(vbu.gathering, vbu.ola, AT)
    assert registering.seat_class(vbu.gathering, vbu.tuva, AT) == 0, "who has given up a seat is not put back"
    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "seat"]


def test_26_in_a_class_with_24_seats(vbu: SimpleNamespace) -> None:
    halden = vbu.ola.postings.get().unit
    for n in range(24):
        CohortMember.objects.create(cohort=vbu.cohort, learner=staff.employ(f"K{n}", halden), joined_at=AT + n * DAY)
    registering.seat_class(vbu.gathering, vbu.tuva, AT)
    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == ["seat"] * 24 + ["waiting"] * 2


def test_members_are_taken_in_by_number_or_address_and_unknown_lines_are_said(vbu: SimpleNamespace) -> None:
    Gathering.objects.update(state="draft")
    vbu.lars.hr_number = "D1"
    vbu.lars.save()
    tuva = client_of(vbu.tuva)
    sent = {"do": "add", "lines": f"D1\nOLA@fagbenk.example\nukjent@x\n{vbu.tuva.email}"}
    said = tuva.post("/program/vbu/vbu-2026/medlemmer/", sent, follow=True).content.decode()
    assert "2 er tatt opp i kullet." in said
    assert "ukjent@x" in said
    assert vbu.cohort.members.count() == 4, "Ola was in it"
    tuva.post("/program/vbu/vbu-2026/medlemmer/", {"do": "remove", "who": str(vbu.ola.opaque_id)})
    assert client_of(vbu.ola).get("/program/vbu/vbu-2026/").status_code == 403


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_the_pages_of_a_member_and_of_the_teacher(vbu: SimpleNamespace) -> None:
    staff.complete(vbu.ola, vbu.mi, timezone.localdate())
    page = client_of(vbu.ola).get("/program/vbu/").content.decode()
    assert "Du har gjort 1 av 4 deler." in page
    assert "/samlinger/vbu-1/" in page
    own = client_of(vbu.ola).get("/program/vbu/vbu-2026/")
    assert own.status_code == 200
    assert "Eva Dal" not in own.content.decode(), "a member sees nobody else's progress"
    matrix = client_of(vbu.tuva).get("/program/vbu/vbu-2026/")
    assert [str(row.member.learner) for row in matrix.context["rows"]] == ["Eva Dal", "Ola Dal"]
    assert Look.objects.filter(viewer=vbu.tuva, seen=vbu.ola, place="class", role="teacher").exists()


@pytest.mark.parametrize("path", ["medlemmer/", "melding/"])
def test_only_those_who_teach_the_class_change_it(vbu: SimpleNamespace, path: str) -> None:
    for name in ("ola", "lars", "eva"):
        assert client_of(getattr(vbu, name)).post(f"/program/vbu/vbu-2026/{path}", {}).status_code == 403
    assert Client().get("/program/vbu/vbu-2026/").status_code == 302
    assert client_of(vbu.lars).get("/program/vbu/vbu-2026/").status_code == 403


def test_the_leader_confirms_practice_of_the_own_team_and_nothing_else(vbu: SimpleNamespace) -> None:
    lars = client_of(vbu.lars)
    page = lars.get("/program/vbu/")
    assert [row["member"].learner for row in page.context["practice"]] == [vbu.ola]
    address = "/program/vbu/vbu-2026/bekreft/"

    def sent(who: object, part: Part) -> dict[str, str]:
        return {"who": str(who.opaque_id), "part": str(part.key)}  # type: ignore[attr-defined]

    assert lars.post(address, sent(vbu.ola, vbu.practice)).status_code == 302
    assert lars.post(address, sent(vbu.ola, vbu.work)).status_code == 403
    assert lars.post(address, sent(vbu.eva, vbu.practice)).status_code == 403
    assert client_of(vbu.ola).post(address, sent(vbu.ola, vbu.practice)).status_code == 403, "nobody confirms their own"
    assert lars.post(address, {"who": "x", "part": "y"}).status_code == 404
    how_far = programmes.of_learners(vbu.programme, [vbu.ola.pk, vbu.eva.pk])
    assert (how_far[vbu.ola.pk].done, how_far[vbu.eva.pk].done) == (1, 0)


def test_a_teacher_who_takes_part_confirms_nothing_of_their_own(vbu: SimpleNamespace) -> None:
    CohortMember.objects.create(cohort=vbu.cohort, learner=vbu.tuva, joined_at=AT)
    own = {"who": str(vbu.tuva.opaque_id), "part": str(vbu.work.key)}
    assert client_of(vbu.tuva).post("/program/vbu/vbu-2026/bekreft/", own).status_code == 403
    assert programmes.of_learners(vbu.programme, [vbu.tuva.pk])[vbu.tuva.pk].done == 0


def test_a_message_goes_to_everybody_in_the_class_once(vbu: SimpleNamespace) -> None:
    from courses import messages

    tuva = client_of(vbu.tuva)
    tuva.post("/program/vbu/vbu-2026/melding/", {"subject": "Til onsdag", "text": "Ta med hansker."})
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == [vbu.eva.email, vbu.ola.email]
    assert messages.send_all(timezone.now()) == 0
    assert "Ta med hansker." in client_of(vbu.ola).get("/program/vbu/vbu-2026/").content.decode()
    answer = tuva.post("/program/vbu/vbu-2026/melding/", {"subject": "", "text": ""}, follow=True)
    assert "Ingenting er sendt" in answer.content.decode()


def test_a_message_that_cannot_be_sent_is_kept_in_its_form(vbu: SimpleNamespace) -> None:
    tuva, long = client_of(vbu.tuva), "\nTa med hansker." * 400
    answer = tuva.post("/program/vbu/vbu-2026/melding/", {"subject": "Til onsdag", "text": long})
    assert answer.status_code == 400
    page: Any = BeautifulSoup(answer.content, "html.parser")
    assert page.find(id="subject")["value"] == "Til onsdag"
    assert page.find(id="text").text.strip() == long.strip()
    assert "Ingenting er sendt" in page.find(id=page.find(id="text")["aria-describedby"]).text
    assert not OutgoingMail.objects.exists()


def test_a_line_s_end_is_one_character_of_a_message(vbu: SimpleNamespace) -> None:
    text = "\r\n".join(["x" * 99] * 50)
    form = {"subject": "Til\r\nonsdag", "text": text}
    assert client_of(vbu.tuva).post("/program/vbu/vbu-2026/melding/", form).status_code == 302
    stored = vbu.cohort.messages.get()
    assert (len(stored.text), stored.subject) == (4999, "Til onsdag")


def test_an_administrator_makes_a_programme_and_a_teacher_a_class(vbu: SimpleNamespace) -> None:
    admin = staff.employ("Pia", vbu.tuva.postings.get().unit, "KONSULENT")
    grant(admin, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    grant(vbu.tuva, RoleGrant.Role.TEACHER, None, timezone.now())
    empty = {f"{n}-{c}_FORMS": "0" for n in ("parts", "choices", "teachers") for c in ("TOTAL", "INITIAL")}
    own = {"title": "Nytt", "slug": "nytt", "title_nn": "", "about": "", "about_nn": "", "outcomes": "", "hours": "10"}
    part = {
        "parts-TOTAL_FORMS": "1", "parts-0-kind": "course", "parts-0-course": str(vbu.mi.pk), "parts-0-title": "",
        "parts-0-title_nn": "", "parts-0-group": "", "parts-0-due_days": "10", "parts-0-id": "", "parts-0-ORDER": "1",
    }  # fmt: skip
    answer = client_of(admin).post("/admin/programmer/new/", {**empty, **own, **part})
    assert answer.status_code == 302, answer.context["form"].errors
    made = Programme.objects.get(slug="nytt")
    assert made.parts.get().course == vbu.mi
    sent = {"title": "Kull A", "slug": "kull-a", "programme": made.pk, "starts": "01.02.2030", "ends": "01.12.2030"}
    tuva = client_of(vbu.tuva)
    assert tuva.post("/admin/kull/new/", {**empty, **sent}).status_code == 302
    assert Cohort.objects.get(slug="kull-a").teachers.get().learner == vbu.tuva
    assert tuva.get("/admin/programmer/new/").status_code == 302, "programmes are for course administrators"


def test_two_of_four_a_part_that_comes_first_and_what_cannot_be_asked_for(vbu: SimpleNamespace) -> None:
    """As the form in the admin sends it: four electives of which two are asked for, then practice after them."""
    admin = staff.employ("Pia", vbu.tuva.postings.get().unit, "KONSULENT")
    grant(admin, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    pia = client_of(admin)
    parts = [("practice", f"Valg {n}", "A") for n in range(4)] + [("practice", "Til slutt", "")]
    sent = {f"{n}-{c}_FORMS": "0" for n in ("parts", "choices") for c in ("TOTAL", "INITIAL")} | {
        "title": "Valgfritt", "slug": "valgfritt", "title_nn": "", "about": "", "about_nn": "", "outcomes": "",
        "hours": "", "parts-TOTAL_FORMS": "5", "choices-TOTAL_FORMS": "1", "choices-0-group": "A", "choices-0-id": "",
    }  # fmt: skip
    for n, (kind, title, group) in enumerate(parts):
        own = {"kind": kind, "title": title, "group": group, "ORDER": str(n), "id": "", "due_days": str(10 * n)}
        sent |= {f"parts-{n}-{name}": value for name, value in own.items()}
    sent["parts-4-after_previous"] = "on"
    refused = pia.post("/admin/programmer/new/", {**sent, "choices-0-least": "5"})
    assert "har 4 deler" in refused.content.decode()
    assert pia.post("/admin/programmer/new/", {**sent, "choices-0-least": "2"}).status_code == 302
    made = Programme.objects.get(slug="valgfritt")
    cohort = Cohort.objects.create(
        programme=made, slug="v", title="V", starts=dt.date(2026, 2, 2), ends=dt.date(2026, 9, 1)
    )
    member = CohortMember.objects.create(cohort=cohort, learner=vbu.ola, joined_at=AT)
    electives, last = list(made.parts.filter(group="A")), made.parts.get(group="")

    def state() -> Progress:
        return programmes.of_learners(made, [vbu.ola.pk], cohort.starts)[vbu.ola.pk]

    assert (state().needed, state().parts[1].due) == (3, dt.date(2026, 2, 12))
    assert not state().parts[4].is_open, "the part before it comes first"
    for part in (electives[1], electives[3], electives[0]):
        programmes.confirm(member, part, vbu.tuva, AT + DAY)
    assert state().done == 2, "more than were asked for count no more"
    assert state().parts[4].is_open
    programmes.confirm(member, last, vbu.tuva, AT + 2 * DAY)
    assert programmes.completed(made, [vbu.ola.pk])


def test_a_part_that_somebody_has_begun_the_work_for_stays(vbu: SimpleNamespace) -> None:
    admin = staff.employ("Pia", vbu.tuva.postings.get().unit, "KONSULENT")
    grant(admin, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    Work.objects.create(member=vbu.members[0], part=vbu.work, draft="Begynt")
    sent = {"choices-TOTAL_FORMS": "0", "choices-INITIAL_FORMS": "0", "title": "VBU", "slug": "vbu", "title_nn": ""}
    sent |= {"about": "", "about_nn": "", "outcomes": "", "hours": "", "parts-TOTAL_FORMS": "4"}
    sent["parts-INITIAL_FORMS"] = "4"
    for n, part in enumerate(vbu.programme.parts.all()):
        own = {"id": str(part.pk), "kind": part.kind, "title": part.title, "ORDER": str(n), "group": ""}
        own["course"] = str(part.course_id or "")
        sent |= {f"parts-{n}-{name}": value for name, value in own.items()}
    answer = client_of(admin).post(f"/admin/programmer/edit/{vbu.programme.pk}/", {**sent, "parts-2-DELETE": "on"})
    assert "«Oppgave» blir stående" in answer.content.decode()
    assert vbu.programme.parts.count() == 4
    assert client_of(admin).post(f"/admin/programmer/edit/{vbu.programme.pk}/", sent).status_code == 302
