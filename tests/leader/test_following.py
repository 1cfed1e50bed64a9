"""What a leader does from the page: reminders, time set aside, notes; and what comes of it for the person."""

from __future__ import annotations

import csv
import datetime as dt
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import icalendar
import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from cms.figures import long_date
from learners import outbox
from learners.models import Learner, OutgoingMail
from tests import staff
from tracking.clock import OSLO
from tracking.followup import notes, reminding, slots
from tracking.followup.exceptions import BadTime, NotInTeam
from tracking.followup.models import Obstacle, Reminder, Slot, SlotOffer
from tracking.followup.page import page

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture
def halden() -> SimpleNamespace:
    """Lars leads Halden: Ola and Oda wait, Una is on leave, Dag is done. Bo works in Berg."""
    today = timezone.localdate()
    halden, berg = staff.unit("HALDEN"), staff.unit("BERG")
    lars = staff.employ("Lars", halden, "LEDER")
    ola, oda, una, dag = (staff.employ(name, halden, language="en") for name in ("Ola", "Oda", "Una", "Dag"))
    bo = staff.employ("Bo", berg)
    staff.lead(lars, halden)
    mi = staff.course("MI")
    start = today - dt.timedelta(days=30)
    staff.campaign("mi", [mi], start, today + dt.timedelta(days=30), positions=["VERKSBETJENT"])
    staff.on_leave(una, today - dt.timedelta(days=3), today + dt.timedelta(days=90))
    staff.complete(dag, mi, today)
    return SimpleNamespace(unit=halden, mi=mi, lars=lars, ola=ola, oda=oda, una=una, dag=dag, bo=bo, at=timezone.now())


def the_id(learner: Learner) -> str:
    return str(learner.opaque_id)


def parsed(answer: Any) -> Any:
    return BeautifulSoup(answer.content, "html.parser")


def signed_in(who: Learner) -> Client:
    client = Client()
    client.force_login(who)
    return client


def row(halden: SimpleNamespace, learner: Learner) -> object:
    return next(r for r in page(halden.unit, halden.at).rows if r.member.learner == learner)


# --- Reminders --------------------------------------------------------------------------------------------------------
def test_a_reminder_goes_to_those_who_wait_and_to_nobody_else(halden: SimpleNamespace) -> None:
    planned = reminding.plan(halden.unit, halden.lars, halden.at)
    assert {letter.to for letter in planned.letters} == {halden.ola, halden.oda}


def test_the_leader_sees_every_word_of_the_mail_before_it_goes(halden: SimpleNamespace) -> None:
    client = signed_in(halden.lars)
    text = client.get(f"/leder/paaminnelse/?unit=HALDEN&til={the_id(halden.ola)}").content.decode()
    client.post("/leder/paaminnelse/?unit=HALDEN", {"til": the_id(halden.ola)})
    mail = OutgoingMail.objects.get()
    for line in filter(None, (line.strip("- ").rstrip(".:") for line in mail.text.splitlines())):
        assert line in text or line == "Go to my learning", line
    assert mail.subject in text
    assert mail.to == "ola@fagbenk.example"


def test_nobody_is_reminded_twice_in_a_week_whoever_leads(halden: SimpleNamespace) -> None:
    staff.lead(halden.dag, halden.unit, acting=True)
    both = [the_id(halden.ola), the_id(halden.oda)]
    assert reminding.send(halden.unit, halden.lars, halden.at, both) == 2
    assert reminding.send(halden.unit, halden.dag, halden.at + dt.timedelta(days=6), both) == 0
    assert reminding.send(halden.unit, halden.dag, halden.at + WEEK, both) == 2
    assert OutgoingMail.objects.count() == Reminder.objects.count() == 4


