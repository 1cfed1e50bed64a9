"""An exemption: proposed by the own leader, approved by somebody else, for a while, shown to the person."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses import exempting
from courses.exceptions import NotExempt
from courses.models import Exemption
from learners.models import Learner, Look
from learners.roles import grant
from tests import staff
from tracking.barometer.assignments import assignments
from tracking.barometer.duties import duties

LIST = "/leder/fritak/"
DAY = dt.timedelta(days=1)


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    """KRIM (led by Dina) has Halden (led by Lars: Ola, Oda) and Bodo (led by Berit); Pia decides campaigns."""
    today = timezone.localdate()
    krim = staff.unit("KRIM", kind="service")
    top, halden, bodo = (staff.unit(code, krim) for code in ("KRIM-STAB", "HALDEN", "BODO"))
    asked = staff.campaign("mi", [staff.course("MI")], today - 20 * DAY, today + 90 * DAY, positions=["VERKSBETJENT"])
    people = {name: staff.employ(name.capitalize(), halden) for name in ("ola", "oda")}
    lars, berit = staff.employ("Lars", halden), staff.employ("Berit", bodo, "LEDER")
    dina, pia = staff.employ("Dina", top, "LEDER"), staff.employ("Pia", top, "KONSULENT")
    for leader, unit in ((lars, halden), (berit, bodo), (dina, krim)):
        staff.lead(leader, unit)
    grant(pia, "publisher", None, timezone.now())
    return SimpleNamespace(asked=asked, lars=lars, berit=berit, dina=dina, pia=pia, today=today, **people)


def as_(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def page(learner: Learner) -> str:
    return f"/leder/person/{learner.opaque_id}/"


def proposal(house: SimpleNamespace, **changed: Any) -> dict[str, Any]:
    last = house.today + 30 * DAY
    return {"campaign": house.asked.pk, "reason": "duties", "last_day": last.isoformat()} | changed


def propose(house: SimpleNamespace, by: Learner | None = None, of: Learner | None = None) -> Exemption:
    at = timezone.now()
    return exempting.propose(house.asked, of or house.ola, "duties", house.today + 30 * DAY, by or house.lars, at)


def decide(by: Learner, row: Exemption, deed: str) -> int:
    return as_(by).post(LIST, {"exemption": row.pk, "deed": deed}).status_code


def is_exempt(house: SimpleNamespace, on: dt.date | None = None) -> bool:
    return duties(house.ola.pk, on or house.today) == []


def test_proposed_by_the_leader_and_approved_above_it_holds_from_today_until_its_end(house: SimpleNamespace) -> None:
    assert as_(house.lars).post(page(house.ola), proposal(house)).status_code == 302
    row = Exemption.objects.get()
    assert not is_exempt(house)
    assert "Ola Dal" in as_(house.dina).get(LIST).content.decode()
    assert decide(house.dina, row, "approve") == 302
    assert is_exempt(house)
    assert not is_exempt(house, house.today - DAY)
    assert is_exempt(house, house.today + 30 * DAY)
    assert not is_exempt(house, house.today + 31 * DAY)
    found = Exemption.objects.known().get()
    assert (found.proposed_by, found.approved_by) == (house.lars, house.dina)
    assert Exemption.objects.count() == 2


def test_those_who_decide_campaigns_approve_too(house: SimpleNamespace) -> None:
    decide(house.pia, propose(house), "approve")
    assert is_exempt(house)


@pytest.mark.parametrize("who", ["ola", "oda", "lars", "berit"])
@pytest.mark.parametrize("deed", ["approve", "refuse"])
def test_nobody_else_decides(house: SimpleNamespace, who: str, deed: str) -> None:
    row = propose(house)
    decide(getattr(house, who), row, deed)
    assert exempting.open_proposals().get() == row


def test_nobody_approves_what_they_have_proposed_even_with_two_roles(house: SimpleNamespace) -> None:
    grant(house.lars, "publisher", None, timezone.now())
    row = propose(house)
    assert decide(house.lars, row, "approve") == 302
    assert not is_exempt(house)


def test_nobody_approves_their_own_exemption(house: SimpleNamespace) -> None:
    grant(house.ola, "publisher", None, timezone.now())
    row = propose(house)
    assert decide(house.ola, row, "approve") == 403
    with pytest.raises(NotExempt):
        exempting.approve(row, house.ola, timezone.now())


def test_nobody_proposes_their_own(house: SimpleNamespace) -> None:
    assert as_(house.lars).post(page(house.lars), proposal(house)).status_code == 403
    with pytest.raises(NotExempt):
        propose(house, house.lars, house.lars)


@pytest.mark.parametrize("who", ["berit", "ola", "oda", "pia"])
def test_only_the_own_leader_sees_the_page_and_proposes(house: SimpleNamespace, who: str) -> None:
    client = as_(getattr(house, who))
    assert client.get(page(house.oda)).status_code == 403
    assert client.post(page(house.oda), proposal(house)).status_code == 403
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "syk"}, {"last_day": "2020-01-01"}, {"last_day": "2999-01-01"}, {"last_day": ""}, {"campaign": "0"}],
)
def test_what_cannot_be_proposed_is_said_and_not_stored(house: SimpleNamespace, wrong: dict[str, str]) -> None:
    assert as_(house.lars).post(page(house.ola), proposal(house, **wrong)).status_code == 400
    assert not Exemption.objects.exists()


def test_no_reason_is_about_health() -> None:
    assert set(Exemption.Reason.values) == {"equivalent", "duties", "leaving"}


def test_a_second_proposal_for_the_same_is_refused(house: SimpleNamespace) -> None:
    propose(house)
    with pytest.raises(NotExempt, match="there"):
        propose(house)


def test_refused_or_taken_back_changes_nothing_and_refusing_is_kept(house: SimpleNamespace) -> None:
    decide(house.dina, propose(house), "refuse")
    assert Exemption.objects.known().get().refused_by == house.dina
    row = propose(house)
    assert decide(house.berit, row, "withdraw") == 302
    assert exempting.open_proposals().exists()
    decide(house.lars, row, "withdraw")
    assert not exempting.open_proposals().exists()
    assert not is_exempt(house)


def test_what_is_decided_is_not_decided_again(house: SimpleNamespace) -> None:
    row = propose(house)
    decide(house.dina, row, "refuse")
    decide(house.pia, row, "approve")
    assert not is_exempt(house)


def test_the_person_sees_it_with_the_names_of_those_who_decided(house: SimpleNamespace) -> None:
    decide(house.dina, propose(house), "approve")
    told = as_(house.ola).get("/min-laering/krav/").content.decode()
    assert "Lars Dal" in told
    assert "Dina Dal" in told
    assert "fritatt" in told
    (one,) = assignments(house.ola.pk, house.today)
    assert one.now.why == ("exempt",)


def end(by: Learner, row: Exemption, why: str = "over") -> int:
    return as_(by).post(LIST, {"exemption": row.pk, "deed": "end", "why": why}).status_code


def test_who_may_approve_ends_it_early_with_a_reason_and_the_days_before_stay(house: SimpleNamespace) -> None:
    given = timezone.now() - 5 * DAY
    row = exempting.propose(house.asked, house.ola, "duties", house.today + 30 * DAY, house.lars, given)
    held = exempting.approve(row, house.dina, given)
    assert "1 fritak gjelder" in as_(house.dina).get(LIST).content.decode()
    assert "1 fritak gjelder" not in as_(house.lars).get(LIST).content.decode()
    for other in (house.ola, house.oda, house.lars, house.berit):
        assert end(other, held) == 403
    assert end(house.pia, held, "") == 302
    assert is_exempt(house)
    assert end(house.pia, held, "stays") == 302
    assert not is_exempt(house)
    assert is_exempt(house, house.today - DAY)
    kept = Exemption.objects.known().get()
    assert (kept.ended_by, kept.ended_why, kept.approved_by) == (house.pia, "stays", house.dina)
    assert Exemption.objects.known(timezone.now() - DAY).get().valid_to == house.today + 31 * DAY
    told = as_(house.ola).get("/min-laering/krav/").content.decode()
    assert "avsluttet før tiden av Pia Dal" in told
    with pytest.raises(NotExempt, match="ended"):
        exempting.end_early(held, "over", house.pia, timezone.now())


def test_looking_at_a_person_or_a_proposal_is_logged(house: SimpleNamespace) -> None:
    as_(house.lars).get(page(house.ola))
    propose(house, of=house.oda)
    as_(house.pia).get(LIST)
    assert set(Look.objects.values_list("viewer", "seen", "place")) == {
        (house.lars.pk, house.ola.pk, "team"), (house.pia.pk, house.oda.pk, "exemptions")
    }  # fmt: skip


def test_who_leads_nobody_and_decides_nothing_has_no_list(house: SimpleNamespace) -> None:
    assert as_(house.ola).get(LIST).status_code == 403
    assert as_(house.lars).get(LIST).status_code == 200
