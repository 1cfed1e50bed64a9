"""The weekly mail: to whom, when, what it says, and silence for everybody else."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from courses.models import Campaign, Exemption
from learners import mail_choices, outbox
from learners.models import Learner, Look, OutgoingMail
from tests import staff
from tests.duties.conftest import DAY, DEADLINE, MONDAY, eight
from tests.outbox.conftest import ScriptedServer
from tracking.followup import digests
from tracking.followup.digest import KIND

WEEK = 7 * DAY


def send(day: dt.date, hour: int = 6) -> list[str]:
    """Run the clock's tasks on a day (hour in UTC); returns whom the mails went to."""
    at = dt.datetime.combine(day, dt.time(hour), dt.UTC)
    mail.outbox.clear()
    digests.make_due(at)
    outbox.send_due(at)
    return sorted(one.to[0].partition("@")[0] for one in mail.outbox)


def sent() -> EmailMultiAlternatives:
    (one,) = mail.outbox
    assert isinstance(one, EmailMultiAlternatives)
    return one


def html(one: EmailMultiAlternatives) -> str:
    return str(one.alternatives[0][0])


def test_one_mail_a_week_however_often_the_clock_strikes(halden: SimpleNamespace) -> None:
    got = [send(MONDAY + n * DAY, hour) for n in range(14) for hour in (6, 7, 15)]
    assert [some for some in got if some] == [["oda", "ola"], ["oda", "ola"]]
    assert got[0] == got[21] == ["oda", "ola"]


def test_nobody_is_written_to_before_seven(halden: SimpleNamespace) -> None:
    assert send(MONDAY, 4) == []
    assert send(MONDAY, 5) == ["oda", "ola"]


def test_the_mail_says_what_is_due_with_links_in_text_and_html(halden: SimpleNamespace) -> None:
    mail_choices.stop(halden.oda, KIND, eight(MONDAY))
    send(MONDAY)
    one = sent()
    assert one.subject == "Du har ett kurs igjen, innen torsdag 31. desember 2026"
    for words in (str(one.body), html(one)):
        assert "Motiverende samtaler" in words
        assert "http://localhost:8000/min-laering/" in words
        assert "oppdikt" in words
    assert html(one).count("<a ") >= 3


@pytest.mark.parametrize(("language", "words"), [("nn", "Motiverande samtalar"), ("en", "Hello Ola,")])
def test_the_mail_is_in_the_persons_language(halden: SimpleNamespace, language: str, words: str) -> None:
    Learner.objects.filter(pk=halden.ola.pk).update(language=language)
    staff.complete(halden.oda, halden.mi, MONDAY - 30 * DAY)
    send(MONDAY)
    assert words in str(sent().body)
    assert f'<html lang="{language}"' in html(sent())


def test_silence_for_the_done_the_absent_the_gone_and_the_exempt(halden: SimpleNamespace) -> None:
    away, gone, exempt = (staff.employ(name, halden.unit) for name in ("Anne", "Geir", "Eli"))
    staff.complete(halden.ola, halden.mi, MONDAY - DAY)
    staff.on_leave(away, MONDAY - DAY, MONDAY + 3 * DAY)
    gone.employments.update(valid_to=MONDAY)
    Exemption.objects.create(
        campaign=halden.asked, learner=exempt, reason="duties", proposed_by=halden.lars, approved_by=halden.oda,
        valid_from=MONDAY - DAY, valid_to=DEADLINE, known_from=staff.TOLD,
    )  # fmt: skip
    assert send(MONDAY) == ["oda"]


def test_what_is_done_before_the_mail_goes_out_is_not_asked_for(halden: SimpleNamespace) -> None:
    digests.make_due(eight(MONDAY))
    staff.complete(halden.ola, halden.mi, MONDAY)
    outbox.send_due(eight(MONDAY))
    assert [one.to for one in mail.outbox] == [["oda@fagbenk.example"]]
    assert OutgoingMail.objects.get(learner=halden.ola).state == "withdrawn"


def test_everybody_chooses_the_weekday(halden: SimpleNamespace) -> None:
    mail_choices.choose_weekday(halden.ola, KIND, 4)
    assert [send(MONDAY + n * DAY) for n in range(7)] == [["oda"], [], [], ["ola"], [], [], []]


def test_a_day_that_was_missed_is_made_up_for_within_two_days(halden: SimpleNamespace) -> None:
    assert send(MONDAY + 2 * DAY) == ["oda", "ola"]


def test_a_day_missed_for_longer_is_let_go(halden: SimpleNamespace) -> None:
    assert send(MONDAY + 3 * DAY) == []


def test_a_missed_sunday_is_not_sent_on_monday_beside_the_new_weeks_mail(halden: SimpleNamespace) -> None:
    mail_choices.choose_weekday(halden.ola, KIND, 7)
    assert send(MONDAY + WEEK) == ["oda"]


@pytest.mark.parametrize(("days_left", "goes"), [(4, False), (3, True), (1, True), (0, True), (-1, False)])
def test_a_date_within_three_days_is_not_left_to_wait(halden: SimpleNamespace, days_left: int, goes: bool) -> None:
    mail_choices.choose_weekday(halden.ola, KIND, 7)
    mail_choices.choose_weekday(halden.oda, KIND, 7)
    Campaign.objects.update(deadline=MONDAY + (1 + days_left) * DAY)
    assert send(MONDAY + DAY) == (["oda", "ola"] if goes else [])


def test_the_sooner_mail_is_the_weeks_mail(halden: SimpleNamespace) -> None:
    mail_choices.choose_weekday(halden.ola, KIND, 7)
    Campaign.objects.update(deadline=MONDAY + 4 * DAY)
    got = [send(MONDAY + n * DAY) for n in range(7)]
    assert sum("ola" in some for some in got) == 1
    assert "ola" in got[1]