def test_who_completes_between_the_look_and_the_click_is_left_alone(halden: SimpleNamespace) -> None:
    staff.complete(halden.ola, halden.mi, timezone.localdate())
    client = signed_in(halden.lars)
    client.post("/leder/paaminnelse/?unit=HALDEN", {"til": [the_id(halden.ola), the_id(halden.oda)]})
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == ["oda@fagbenk.example"]


@pytest.mark.parametrize("since", ["done", "on leave", "gone"])
def test_a_reminder_that_waited_for_the_mail_server_reaches_nobody_who_is_done_away_or_gone(
    halden: SimpleNamespace, since: str
) -> None:
    today = timezone.localdate()
    reminding.send(halden.unit, halden.lars, halden.at, [the_id(halden.ola), the_id(halden.oda)])
    if since == "done":
        staff.complete(halden.ola, halden.mi, today)
    elif since == "on leave":
        staff.on_leave(halden.ola, today)
    else:
        halden.ola.employments.update(valid_to=today)
    outbox.send_due(halden.at + dt.timedelta(minutes=1))
    assert [sent.to for sent in mail.outbox] == [["oda@fagbenk.example"]]
    assert "Lars Dal" in mail.outbox[0].subject


def test_somebody_of_another_team_cannot_be_reminded(halden: SimpleNamespace) -> None:
    assert reminding.send(halden.unit, halden.lars, halden.at, [the_id(halden.bo)]) == 0


def test_who_has_no_address_is_told_of_and_not_forgotten(halden: SimpleNamespace) -> None:
    Learner.objects.filter(pk=halden.oda.pk).update(email=None)
    planned = reminding.plan(halden.unit, halden.lars, halden.at)
    assert ([letter.to for letter in planned.letters], list(planned.unreachable)) == ([halden.ola], [halden.oda])


def test_a_reminder_names_the_nearest_date_where_two_campaigns_ask_for_the_course(halden: SimpleNamespace) -> None:
    today = timezone.localdate()
    staff.campaign("later", [halden.mi], today - WEEK, today + dt.timedelta(days=200), positions=["VERKSBETJENT"])
    letter = reminding.plan(halden.unit, halden.lars, halden.at, [the_id(halden.ola)]).letters[0]
    with translation.override("en"):
        assert letter.items == (f"Kurset MI, by {long_date(today + dt.timedelta(days=30))}",)


def test_a_reminder_names_the_time_and_place_that_are_set_aside_in_one_sentence(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola, halden.oda)
    Learner.objects.filter(pk=halden.ola.pk).update(language="nn")
    said = {letter.to: letter.after for letter in reminding.plan(halden.unit, halden.lars, halden.at).letters}
    assert said[halden.ola].endswith("kl. 08.00–09.00, Rom 2.")
    assert said[halden.oda].endswith("from 08:00 to 09:00: Rom 2.")
    slots.move(slot, slot.begins_at, slot.ends_at, "", halden.lars, halden.at)
    assert all(letter.after.endswith("00.") for letter in reminding.plan(halden.unit, halden.lars, halden.at).letters)


def test_the_page_begins_with_how_many_wait(halden: SimpleNamespace) -> None:
    text = signed_in(halden.lars).get("/en/leder/").content.decode()
    assert "Two in your team have not had the time yet." in text
    assert "None of them has been offered time." in text
    an_hour(halden, halden.ola)
    assert "One of them has not been offered time." in signed_in(halden.lars).get("/en/leder/").content.decode()


# --- Time set aside ---------------------------------------------------------------------------------------------------
def an_hour(halden: SimpleNamespace, *people: Learner) -> Slot:
    begins, ends = slots.proposal(halden.at)
    return slots.offer(halden.unit, [the_id(p) for p in people], begins, ends, "Rom 2", halden.lars, halden.at)


def invitations() -> list[icalendar.Calendar]:
    return [icalendar.Calendar.from_ical(mail.calendar) for mail in OutgoingMail.objects.order_by("pk")]


