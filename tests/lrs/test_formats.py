"""exact, ids, canonical (1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1)."""

from typing import Any

import pytest
from lrs_cast import Xapi, build

TEXTS = {"nb": "Verksted", "en-GB": "Workshop", "nn": "Verkstad"}
DEFINITION = {
    "name": TEXTS,
    "description": TEXTS,
    "type": "urn:type:course",
    "interactionType": "choice",
    "choices": [{"id": "a", "description": TEXTS}, {"id": "b"}],
}
ACTIVITY = {"objectType": "Activity", "id": "urn:a:b", "definition": DEFINITION}
STATEMENT = build(
    actor={"objectType": "Group", "name": "Laget", "member": [{"name": "Kari", "mbox": "mailto:k@fagbenk.example"}]},
    verb={"id": "urn:v:x", "display": TEXTS},
    object=ACTIVITY,
    context={"contextActivities": {"parent": [ACTIVITY]}, "instructor": {"name": "Per", "mbox": "mailto:p@b.example"}},
)


@pytest.fixture
def read(xapi: Xapi) -> Any:
    (statement_id,) = xapi.post(STATEMENT).json()

    def read(**headers: str) -> Any:
        name = headers.pop("format", None)
        query = {"format": name} if name else {}
        single = xapi.get(headers=headers, statementId=statement_id, **query).json()
        assert xapi.get(headers=headers, **query).json()["statements"] == [single]
        return single

    return read


@pytest.mark.parametrize("name", [None, "exact"])
def test_exact_is_the_default_and_gives_what_came(read: Any, name: str | None) -> None:
    given = read(format=name) if name else read()
    assert {part: given[part] for part in STATEMENT} == STATEMENT


def test_ids_gives_no_more_than_what_identifies(read: Any) -> None:
    given = read(format="ids")
    assert given["actor"] == {"objectType": "Group", "member": [{"mbox": "mailto:k@fagbenk.example"}]}
    assert given["verb"] == {"id": "urn:v:x"}
    assert given["object"] == {"id": "urn:a:b"}
    assert given["context"]["contextActivities"]["parent"] == [{"id": "urn:a:b"}]
    assert given["context"]["instructor"] == {"mbox": "mailto:p@b.example"}
    assert "name" not in given["authority"]


LANGUAGES = {
    "nn": "nn",
    "en": "en-GB",
    "en-GB,nb;q=0.5": "en-GB",
    "fr,nn;q=0.8,nb;q=0.9": "nb",
    "de": "nb",
    "": "nb",
    "nonsense;;;q=": "nb",
}


@pytest.mark.parametrize(("accept", "language"), LANGUAGES.items())
def test_canonical_gives_each_text_in_one_language(read: Any, accept: str, language: str) -> None:
    given = read(format="canonical", Accept_Language=accept)
    expected = {language: TEXTS[language]}
    definition = given["object"]["definition"]
    assert given["verb"]["display"] == expected
    assert definition["name"] == definition["description"] == expected
    assert definition["choices"] == [{"id": "a", "description": expected}, {"id": "b"}]
    assert definition["type"] == "urn:type:course"
    assert given["context"]["contextActivities"]["parent"][0]["definition"]["name"] == expected
    assert given["actor"] == STATEMENT["actor"]


def test_a_sub_statement_is_shortened_as_its_statement_is(xapi: Xapi) -> None:
    (statement_id,) = xapi.post(build(object={"objectType": "SubStatement", **STATEMENT})).json()
    ids = xapi.get(statementId=statement_id, format="ids").json()["object"]
    assert ids["verb"] == {"id": "urn:v:x"}
    assert ids["object"] == {"id": "urn:a:b"}
    one = xapi.get(statementId=statement_id, format="canonical", headers={"Accept-Language": "nn"}).json()["object"]
    assert one["verb"]["display"] == one["object"]["definition"]["name"] == {"nn": "Verkstad"}
