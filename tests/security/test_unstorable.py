"""A null character, or half a surrogate pair, in a form, an address or a body: 400 or nothing found, never an error of
ours, and nothing stored. On PostgreSQL the database itself would fail on each."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Exemption
from learners import keys
from learners.models import ImportRun, Learner
from tests.leader.test_disputes import halden, plan_form, signed_in
from tests.people.conftest import service
from tracking.followup.models import Dispute, LocalPlan, Slot
from tracking.followup.notes import Obstacle

__all__ = ["halden", "service"]
pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def forms(halden: SimpleNamespace) -> dict[str, tuple[Learner, str, dict[str, Any]]]:
    today, ola = halden.today.isoformat(), str(halden.ola.opaque_id)
    mine = "/min-laering/telles-jeg/"
    slot = {"til": ola, "day": today, "from": "12:00", "minutes": "60", "place": "Rom\x00"}
    return {
        "an objection": (
            halden.ola,
            mine,
            {"campaign": "mi", "about": "other", "words": "a\x00"},
        ),
        "which campaign": (halden.ola, mine, {"campaign": "mi\x00", "about": "other"}),
        "an answer": (halden.lars, "/innsigelser/", {"dispute": "1", "outcome": "stands", "words": "\x00"}),
        "a slot's place": (halden.lars, "/leder/tid/?unit=HALDEN", slot),
        "a note": (halden.lars, "/leder/notat/?unit=HALDEN", {f"shift-{ola}": "A\x00"}),
        "a plan": (halden.lars, "/leder/plan/?unit=HALDEN&aar=2026", plan_form("Målet\x00", "Rapport")),
        "an exemption": (halden.lars, f"/leder/person/{ola}/", {"campaign": "mi", "reason": "duties\x00"}),
        "a name of a field": (halden.lars, "/leder/fritak/", {"deed\x00": "refuse"}),
    }


@pytest.mark.parametrize(
    "which",
    ["an objection", "which campaign", "an answer", "a slot's place", "a note", "a plan", "an exemption",
     "a name of a field"],
)  # fmt: skip
def test_a_form_with_a_null_character_is_refused_with_a_sentence(halden: SimpleNamespace, which: str) -> None:
    who, address, fields = forms(halden)[which]
    answer = signed_in(who).post(address, urlencode(fields), FORM, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "no text" in answer.content.decode() or "ikke er tekst" in answer.content.decode()
    assert not any(kind.objects.exists() for kind in (Dispute, LocalPlan, Slot, Obstacle, Exemption))


@pytest.mark.parametrize("address", [
    "/leder/?unit=%00", "/leder/?unit=%ED%A0%80", "/leder/utskrift/?unit=%00", "/leder/plan/?unit=%00",
    "/leder/tid/?unit=%00", "/leder/paaminnelse/?unit=HALDEN&til=%00", "/leder/tid/?unit=HALDEN&til=%00",
    "/barometer/mi/?unit=%00", "/barometer/mi/?part=%00", "/barometer/mi/?on=%00", "/barometer/mi.json?unit=%00",
    "/barometer/mi.csv?part=%00", "/rapporter/?unit=%00", "/rapporter/%00/", "/rapporter/2026-W40/liste/?unit=%00",
    "/rapporter/periode/%00/", "/sok/?q=%00", "/bevis/%00/", "/evaluering/kurs/%00/", "/%00/", "/begrep/?q=%00",
])  # fmt: skip
def test_an_address_with_a_null_character_is_answered(halden: SimpleNamespace, address: str) -> None:
    assert signed_in(halden.lars).get(address).status_code in (200, 302, 400, 403, 404)


@pytest.mark.parametrize("number", ["²", "9" * 5000, "9" * 18, "-1", "\x00"])
@pytest.mark.parametrize(("address", "field"), [("/innsigelser/", "dispute"), ("/leder/fritak/", "exemption")])
def test_what_is_no_number_of_anything_is_not_found(
    halden: SimpleNamespace, address: str, field: str, number: str
) -> None:
    answer = signed_in(halden.lars).post(address, {field: number, "deed": "refuse", "outcome": "stands"})
    assert answer.status_code in (302, 400, 404)


@pytest.mark.parametrize(
    "address", ["/laer/{}/kvittering/", "/laer/{}/si-fra/", "/documents/{}/x.pdf", "/tidligere/{}/dokument/"]
)
def test_an_address_with_a_number_that_no_database_has_is_not_found(halden: SimpleNamespace, address: str) -> None:
    assert signed_in(halden.lars).get(address.format("9" * 30)).status_code == 404


@pytest.mark.parametrize("text", ["a\x00", "a\ud800"])
def test_the_interfaces_of_machines_refuse_it_in_their_own_form(service: SimpleNamespace, text: str) -> None:
    scopes = [keys.Scope.READ, keys.Scope.WRITE, keys.Scope.SCIM]
    client = Client(headers={"Authorization": f"Bearer {keys.create('HR', scopes, timezone.now())[1]}"})
    before = Learner.objects.count()
    rows = [{"hr_number": "001", "given_name": text}]
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": text, "externalId": "x"}
    for path, body in (("/api/v1/people/changes", {"rows": rows}), ("/scim/v2/Users", user)):
        answer = client.post(path, json.dumps(body), content_type="application/json")
        assert answer.status_code == 400, path
        assert "cannot be stored" in answer.content.decode()
    for path in ("/api/v1/people?unit=%00", "/api/v1/people/%00", "/scim/v2/Users/%00",
                 "/scim/v2/Users?filter=userName+eq+%22%00%22"):  # fmt: skip
        assert client.get(path).status_code == 400, path
    filtered = json.dumps({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                           "filter": f'userName eq "{text}"'})  # fmt: skip
    assert client.post("/scim/v2/Users/.search", filtered, content_type="application/scim+json").status_code == 400
    escaped = client.get("/scim/v2/Users", {"filter": f"userName eq {json.dumps(text)}"})
    assert escaped.status_code in (200, 400)
    far = client.get("/scim/v2/Users", {"startIndex": "9" * 30})
    assert (far.status_code, far.json()["Resources"]) == (200, [])
    assert client.get("/api/v1/people?known=9999-12-31").status_code == 400
    assert (Learner.objects.count(), ImportRun.objects.count()) == (before, 0)
