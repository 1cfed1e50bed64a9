"""Whatever is asked of a hidden unit, in every format, says the same as of any other hidden unit: nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from learners.models import Employment, Learner, RoleGrant
from learners.roles import grant
from tests.barometer import organisation as org

SUNDAYS = "2026-09-20", "2026-09-13"
# Two that few count in, and one that is hidden so that these two are no remainder.
HIDDEN = ("BODO", "NORD-STAB", "TROMSO")
ADDRESSES = [
    f"{start}{query}"
    for start in (
        "/barometer/grunnkurs/?unit={code}", "/en/barometer/grunnkurs/?unit={code}",
        "/barometer/grunnkurs.json?unit={code}", "/barometer/grunnkurs.csv?unit={code}",
        "/barometer/grunnkurs.svg?unit={code}", "/barometer/grunnkurs/embed/?unit={code}",
    )
    for query in (f"&on={SUNDAYS[0]}", f"&on={SUNDAYS[0]}&known=then", "&on=2026-09-16", "&on=2026-09-16&known=then")
]  # fmt: skip
ADDRESSES += [
    f"/barometer/grunnkurs/?unit={{code}}&on={SUNDAYS[0]}&since={SUNDAYS[1]}",
    f"/barometer/grunnkurs/?unit={{code}}&on={SUNDAYS[0]}&since={SUNDAYS[1]}&known=then",
    f"/barometer/grunnkurs/?unit={{code}}&on={SUNDAYS[0]}&skjerm=1",
    "/rapporter/2026-W38/?unit={code}", "/en/rapporter/2026-W38/?unit={code}", "/rapporter/2026-W38.json?unit={code}",
    "/rapporter/2026-W38/liste/?unit={code}", "/rapporter/?unit={code}",
]  # fmt: skip


@pytest.fixture
def director(db: None) -> Client:
    """Of management, at a service of which the north's three units are hidden."""
    made, course = org.service(OSLO=45, TROMSO=12, BODO=4, NORD_STAB=3), org.course("MI")
    org.campaign(course, slug="grunnkurs")
    for learner in [*made.people["OSLO"][:22], *made.people["TROMSO"][:5], *made.people["BODO"][:1]]:
        org.complete(learner, course, org.START)
    reader = Learner.objects.create_user("direktor@fagbenk.example", "en-lang-nok-frase")
    Employment.objects.create(learner=reader, valid_from=org.BEFORE, known_from=org.LONG_AGO)
    grant(reader, RoleGrant.Role.MANAGEMENT, None, org.LONG_AGO)
    client = Client()
    client.force_login(reader)
    for code in (*HIDDEN, "OSLO"):
        client.get(f"/rapporter/2026-W38/?unit={code}")  # makes it, so that the list of weeks has it
    return client


def said(client: Client, address: str, code: str) -> str:
    """What is answered, without what names the unit and what is made anew for each answer."""
    answer = client.get(address.format(code=code))
    assert answer.status_code == 200, address
    text = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken"[^>]*|\br?[0-9a-f]{8,64}\b', "", answer.content.decode())
    return unescape(text).replace(f"Unit {code}", "NAME").replace(code, "CODE")


@pytest.mark.parametrize("address", ADDRESSES)
def test_of_every_hidden_unit_the_same_is_said(director: Client, address: str) -> None:
    first, *others = [said(director, address, code) for code in HIDDEN]
    assert others == [first] * (len(HIDDEN) - 1)
    assert said(director, address, "OSLO") != first, "the shown one differs, so there is something to see"


def test_the_picture_of_a_hidden_unit_is_drawn_from_what_its_text_says(director: Client) -> None:
    """PNG is the SVG drawn: none of the three has a filled part."""
    for code in HIDDEN:
        assert "r-done" not in director.get(f"/barometer/grunnkurs.svg?unit={code}&on={SUNDAYS[0]}").content.decode()
    assert "r-done" in director.get(f"/barometer/grunnkurs.svg?unit=OSLO&on={SUNDAYS[0]}").content.decode()
