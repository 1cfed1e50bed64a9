"""Invitations and subscriptions, read back by an independent parser and held against RFC 5545 and RFC 5546."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from pathlib import Path
from shutil import which
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from courses.gatherings import mine, notices, planning, registering
from courses.models import CalendarFeed, Gathering, Session
from learners.models import Learner, OutgoingMail

from . import cast, rfc5545
from .cast import AT, DAY, HOUR

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def ola(db: None) -> Learner:
    return cast.people(1)[0]


@pytest.fixture
def gathering(ola: Learner) -> Gathering:
    """Ola has a seat and has been told so."""
    made = cast.gathering(seats=1)
    registering.register(made, ola, ola, AT)
    notices.tell_all(AT)
    return made


def mails(learner: Learner) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(learner=learner).order_by("pk"))


def event(mail: OutgoingMail) -> Any:
    calendar = Calendar.from_ical(mail.calendar)
    (found,) = calendar.walk("VEVENT")
    return found


def method(mail: OutgoingMail) -> str:
    return str(Calendar.from_ical(mail.calendar)["METHOD"])


def save(gathering: Gathering, **changes: Any) -> None:
    """As the admin saves: fields of the gathering, or of its session."""
    before = planning.seen(gathering.pk)
    for name, value in changes.items():
        model = Gathering if name in ("state", "title", "seats") else Session
        rows = Gathering.objects.filter(pk=gathering.pk) if model is Gathering else gathering.sessions.all()
        rows.update(**{name: value})
    gathering.refresh_from_db()
    planning.follow(gathering, before, AT + HOUR)
    notices.tell_all(AT + HOUR)


def test_a_seat_is_an_invitation_with_all_that_rfc_5546_asks_of_a_request(gathering: Gathering, ola: Learner) -> None:
    (mail,) = mails(ola)
    assert method(mail) == "REQUEST"
    found = event(mail)
    for name in ("ATTENDEE", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY", "UID"):
        assert name in found, f"RFC 5546 3.2.2 asks for {name}"
    assert found["DTSTART"].dt == AT + 30 * DAY
    assert found["DTEND"].dt == AT + 30 * DAY + 6 * HOUR
    assert found["STATUS"] == "CONFIRMED"
    assert found["LOCATION"] == "KRUS, sal 2"
    assert str(found["ATTENDEE"]) == f"MAILTO:{ola.email}"
    assert "/samlinger/mi-dag/" in found["DESCRIPTION"]


def test_the_text_keeps_to_rfc_5545(gathering: Gathering, ola: Learner) -> None:
    text = mails(ola)[0].calendar
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == ""
    assert "\n" not in "".join(lines), "every line ends with CRLF (3.1)"
    assert all(len(line.encode()) <= 75 for line in lines), "folded at 75 octets (3.1)"
    for name in ("VERSION:2.0", "PRODID:", "CALSCALE:GREGORIAN"):
        assert text.count(f"\r\n{name}") == 1
    assert re.search(r"DTSTART;TZID=Europe/Oslo:20260304T090000\r\n", text), "Oslo's clock and not the machine's"
    assert re.search(r"DTSTAMP:20260202T080000Z\r\n", text), "DTSTAMP is UTC (3.8.7.2)"


def test_a_reader_made_from_the_grammar_alone_follows_invitation_change_and_cancellation(ola: Learner) -> None:
    """RFC 5546 2.1.4, 3.2.2, 3.2.5: by UID and SEQUENCE alone, as a calendar does."""
    made = cast.gathering(seats=2, title="Øving; «to, og to» \\ i sal 2: hva nå?")
    cast.session(made, AT + 60 * DAY, title="Æ" * 120)
    registering.register(made, ola, ola, AT)
    notices.tell_all(AT)
    save(made, place="Sal 3, Lillestrøm; inngang B")
    registering.give_up(made, ola, AT + 2 * HOUR)
    notices.tell_all(AT + 2 * HOUR)
    calendar: dict[str, tuple[int, str]] = {}
    for mail in mails(ola):
        read = rfc5545.read(mail.calendar)
        (found,) = read.walk("VEVENT")
        uid, number, said = found.one("UID").text, int(found.one("SEQUENCE").value), read.one("METHOD").value
        assert number > calendar.get(uid, (-1, ""))[0], "what is newer always wins"
        assert found.one("DTSTART").parameters["TZID"] == read.walk("VTIMEZONE")[0].one("TZID").text
        assert found.one("DTSTART").moment < found.one("DTEND").moment
        assert found.one("DTSTAMP").value.endswith("Z")
        assert found.one("ORGANIZER").value.lower().startswith("mailto:")
        assert found.one("SUMMARY").text.startswith("Øving; «to, og to» \\ i sal 2: hva nå?")
        calendar[uid] = (number, said)
        if said == "CANCEL":
            assert found.one("STATUS").value == "CANCELLED"
    assert [said for _number, said in calendar.values()] == ["CANCEL", "CANCEL"]
    assert [rfc5545.read(mail.calendar).one("METHOD").value for mail in mails(ola)] == ["REQUEST"] * 4 + ["CANCEL"] * 2
    place = rfc5545.read(mails(ola)[2].calendar).walk("VEVENT")[0].one("LOCATION").text
    assert place == "Sal 3, Lillestrøm; inngang B"
    assert Calendar.from_ical(mails(ola)[2].calendar).walk("VEVENT")[0]["LOCATION"] == place


@pytest.mark.parametrize("month", [1, 7])
def test_the_time_zone_in_the_file_says_the_same_as_the_zone_itself(
    gathering: Gathering, ola: Learner, month: int
) -> None:
    """A calendar that does not know the name reads the rule: summer and winter, years ahead."""
    zone: Any
    (zone,) = Calendar.from_ical(mails(ola)[0].calendar).walk("VTIMEZONE")
    assert str(zone["TZID"]) == "Europe/Oslo"
    moment = dt.datetime(2031, month, 15, 12)  # noqa: DTZ001 - the zones are put on below
    assert moment.replace(tzinfo=zone.to_tz()).utcoffset() == moment.replace(tzinfo=OSLO).utcoffset()


def test_a_changed_time_is_the_same_event_with_a_higher_sequence(gathering: Gathering, ola: Learner) -> None:
    save(gathering, starts=AT + 31 * DAY, ends=AT + 31 * DAY + 6 * HOUR)
    first, second = map(event, mails(ola))
    assert method(mails(ola)[1]) == "REQUEST"
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == AT + 31 * DAY


def test_saving_without_a_change_tells_nobody(gathering: Gathering, ola: Learner) -> None:
    save(gathering)
    save(gathering, seats=10)
    assert len(mails(ola)) == 1


def test_only_the_session_that_has_changed_is_sent_anew(ola: Learner) -> None:
    gathering = cast.gathering()
    second = cast.session(gathering, AT + 60 * DAY, title="Dag 2")
    registering.register(gathering, ola, ola, AT)
    notices.tell_all(AT)
    assert len(mails(ola)) == 2, "one event a message (RFC 5546 3.2.2)"
    before = planning.seen(gathering.pk)
    Session.objects.filter(pk=second.pk).update(place="Sal 4")
    planning.follow(gathering, before, AT + HOUR)
    notices.tell_all(AT + HOUR)
    assert [str(event(mail)["LOCATION"]) for mail in mails(ola)[2:]] == ["Sal 4"]


def test_giving_up_the_seat_takes_the_event_out_of_the_calendar(gathering: Gathering, ola: Learner) -> None:
    registering.give_up(gathering, ola, AT)
    notices.tell_all(AT)
    first, last = mails(ola)
    assert method(last) == "CANCEL"
    for name in ("ATTENDEE", "DTSTAMP", "ORGANIZER", "SEQUENCE", "UID"):
        assert name in event(last), f"RFC 5546 3.2.5 asks for {name}"
    assert event(last)["UID"] == event(first)["UID"]
    assert event(last)["SEQUENCE"] > event(first)["SEQUENCE"]
    assert event(last)["STATUS"] == "CANCELLED"


def test_registering_anew_after_that_wins_over_the_cancellation(gathering: Gathering, ola: Learner) -> None:
    registering.give_up(gathering, ola, AT)
    notices.tell_all(AT)
    registering.register(gathering, ola, ola, AT)
    notices.tell_all(AT)
    sequences = [event(mail)["SEQUENCE"] for mail in mails(ola)]
    assert [method(mail) for mail in mails(ola)] == ["REQUEST", "CANCEL", "REQUEST"]
    assert sequences == sorted(set(sequences))


def test_a_cancelled_gathering_goes_out_of_everybodys_calendar_and_those_who_wait_get_words(
    gathering: Gathering, ola: Learner
) -> None:
    (eva,) = [cast.staff.employ("Eva", ola.postings.get().unit)]
    registering.register(gathering, eva, eva, AT)
    notices.tell_all(AT)
    save(gathering, state="cancelled")
    assert method(mails(ola)[-1]) == "CANCEL"
    assert [mail.calendar for mail in mails(eva)] == ["", ""]
    assert "avlyst" in mails(eva)[-1].text


def test_nothing_is_told_twice_and_an_offer_says_until_when(gathering: Gathering, ola: Learner) -> None:
    (eva,) = [cast.staff.employ("Eva", ola.postings.get().unit)]
    registering.register(gathering, eva, eva, AT)
    registering.give_up(gathering, ola, AT)
    assert notices.tell_all(AT) == 2
    assert notices.tell_all(AT) == 0
    assert "klokka 09:00 onsdag 4. februar 2026" in mails(eva)[-1].text
    registering.accept(gathering, eva, AT + HOUR)
    notices.tell_all(AT + HOUR)
    assert method(mails(eva)[-1]) == "REQUEST"


def test_those_who_have_left_get_no_mail(gathering: Gathering, ola: Learner) -> None:
    ola.employments.update(valid_to=dt.date(2026, 1, 30))
    save(gathering, place="Sal 9")
    assert len(mails(ola)) == 1


def test_an_invitation_names_nobody_else(gathering: Gathering, ola: Learner) -> None:
    Gathering.objects.update(seats=5)
    (eva,) = [cast.staff.employ("Eva", ola.postings.get().unit)]
    registering.register(gathering, eva, eva, AT)
    notices.tell_all(AT)
    invitation = str(mails(eva)[0].calendar)
    assert str(ola.email) not in invitation
    assert "Video" not in invitation


# --- A calendar program's own reader: ical.js, as Thunderbird has it ------------------------------------------------
def in_a_calendar(*texts: str) -> dict[str, Any]:
    """What becomes of the texts in a calendar that takes them in this order."""
    node = which("node")
    assert node, "node is missing: `make test` brings it"
    done = subprocess.run(
        [node, "calendar.mjs"], input=json.dumps(texts), cwd=Path(__file__).parent, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def sent_calendars(learner: Learner) -> list[str]:
    return [mail.calendar for mail in mails(learner) if mail.calendar]


def test_a_calendar_takes_invitation_change_and_cancellation_in_place(ola: Learner) -> None:
    made = cast.gathering(title="Øving; «to, og to» \\ i sal 2: hva nå?")
    registering.register(made, ola, ola, AT)
    notices.tell_all(AT)
    save(made, place="Sal 3, Lillestrøm; inngang B", starts=AT + 31 * DAY, ends=AT + 31 * DAY + 6 * HOUR)
    changed = in_a_calendar(*sent_calendars(ola))
    assert changed["happened"] == [["new"], ["changed"]]
    (stands,) = changed["stands"]
    assert stands["summary"] == made.title
    assert stands["location"] == "Sal 3, Lillestrøm; inngang B"
    assert stands["starts"] == f"{AT + 31 * DAY:%Y-%m-%dT%H:%M:%S}.000Z", "through the file's own time zone"
    assert stands["ends"] == f"{AT + 31 * DAY + 6 * HOUR:%Y-%m-%dT%H:%M:%S}.000Z"
    assert stands["attendees"] == [f"mailto:{ola.email}"]
    registering.give_up(made, ola, AT + 2 * HOUR)
    notices.tell_all(AT + 2 * HOUR)
    over = in_a_calendar(*sent_calendars(ola))
    assert over["happened"][-1] == ["taken out"]
    assert (over["stands"], over["known"]) == ([], 1)


def test_a_calendar_that_gets_the_mails_in_the_wrong_order_ends_the_same(ola: Learner) -> None:
    """Seat, change, given up, registered anew: what is newest stands, whatever comes when, and twice."""
    made = cast.gathering()
    registering.register(made, ola, ola, AT)
    notices.tell_all(AT)
    save(made, place="Sal 9")
    registering.give_up(made, ola, AT + 2 * HOUR)
    notices.tell_all(AT + 2 * HOUR)
    registering.register(made, ola, ola, AT + 3 * HOUR)
    notices.tell_all(AT + 3 * HOUR)
    first, second, gone, last = sent_calendars(ola)
    in_order = in_a_calendar(first, second, gone, last)
    assert in_order["happened"] == [["new"], ["changed"], ["taken out"], ["new"]]
    for order in ((last, gone, second, first), (gone, last, first, second), (first, first, last, gone, gone)):
        assert in_a_calendar(*order)["stands"] == in_order["stands"]
    assert in_a_calendar(first, gone, second)["stands"] == [], "a late change brings nothing back"
    assert in_a_calendar(gone)["happened"] == [["unknown"]]


def test_of_two_sessions_a_calendar_loses_the_cancelled_one(ola: Learner) -> None:
    made = cast.gathering()
    second = cast.session(made, AT + 60 * DAY, title="Dag 2")
    registering.register(made, ola, ola, AT)
    notices.tell_all(AT)
    before = planning.seen(made.pk)
    Session.objects.filter(pk=second.pk).update(cancelled=True)
    planning.follow(made, before, AT + HOUR)
    notices.tell_all(AT + HOUR)
    found = in_a_calendar(*sent_calendars(ola))
    assert found["known"] == 2
    assert [one["starts"] for one in found["stands"]] == [f"{AT + 30 * DAY:%Y-%m-%dT%H:%M:%S}.000Z"]


def test_a_subscription_says_the_same_as_the_invitations(ola: Learner, gathering: Gathering) -> None:
    invited, subscribed = in_a_calendar(*sent_calendars(ola)), in_a_calendar(mine.calendar(ola, AT + HOUR).decode())
    seen = ("summary", "starts", "ends", "location", "sequence")
    assert [[one[name] for name in seen] for one in invited["stands"]] == [
        [one[name] for name in seen] for one in subscribed["stands"]
    ]
    assert subscribed["stands"][0]["attendees"] == [], "a published calendar names nobody (RFC 5546 3.2.1)"
    Gathering.objects.update(state="cancelled")
    assert in_a_calendar(mine.calendar(ola, AT + 2 * HOUR).decode())["stands"] == []


# --- The subscription -------------------------------------------------------------------------------------------------
def test_the_subscription_follows_and_ends(client: Client, gathering: Gathering, ola: Learner) -> None:
    client.force_login(ola)
    page = client.post("/samlinger/kalender/", {"do": "make"})
    address = re.search(r"http://testserver(/samlinger/kalender/[\w-]+\.ics)", page.content.decode())
    assert address
    stranger = Client()
    answer = stranger.get(address[1])
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert str(calendar["METHOD"]) == "PUBLISH"
    (found,) = calendar.walk("VEVENT")
    assert found["UID"] == event(mails(ola)[0])["UID"], "the same event as in the invitation"
    Gathering.objects.update(state="cancelled")
    (found,) = Calendar.from_ical(stranger.get(address[1]).content).walk("VEVENT")
    assert found["STATUS"] == "CANCELLED"
    client.post("/samlinger/kalender/", {"do": "end"})
    assert stranger.get(address[1]).status_code == 404
    assert address[1].split("/")[-1][:-4] not in str(list(CalendarFeed.objects.values())), "kept as a digest only"


def test_a_subscription_reads_the_own_gatherings_only(ola: Learner, gathering: Gathering) -> None:
    other = cast.gathering("annen", title="Annen samling")
    (eva,) = [cast.staff.employ("Eva", ola.postings.get().unit)]
    registering.register(other, eva, eva, AT)
    text = mine.calendar(ola, AT).decode()
    assert "MI-dagen" in text
    assert "Annen samling" not in text


def test_who_has_left_reads_nothing_more(client: Client, ola: Learner, gathering: Gathering) -> None:
    key = mine.new_feed(ola, AT)
    assert client.get(f"/samlinger/kalender/{key}.ics").status_code == 200
    ola.employments.update(valid_to=dt.date(2020, 2, 1))
    assert client.get(f"/samlinger/kalender/{key}.ics").status_code == 404
