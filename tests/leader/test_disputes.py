"""“How am I counted?”, objections and their answers; and the unit's plan for the year."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from courses.models import Campaign, Exemption, Programme
from learners.models import Leadership, Learner, Look, OutgoingMail, RoleGrant
from learners.roles import grant
from tests import staff
from tracking.followup import disputing
from tracking.followup.counting import countings
from tracking.followup.models import Dispute, LocalPlan

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def halden() -> SimpleNamespace:
    """Lars leads Halden, where Ola works; Berta leads Berg; Hanne keeps campaigns and people data."""
    today = timezone.localdate()
    krim = staff.unit("KRIM", kind="service")
    halden, berg = staff.unit("HALDEN", krim), staff.unit("BERG", krim)
    lars, ola = staff.employ("Lars", halden, "LEDER"), staff.employ("Ola", halden)
    berta, hanne = staff.employ("Berta", berg, "LEDER"), staff.employ("Hanne", berg, "RADGIVER")
    staff.lead(lars, halden)
    staff.lead(berta, berg)
    grant(hanne, RoleGrant.Role.COURSE_ADMIN, None, staff.TOLD)
    mi = staff.course("MI")
    mine = staff.campaign("mi", [mi], today - 60 * DAY, today + 60 * DAY, positions=["VERKSBETJENT"])
    return SimpleNamespace(
        krim=krim, unit=halden, mi=mi, mine=mine, lars=lars, ola=ola, berta=berta, hanne=hanne, today=today,
        at=timezone.now(),
    )  # fmt: skip


def parsed(answer: Any) -> Any:
    return BeautifulSoup(answer.content, "html.parser")


def signed_in(who: Learner) -> Client:
    client = Client()
    client.force_login(who)
    return client


def said(halden: SimpleNamespace) -> str:
    return signed_in(halden.ola).get("/en/min-laering/telles-jeg/").content.decode()


# --- How am I counted? ------------------------------------------------------------------------------------------------
def test_who_counts_is_told_so_with_unit_and_date(halden: SimpleNamespace) -> None:
    assert "You are counted, as one who has not completed yet." in said(halden)
    assert "You belong to Halden there." in said(halden)
    staff.complete(halden.ola, halden.mi, halden.today)
    assert "You are counted, as one who has completed." in said(halden)


def test_each_reason_for_not_counting_is_told_with_its_dates(halden: SimpleNamespace) -> None:
    staff.on_leave(halden.ola, halden.today - 5 * DAY)
    assert "on leave since" in said(halden)
    halden.ola.leaves.all().delete()
    Exemption.objects.create(
        campaign=halden.mine, learner=halden.ola, reason="duties", proposed_by=halden.lars, approved_by=halden.hanne,
        valid_from=halden.today - DAY, valid_to=halden.today + DAY, known_from=staff.TOLD,
    )  # fmt: skip
    assert "you are exempt since" in said(halden)


def test_a_newcomer_and_one_who_is_not_asked_are_told_so(halden: SimpleNamespace) -> None:
    new = staff.employ("Nora", halden.unit, since=halden.today - 3 * DAY)
    (told,) = countings(new.pk, halden.today)
    assert (told.status, told.since, told.until) == ("in_grace", halden.today - 3 * DAY, halden.today + 87 * DAY)
    (told,) = countings(halden.lars.pk, halden.today)
    assert told.status == "outside"


# --- Objections -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("about", "desk"), [("leave", "Hanne"), ("completed", "Hanne"), ("other", "Lars")])
def test_an_objection_reaches_the_one_who_can_put_it_right(halden: SimpleNamespace, about: str, desk: str) -> None:
    form = {"campaign": "mi", "about": about, "words": "Ordene mine"}
    assert signed_in(halden.ola).post("/min-laering/telles-jeg/", form).status_code == 302
    mail = OutgoingMail.objects.get()
    assert mail.to == f"{desk.lower()}@fagbenk.example"
    assert "Ordene mine" not in mail.text
    assert "Ola" not in mail.text
    for name in ("Lars", "Berta", "Hanne", "Ola"):
        text = signed_in(getattr(halden, name.lower())).get("/innsigelser/").content.decode()
        assert ("Ordene mine" in text) is (name == desk)
    assert Look.objects.filter(seen=halden.ola, place="disputes").count() == 1


def test_a_leader_s_own_objection_goes_past_the_leader(halden: SimpleNamespace) -> None:
    made = disputing.raise_one(halden.lars, halden.mine, "not_asked", "", halden.at)
    assert made.desk == Dispute.Desk.HR
    assert not disputing.may_answer(halden.lars, made, halden.today)


def test_the_answer_is_seen_by_the_one_who_asked_and_given_once(halden: SimpleNamespace) -> None:
    disputing.raise_one(halden.ola, halden.mine, "other", "Hvorfor?", halden.at)
    made = Dispute.objects.get()
    form = {"dispute": made.pk, "outcome": "stands", "words": "Slik er regelen"}
    assert signed_in(halden.berta).post("/innsigelser/", form).status_code == 302
    assert Dispute.objects.get().outcome == ""
    client = signed_in(halden.lars)
    client.post("/innsigelser/", form)
    client.post("/innsigelser/", form | {"outcome": "corrected", "words": "Nei"})
    answered = Dispute.objects.get()
    assert (answered.outcome, answered.answer, answered.answered_by) == ("stands", "Slik er regelen", halden.lars)
    assert "Slik er regelen" in said(halden)
    assert OutgoingMail.objects.filter(to="ola@fagbenk.example").count() == 1


def test_a_leader_passes_on_what_others_must_put_right(halden: SimpleNamespace) -> None:
    disputing.raise_one(halden.ola, halden.mine, "other", "", halden.at)
    signed_in(halden.lars).post("/innsigelser/", {"dispute": Dispute.objects.get().pk, "do": "pass_on"})
    assert [one.learner for one in disputing.to_answer(halden.hanne, halden.today)] == [halden.ola]
    assert not disputing.to_answer(halden.lars, halden.today)


def test_what_the_leader_writes_goes_along_when_it_is_passed_on(halden: SimpleNamespace) -> None:
    disputing.raise_one(halden.ola, halden.mine, "other", "Hvorfor?", halden.at)
    made = Dispute.objects.get()
    form = {"dispute": made.pk, "do": "pass_on", "words": "Ola tok det i mars."}
    told = signed_in(halden.lars).post("/en/innsigelser/", form, follow=True).content.decode()
    assert "Passed on to those who keep campaigns and people data." in told
    desk = signed_in(halden.hanne).get("/innsigelser/").content.decode()
    assert "Ola tok det i mars." in desk
    assert 'value="pass_on"' not in desk, "there is nobody further"
    assert "Ola tok det i mars." in said(halden)
    again = signed_in(halden.hanne).post("/en/innsigelser/", form, follow=True)
    assert "not yours to answer" in again.content.decode()
    assert Dispute.objects.get().words_along == "Ola tok det i mars."
    signed_in(halden.hanne).post("/innsigelser/", {"dispute": made.pk, "outcome": "corrected", "words": "Rettet"})
    assert "Rettet" in said(halden)
    assert disputing.forget_words(halden.at + 400 * DAY) == 1
    assert "Ola tok det i mars." not in said(halden)


def test_an_objection_whose_leader_is_gone_lies_with_those_who_keep_the_data(halden: SimpleNamespace) -> None:
    made = disputing.raise_one(halden.ola, halden.mine, "other", "", halden.at)
    assert not disputing.to_answer(halden.hanne, halden.today)
    led = Leadership.objects.filter(learner=halden.lars)
    led.update(valid_to=halden.today)
    assert list(disputing.to_answer(halden.hanne, halden.today)) == [made]
    signed_in(halden.hanne).get("/innsigelser/")
    assert Look.objects.get(seen=halden.ola).role == RoleGrant.Role.COURSE_ADMIN
    disputing.answer(made, halden.hanne, "stands", "", halden.at)
    assert Dispute.objects.get().answered_by == halden.hanne


def test_an_objection_of_one_who_has_become_the_leader_lies_with_those_who_keep_the_data(
    halden: SimpleNamespace,
) -> None:
    made = disputing.raise_one(halden.ola, halden.mine, "other", "", halden.at)
    Leadership.objects.filter(learner=halden.lars).update(learner=halden.ola)
    assert list(disputing.to_answer(halden.hanne, halden.today)) == [made]
    assert not disputing.to_answer(halden.ola, halden.today)


def test_the_same_objection_is_open_once_and_can_be_taken_back(halden: SimpleNamespace) -> None:
    client = signed_in(halden.ola)
    for _ in range(2):
        client.post("/min-laering/telles-jeg/", {"campaign": "mi", "about": "leave"})
    assert Dispute.objects.count() == 1
    client.post("/min-laering/telles-jeg/", {"campaign": "mi", "do": "withdraw"})
    assert Dispute.objects.get().outcome == "withdrawn"
    client.post("/min-laering/telles-jeg/", {"campaign": "mi", "about": "leave"})
    assert Dispute.objects.count() == 2


def test_who_forgets_to_say_what_is_wrong_is_told_there_and_keeps_the_words(halden: SimpleNamespace) -> None:
    answer = signed_in(halden.ola).post("/min-laering/telles-jeg/", {"campaign": "mi", "words": "Ordene <mine>"})
    assert answer.status_code == 400
    page = parsed(answer)
    assert page.select_one("details[open] fieldset[aria-describedby=about-wrong] #about-wrong")
    assert page.select_one("details[open] textarea").text.strip() == "Ordene <mine>"
    assert not Dispute.objects.exists()


def test_who_forgets_to_say_what_came_of_it_is_told_there_and_keeps_the_words(halden: SimpleNamespace) -> None:
    disputing.raise_one(halden.ola, halden.mine, "other", "", halden.at)
    form = {"dispute": Dispute.objects.get().pk, "words": "Svaret mitt"}
    answer = signed_in(halden.lars).post("/innsigelser/", form)
    assert answer.status_code == 400
    page = parsed(answer)
    assert page.select_one("fieldset[aria-describedby=outcome-wrong] #outcome-wrong")
    assert page.find("textarea").text.strip() == "Svaret mitt"
    assert Dispute.objects.get().outcome == ""


def test_a_campaign_on_a_programme_alone_speaks_of_no_courses(halden: SimpleNamespace) -> None:
    programme = Programme.objects.create(slug="vbu", title="VBU")
    made = staff.campaign("vbu", [], halden.today - DAY, halden.today + DAY, positions=["VERKSBETJENT"])
    Campaign.objects.filter(pk=made.pk).update(programme=programme)
    assert said(halden).count("You are counted, as one who has not completed yet.") == 2


@pytest.mark.parametrize("form", [{"campaign": "mi", "about": "x"}, {"campaign": "mi"}, {"campaign": "none"}, {}])
def test_what_makes_no_sense_stores_nothing(halden: SimpleNamespace, form: dict[str, str]) -> None:
    assert signed_in(halden.ola).post("/min-laering/telles-jeg/", form).status_code in (400, 404)
    assert not Dispute.objects.exists()


def test_words_are_emptied_a_year_after_the_answer(halden: SimpleNamespace) -> None:
    disputing.raise_one(halden.ola, halden.mine, "other", "Ordene mine", halden.at)
    disputing.answer(Dispute.objects.get(), halden.lars, "stands", "Svaret", halden.at)
    assert disputing.forget_words(halden.at + 364 * DAY) == 0
    assert disputing.forget_words(halden.at + 366 * DAY) == 1
    assert (Dispute.objects.get().words, Dispute.objects.get().answer) == ("", "")


# --- The plan ---------------------------------------------------------------------------------------------------------
def plan_form(goal: str, report: str = "") -> dict[str, str]:
    row = {"measures-0-goal": goal, "measures-0-what": "Kurs hver uke", "measures-0-by": "", "measures-0-state": "done"}
    return {"measures-TOTAL_FORMS": "1", "measures-INITIAL_FORMS": "0", "report": report} | row


def test_the_leader_writes_the_plan_and_management_above_reads_it(halden: SimpleNamespace) -> None:
    grant(halden.berta, RoleGrant.Role.MANAGEMENT, halden.krim, staff.TOLD)
    address = "/leder/plan/?unit=HALDEN&aar=2026"
    assert signed_in(halden.lars).post(address, plan_form("<b>Alle</b> har MI", "Det gikk bra")).status_code == 302
    stored = LocalPlan.objects.get()
    assert (stored.year, stored.measures.get().goal, stored.report) == (2026, "<b>Alle</b> har MI", "Det gikk bra")
    text = signed_in(halden.berta).get(address).content.decode()
    assert "&lt;b&gt;Alle&lt;/b&gt; har MI" in text
    assert "<textarea" not in text
    assert signed_in(halden.berta).post(address, plan_form("Noe annet")).status_code == 403
    assert signed_in(halden.ola).get(address).status_code == 403


def test_a_plan_that_cannot_be_stored_says_why_and_keeps_what_was_written(halden: SimpleNamespace) -> None:
    answer = signed_in(halden.lars).post("/leder/plan/?unit=HALDEN&aar=2026", plan_form("", "Rapporten min"))
    assert answer.status_code == 400
    assert "Rapporten min" in answer.content.decode()
    page = parsed(answer)
    [field] = page.select("[aria-invalid=true]")
    assert page.find(id=field["aria-describedby"]).text.strip()
    assert page.select_one("[role=alert]").text.strip()
    assert not LocalPlan.objects.exists()


@pytest.mark.parametrize("query", ["aar=26", "aar=abcd", "aar=9999999", "x=1"])
def test_a_year_that_cannot_be_is_refused(halden: SimpleNamespace, query: str) -> None:
    assert signed_in(halden.lars).get(f"/leder/plan/?unit=HALDEN&{query}").status_code == 400


def test_who_takes_an_objection_back_and_makes_it_again_sends_no_mail_twice(halden: SimpleNamespace) -> None:
    client, form = signed_in(halden.ola), {"campaign": "mi", "about": "other", "words": "Feil"}
    for _turn in range(3):
        client.post("/min-laering/telles-jeg/", form)
        client.post("/min-laering/telles-jeg/", {"campaign": "mi", "do": "withdraw"})
    assert Dispute.objects.count() == 3
    assert [mail.learner for mail in OutgoingMail.objects.all()] == [halden.lars]
    disputing.raise_one(halden.ola, halden.mine, "other", "Feil", halden.at + DAY)
    assert OutgoingMail.objects.count() == 2, "on another day it is told again"