def test_an_offer_is_an_invitation_whose_changes_and_end_calendars_follow(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola)
    moved = slot.begins_at + dt.timedelta(hours=2), slot.ends_at + dt.timedelta(hours=2)
    slots.move(slot, *moved, "Rom 3", halden.lars, halden.at + dt.timedelta(minutes=1))
    slots.cancel(slot, halden.lars, halden.at + dt.timedelta(minutes=2))
    slots.cancel(slot, halden.lars, halden.at + dt.timedelta(minutes=3))
    told = invitations()
    events = [calendar.walk("VEVENT")[0] for calendar in told]
    assert [str(calendar["METHOD"]) for calendar in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(str(event["SEQUENCE"])) for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[1].decoded("DTSTART") == moved[0]
    assert str(events[0]["ORGANIZER"]) == "mailto:lars@fagbenk.example"
    assert str(events[0]["ATTENDEE"]) == "mailto:ola@fagbenk.example"
    assert told[0].walk("VTIMEZONE")[0]["TZID"] == "Europe/Oslo"
    assert all("DTSTAMP" in event for event in events)


def test_an_invitation_leads_to_the_page_in_its_reader_s_language(halden: SimpleNamespace) -> None:
    Learner.objects.filter(pk=halden.ola.pk).update(language="nn")
    an_hour(halden, halden.ola)
    mail = OutgoingMail.objects.get()
    assert "/nn/min-laering/" in mail.text
    assert "/nn/min-laering/" in mail.html
    assert str(invitations()[0].walk("VEVENT")[0]["DESCRIPTION"]).endswith("/nn/min-laering/")


def test_who_sets_time_aside_is_told_who_gets_no_invitation(halden: SimpleNamespace) -> None:
    Learner.objects.filter(pk=halden.oda.pk).update(email=None)
    client, when = signed_in(halden.lars), slots.proposal(halden.at)[0]
    form = {
        "day": f"{when:%Y-%m-%d}",
        "from": "08:00",
        "minutes": "60",
        "til": [the_id(halden.ola), the_id(halden.oda)],
    }
    said = client.post("/leder/tid/?unit=HALDEN", form, follow=True).content.decode()
    assert OutgoingMail.objects.count() == 1
    assert "Invitasjonen er på vei til én." in said
    assert "Én har ingen adresse i personaldataene" in said
    nobody = client.post("/leder/tid/?unit=HALDEN", form | {"til": [the_id(halden.oda)]}, follow=True).content.decode()
    assert "Invitasjonen er på vei" not in nobody


def test_the_proposal_is_eight_o_clock_on_the_next_working_day(halden: SimpleNamespace) -> None:
    friday = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    begins, ends = slots.proposal(friday)
    assert begins == dt.datetime(2026, 11, 23, 8, tzinfo=OSLO)
    assert ends - begins == dt.timedelta(hours=1)


def test_time_offered_and_used_stands_beside_done(halden: SimpleNamespace) -> None:
    assert row(halden, halden.ola).cause == Obstacle.Cause.NO_TIME  # type: ignore[attr-defined]
    slot = an_hour(halden, halden.ola, halden.oda)
    later = slot.ends_at + dt.timedelta(hours=1)
    slots.mark(slot, [the_id(halden.ola)], halden.lars, later)
    ola, oda = row(halden, halden.ola), row(halden, halden.oda)
    assert (ola.offered, ola.used, ola.cause) == (60, 60, "")  # type: ignore[attr-defined]
    assert (oda.offered, oda.used) == (60, 0)  # type: ignore[attr-defined]
    slots.cancel(slot, halden.lars, later)
    assert row(halden, halden.ola).offered == 0  # type: ignore[attr-defined]


def test_what_lies_ahead_cannot_be_noted_as_used(halden: SimpleNamespace) -> None:
    with pytest.raises(BadTime):
        slots.mark(an_hour(halden, halden.ola), [the_id(halden.ola)], halden.lars, halden.at)


def test_time_that_is_over_is_noted_without_an_invitation(halden: SimpleNamespace) -> None:
    begins = halden.at - dt.timedelta(days=2)
    slots.offer(
        halden.unit, [the_id(halden.ola)], begins, begins + dt.timedelta(hours=1), "", halden.lars, halden.at
    )  # fmt: skip
    assert SlotOffer.objects.count() == 1
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("people", [("bo",), ("ola", "bo"), ()])
def test_time_is_offered_to_the_own_team_only_and_to_all_or_nobody(
    halden: SimpleNamespace, people: tuple[str, ...]
) -> None:
    with pytest.raises(NotInTeam):
        an_hour(halden, *(getattr(halden, name) for name in people))
    assert not Slot.objects.exists()
    assert not OutgoingMail.objects.exists()


BAD_TIMES = [
    {"day": "24.11.26", "from": "08:00", "minutes": "60"},
    {"day": "9999-12-31", "from": "23:59", "minutes": "480"},
    {"day": "2020-01-01", "from": "08:00", "minutes": "60"},
    {"day": "2026-11-24", "from": "25:00", "minutes": "60"},
    {"day": "2026-11-24", "from": "08:00", "minutes": "-60"},
    {"day": "2026-11-24", "from": "08:00", "minutes": "9999"},
    {},
]


@pytest.mark.parametrize("form", BAD_TIMES)
def test_a_time_that_cannot_be_is_answered_in_a_sentence_and_the_form_is_kept(
    halden: SimpleNamespace, form: dict[str, str]
) -> None:
    answer = signed_in(halden.lars).post(
        "/leder/tid/?unit=HALDEN", {**form, "til": the_id(halden.oda), "place": "Rom 7"}
    )
    assert answer.status_code == 400
    page = parsed(answer)
    assert page.find(id="place")["value"] == "Rom 7"
    assert [one["value"] for one in page.select("[name=til][checked]")] == [the_id(halden.oda)]
    [field] = page.select("[aria-invalid=true]")
    assert page.find(id=field["aria-describedby"]).text
    assert not Slot.objects.exists()


def test_who_ticks_nobody_is_told_beside_the_names_and_nobody_is_ticked_instead(halden: SimpleNamespace) -> None:
    when = slots.proposal(halden.at)[0]
    form = {"day": f"{when:%Y-%m-%d}", "from": "09:15", "minutes": "90", "place": "Rom 7"}
    answer = signed_in(halden.lars).post("/leder/tid/?unit=HALDEN", form)
    page = parsed(answer)
    assert not page.select("[name=til][checked]")
    assert "minst én" in page.find(id="til-wrong").text
    sent = {one["name"]: one.get("value") for one in page.select(".time-when input")}
    assert sent == {"day": form["day"], "from": "09:15", "place": "Rom 7"}
    assert page.select_one("#minutes option[selected]")["value"] == "90"
    unasked = signed_in(halden.lars).get("/leder/tid/?unit=HALDEN&til=")
    assert not parsed(unasked).select("[name=til][checked]")


def test_a_slot_that_cannot_be_moved_so_keeps_what_was_written_in_its_own_form(halden: SimpleNamespace) -> None:
    slot, other = an_hour(halden, halden.ola), an_hour(halden, halden.oda)
    form = {"do": "move", "day": "2020-01-01", "from": "10:15", "minutes": "45", "place": "Rom 9"}
    answer = signed_in(halden.lars).post(f"/leder/tid/{slot.uid}/?unit=HALDEN", form)
    assert answer.status_code == 400
    page = parsed(answer)
    assert [one["id"] for one in page.select("details[open] [aria-invalid=true]")] == [f"day-{slot.pk}"]
    written = [page.find(id=f"{name}-{slot.pk}")["value"] for name in ("day", "from", "minutes", "place")]
    assert written == ["2020-01-01", "10:15", "45", "Rom 9"]
    assert page.find(id=f"place-{other.pk}")["value"] == "Rom 2"
    assert page.find(id="place")["value"] == ""
    assert Slot.objects.get(pk=slot.pk).begins_at == slot.begins_at


def test_a_slot_that_is_moved_to_where_it_is_tells_nobody_and_says_so(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola)
    OutgoingMail.objects.all().delete()
    local = slot.begins_at.astimezone(OSLO)
    form = {"do": "move", "day": f"{local:%Y-%m-%d}", "from": f"{local:%H:%M}", "minutes": "60", "place": " Rom 2 "}
    address = f"/en/leder/tid/{slot.uid}/?unit=HALDEN"
    same = signed_in(halden.lars).post(address, form, follow=True).content.decode()
    assert "Nothing was changed" in same
    assert "Moved" not in same
    assert not OutgoingMail.objects.exists()
    assert Slot.objects.get().sequence == slot.sequence
    assert "Moved." in signed_in(halden.lars).post(address, form | {"minutes": "45"}, follow=True).content.decode()
    assert OutgoingMail.objects.count() == 1


def test_who_has_moved_on_is_named_to_their_leader_of_before_no_more(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola, halden.oda)
    today = timezone.localdate()
    halden.ola.postings.update(valid_to=today)
    staff.post(halden.ola, halden.bo.postings.get().unit, since=today)
    page = signed_in(halden.lars).get("/leder/tid/?unit=HALDEN").content.decode()
    assert "Oda Dal" in page
    assert "Ola Dal" not in page
    slots.mark(slot, [the_id(halden.oda)], halden.lars, slot.ends_at)
    used = SlotOffer.objects.values_list("learner__given_name", "used")
    assert dict(used) == {"Oda": True, "Ola": None}, "what is not shown is not noted either"


def test_whoever_has_left_gets_no_mail_about_time_that_was_set_aside(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola, halden.oda)
    OutgoingMail.objects.all().delete()
    halden.ola.employments.update(valid_to=timezone.localdate())
    hour = dt.timedelta(hours=1)
    slots.move(slot, slot.begins_at + hour, slot.ends_at + hour, "Rom 3", halden.lars, halden.at)
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == ["oda@fagbenk.example"]


def test_the_file_for_the_leader_s_own_calendar_is_kept_by_no_cache(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola)
    assert "no-store" in signed_in(halden.lars).get(f"/leder/tid/{slot.uid}.ics?unit=HALDEN")["Cache-Control"]


def test_another_leader_cannot_touch_the_slot(halden: SimpleNamespace) -> None:
    slot = an_hour(halden, halden.ola)
    staff.lead(halden.bo, staff.unit("SKIEN"))
    client = signed_in(halden.bo)
    for query in ("", "?unit=SKIEN", "?unit=HALDEN"):
        assert client.post(f"/leder/tid/{slot.uid}/{query}", {"do": "cancel"}).status_code in (403, 404)
        assert client.get(f"/leder/tid/{slot.uid}.ics{query}").status_code in (403, 404)
    slot.refresh_from_db()
    assert slot.cancelled_at is None


# --- Notes ------------------------------------------------------------------------------------------------------------
def test_a_cause_is_a_dated_fact_and_changing_it_keeps_what_was(halden: SimpleNamespace) -> None:
    day = timezone.localdate()
    notes.note(halden.ola, halden.unit, "no_cover", halden.lars, halden.at)
    later = halden.at + WEEK
    notes.note(halden.ola, halden.unit, "no_pc", halden.lars, later)
    notes.note(halden.ola, halden.unit, "no_pc", halden.lars, later)
    assert notes.causes([halden.ola.pk], day) == {halden.ola.pk: "no_cover"}
    assert notes.causes([halden.ola.pk], day + WEEK) == {halden.ola.pk: "no_pc"}
    notes.note(halden.ola, halden.unit, "", halden.lars, later + WEEK)
    assert notes.causes([halden.ola.pk], day + 2 * WEEK) == {}


def test_the_form_notes_causes_and_shifts_and_leaves_nonsense_out(halden: SimpleNamespace) -> None:
    client = signed_in(halden.lars)
    form = {f"cause-{the_id(halden.ola)}": "no_pc", f"shift-{the_id(halden.ola)}": " Dag ",
            f"cause-{the_id(halden.oda)}": "ill", f"cause-{the_id(halden.bo)}": "no_pc"}  # fmt: skip
    assert client.post("/leder/notat/?unit=HALDEN", form).status_code == 302
    assert notes.causes([halden.ola.pk, halden.oda.pk, halden.bo.pk], timezone.localdate()) == {halden.ola.pk: "no_pc"}
    assert row(halden, halden.ola).shift == "Dag"  # type: ignore[attr-defined]
    text = client.get("/leder/utskrift/?unit=HALDEN").content.decode()
    assert text.index("Dag</h2>") < text.index("Ola Dal") < text.index("Oda Dal")


# --- Files ------------------------------------------------------------------------------------------------------------
def test_the_files_say_what_is_on_the_page(halden: SimpleNamespace) -> None:
    type(halden.lars).objects.filter(pk=halden.lars.pk).update(language="en")
    client = signed_in(halden.lars)
    table = list(csv.reader(StringIO(client.get("/leder/laget.csv").content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(BytesIO(client.get("/leder/laget.xlsx").content)).active
    text = client.get("/en/leder/").content.decode()
    assert sheet is not None
    for number, line in enumerate(table[:5]):
        cells = [cell.value for cell in sheet[number + 1]]
        as_text = ["" if c is None else c.date().isoformat() if isinstance(c, dt.datetime) else str(c) for c in cells]
        assert as_text == line
        assert number == 0 or line[0] in text
    assert {line[0]: line[1] for line in table[1:5]} == {
        "Dag Dal": timezone.localdate().isoformat(), "Ola Dal": "Not yet", "Oda Dal": "Not yet", "Una Dal": "On leave",
    }  # fmt: skip


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_a_name_is_never_a_formula(halden: SimpleNamespace, name: str) -> None:
    Learner.objects.filter(pk=halden.ola.pk).update(given_name=name)
    client = signed_in(halden.lars)
    rows = csv.reader(StringIO(client.get("/leder/laget.csv").content.decode("utf-8-sig")), delimiter=";")
    assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for line in rows for cell in line)
    book = openpyxl.load_workbook(BytesIO(client.get("/leder/laget.xlsx").content))
    assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line)  # type: ignore[union-attr]


# --- All of the pages -------------------------------------------------------------------------------------------------
PAGES = ["", "utskrift/", "paaminnelse/", "tid/", "notat/", "plan/", "laget.csv", "laget.xlsx"]


@pytest.mark.parametrize("address", PAGES)
def test_nobody_else_opens_a_page_of_the_team(halden: SimpleNamespace, address: str) -> None:
    assert Client().get(f"/leder/{address}?unit=HALDEN").status_code == 302
    assert signed_in(halden.ola).get(f"/leder/{address}?unit=HALDEN").status_code == 403
    answer = signed_in(halden.lars).get(f"/leder/{address}?unit=HALDEN")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert signed_in(halden.lars).get(f"/leder/{address}?unit=BERG").status_code == 403
    assert signed_in(halden.lars).get(f"/leder/{address}?unit=HALDEN&x=1").status_code == 400


def test_the_pages_queries_do_not_grow_with_the_team(
    halden: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    client = signed_in(halden.lars)
    for number in range(12):
        staff.employ(f"Person{number}", halden.unit)
    client.get("/leder/")  # the looks of the week are written at the first
    with django_assert_max_num_queries(47):  # type: ignore[operator]
        client.get("/leder/")
    with django_assert_max_num_queries(50):  # type: ignore[operator]
        client.get("/leder/utskrift/")
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        client.get("/leder/paaminnelse/")
