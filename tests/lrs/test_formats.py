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


def said_of(activity: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return build(object={"objectType": "Activity", "id": "urn:a:b", "definition": activity}, **changes)


def canonical(xapi: Xapi, statement_id: str, language: str = "nn") -> Any:
    return xapi.get(statementId=statement_id, format="canonical", headers={"Accept-Language": language}).json()


def test_canonical_gives_what_other_statements_tell_of_activity_and_verb(xapi: Xapi) -> None:
    """1.0.3 Communication 2.1.3 (canonical): as determined by the LRS."""
    verb = {"id": "urn:v:x", "display": TEXTS}
    xapi.post(said_of({"name": {"nn": "Gammalt", "se": "Boares"}, "type": "urn:type:one"}, verb=verb))
    xapi.post(said_of({"name": TEXTS, "moreInfo": "urn:more:info"}))
    bare = build(
        verb={"id": "urn:v:x"}, object={"id": "urn:a:b"}, context={"contextActivities": {"parent": [{"id": "urn:a:b"}]}}
    )
    (statement_id,) = xapi.post(bare).json()
    given = canonical(xapi, statement_id)
    expected = {"name": {"nn": "Verkstad"}, "type": "urn:type:one", "moreInfo": "urn:more:info"}
    assert given["object"] == {"id": "urn:a:b", "definition": expected}
    assert given["context"]["contextActivities"]["parent"] == [given["object"]]
    assert given["verb"]["display"] == {"nn": "Verkstad"}
    assert canonical(xapi, statement_id, "se")["object"]["definition"]["name"] == {"se": "Boares"}
    assert xapi.get(statementId=statement_id).json()["object"] == {"id": "urn:a:b"}


def test_canonical_finds_what_was_said_of_an_activity_in_a_context(xapi: Xapi) -> None:
    parent = {"id": "urn:a:b", "definition": {"name": TEXTS}}
    xapi.post(build(context={"contextActivities": {"parent": [parent]}}))
    (statement_id,) = xapi.post(build(object={"id": "urn:a:b"})).json()
    assert canonical(xapi, statement_id)["object"]["definition"]["name"] == {"nn": "Verkstad"}


def test_canonical_takes_an_interaction_as_a_whole(xapi: Xapi) -> None:
    (statement_id,) = xapi.post(said_of({"interactionType": "choice", "choices": [{"id": "a"}]})).json()
    xapi.post(said_of({"interactionType": "numeric", "correctResponsesPattern": ["4"]}))
    held = canonical(xapi, statement_id)["object"]["definition"]
    assert held == {"interactionType": "numeric", "correctResponsesPattern": ["4"]}


def test_canonical_does_not_take_the_word_of_a_key_that_may_not_define(xapi: Xapi, key: Any) -> None:
    """1.0.3 Communication 4.2: but what such a key said of its own statement is given with that one."""
    (own,) = key("statements/write").post(said_of({"name": {"nn": "Mitt"}})).json()
    (other,) = xapi.post(build(object={"id": "urn:a:b"})).json()
    assert canonical(xapi, own)["object"]["definition"]["name"] == {"nn": "Mitt"}
    assert "definition" not in canonical(xapi, other)["object"]


def test_a_key_that_reads_its_own_statements_is_told_only_what_those_say(xapi: Xapi, key: Any) -> None:
    xapi.post(said_of({"name": {"nn": "Andres"}}))
    mine = key("statements/write", "statements/read/mine", "define")
    mine.post(said_of({"name": {"nn": "Mitt"}}))
    (statement_id,) = mine.post(build(object={"id": "urn:a:b"})).json()
    xapi.post(said_of({"name": {"nn": "Andres igjen"}}))
    assert canonical(mine, statement_id)["object"]["definition"]["name"] == {"nn": "Mitt"}
    assert canonical(xapi, statement_id)["object"]["definition"]["name"] == {"nn": "Andres igjen"}


def test_canonical_asks_the_database_as_often_for_many_statements_as_for_one(
    xapi: Xapi, django_assert_max_num_queries: Any
) -> None:
    xapi.post([build(object={"id": f"urn:a:{n}"}, verb={"id": f"urn:v:{n}"}) for n in range(30)])
    with django_assert_max_num_queries(14):
        assert len(xapi.get(format="canonical").json()["statements"]) == 30