def test_who_has_stopped_gets_only_what_is_required(halden: SimpleNamespace) -> None:
    mail_choices.stop(halden.ola, KIND, eight(MONDAY))
    staff.complete(halden.oda, halden.mi, MONDAY)
    assert send(MONDAY) == []
    Campaign.objects.update(deadline=MONDAY + 10 * DAY)
    assert send(MONDAY + WEEK) == ["ola"]
    assert "List-Unsubscribe" not in sent().extra_headers
    assert "stopp" in str(sent().body)


def test_one_click_in_the_mail_program_stops_it(halden: SimpleNamespace, client: object) -> None:
    staff.complete(halden.oda, halden.mi, MONDAY)
    send(MONDAY)
    headers = sent().extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    client.post(path, {"List-Unsubscribe": "One-Click"})  # type: ignore[attr-defined]
    assert send(MONDAY + WEEK) == []


def test_somebody_on_leave_until_further_notice_has_no_date_and_gets_no_mail(halden: SimpleNamespace) -> None:
    staff.on_leave(halden.ola, MONDAY - 40 * DAY)
    assert send(MONDAY) == ["oda"]


class TestLeader:
    """Lars leads Halden; nothing is asked of himself."""

    def letter(self, day: dt.date = MONDAY) -> str:
        for learner in (halden_people := Learner.objects.filter(given_name__in=("Ola", "Oda"))):
            mail_choices.stop(learner, KIND, eight(day))
        assert len(halden_people) == 2
        assert send(day) == ["lars"]
        return str(sent().body)

    def test_the_teams_week_is_in_the_same_one_mail(self, halden: SimpleNamespace) -> None:
        staff.lead(halden.lars, halden.unit)
        staff.complete(halden.oda, halden.mi, MONDAY - 2 * DAY)
        words = self.letter()
        assert "1 av 2 har fullført (50\N{NO-BREAK SPACE}%)" in words
        assert "Oda Dal (Motiverende samtaler)" in words
        assert "Ola Dal" in words
        assert sent().subject == "En i laget ditt har ikke fått tid ennå"
        assert set(Look.objects.values_list("seen__given_name", "role")) == {("Ola", "leader"), ("Oda", "leader")}

    def test_names_are_of_the_own_team_only(self, halden: SimpleNamespace) -> None:
        staff.lead(halden.lars, halden.unit)
        other = staff.unit("BODO")
        staff.employ("Berit", other)
        mail_choices.stop(Learner.objects.get(given_name="Berit"), KIND, eight(MONDAY))
        assert "Berit" not in self.letter()

    def test_a_leader_on_leave_gets_none(self, halden: SimpleNamespace) -> None:
        staff.lead(halden.lars, halden.unit)
        staff.on_leave(halden.lars, MONDAY - DAY, MONDAY + DAY)
        assert send(MONDAY) == ["oda", "ola"]

    def test_who_leads_no_longer_when_the_mail_goes_out_gets_none(self, halden: SimpleNamespace) -> None:
        leads = staff.lead(halden.lars, halden.unit)
        digests.make_due(eight(MONDAY))
        leads.delete()
        outbox.send_due(eight(MONDAY))
        assert "lars@fagbenk.example" not in {one.to[0] for one in mail.outbox}

    def test_with_the_team_done_for_long_there_is_nothing_to_say(self, halden: SimpleNamespace) -> None:
        staff.lead(halden.lars, halden.unit)
        for learner in (halden.ola, halden.oda):
            staff.complete(learner, halden.mi, MONDAY - 20 * DAY)
        assert send(MONDAY) == []


def test_while_the_mail_server_is_out_of_reach_the_mail_waits_and_says_then_what_is_true(
    halden: SimpleNamespace, server: ScriptedServer, settings: object
) -> None:
    right = settings.EMAIL_PORT  # type: ignore[attr-defined]
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    digests.make_due(eight(MONDAY))
    assert outbox.send_due(eight(MONDAY)) == 0
    staff.complete(halden.ola, halden.mi, MONDAY + DAY)
    settings.EMAIL_PORT = right  # type: ignore[attr-defined]
    assert outbox.send_due(eight(MONDAY + DAY)) == 1
    assert server.recipients() == ["oda@fagbenk.example"]


def test_a_mail_that_waited_into_the_next_week_gives_way_to_that_weeks(halden: SimpleNamespace) -> None:
    digests.make_due(eight(MONDAY))
    assert send(MONDAY + WEEK) == ["oda", "ola"]
    assert OutgoingMail.objects.filter(state="withdrawn").count() == 2


def test_a_dropped_line_after_data_is_uncertain_and_not_sent_again(
    halden: SimpleNamespace, server: ScriptedServer
) -> None:
    server.script["ola@fagbenk.example"] = ["hang up"]
    for n in range(7):
        digests.make_due(eight(MONDAY + n * DAY))
        outbox.send_due(eight(MONDAY + n * DAY))
    assert sorted(server.recipients()) == ["oda@fagbenk.example", "ola@fagbenk.example"]
    assert OutgoingMail.objects.get(learner=halden.ola).state == "uncertain"


def test_the_state_is_late_where_todays_mails_are_not_planned(halden: SimpleNamespace) -> None:
    quarter_past = eight(MONDAY) - dt.timedelta(minutes=44)
    assert digests.state(quarter_past) == "off"
    digests.make_due(eight(MONDAY))
    assert digests.state(eight(MONDAY)) == "ok"
    assert digests.state(quarter_past + DAY) == "late"
