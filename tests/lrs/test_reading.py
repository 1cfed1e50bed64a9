"""GET of statements: each filter, pages, voided ones (1.0.3 Communication 2.1.3 and 2.1.4; 2.0.0 4.1.6.1)."""

import datetime as dt
import json
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from lrs_cast import AT, HOME, PLATFORM, Xapi, agent, build, voiding

from tracking.lrs import moments
from tracking.lrs.store import store

PER = json.dumps(agent("per"))
COURSE = "urn:course:one"
REGISTRATION = str(uuid4())
HOUR = dt.timedelta(hours=1)


def put(*statements: dict[str, Any], at: dt.datetime = AT) -> list[str]:
    return store(statements, authority=PLATFORM, at=at)


def related(**context: Any) -> dict[str, Any]:
    return build(context=context)


FOUND = {
    "agent as actor": ({"agent": PER}, build(actor=agent("per"))),
    "agent as object": ({"agent": PER}, build(object=agent("per"))),
    "agent as member of the acting group": (
        {"agent": PER},
        build(actor={"objectType": "Group", "member": [agent("kari"), agent("per")]}),
    ),
    "verb": ({"verb": "urn:verb:one"}, build(verb={"id": "urn:verb:one"})),
    "activity": ({"activity": COURSE}, build(object={"id": COURSE})),
    "registration": ({"registration": REGISTRATION}, related(registration=REGISTRATION)),
    "registration in capitals": ({"registration": REGISTRATION.upper()}, related(registration=REGISTRATION)),
    "agent and activity": ({"agent": PER, "activity": COURSE}, build(actor=agent("per"), object={"id": COURSE})),
    "related agent as instructor": ({"agent": PER, "related_agents": "true"}, related(instructor=agent("per"))),
    "related agent in a team": (
        {"agent": PER, "related_agents": "true"},
        related(team={"objectType": "Group", "member": [agent("per")]}),
    ),
    "related agent as context agent": (
        {"agent": PER, "related_agents": "true"},
        related(contextAgents=[{"objectType": "contextAgent", "agent": agent("per")}]),
    ),
    "related agent in a sub-statement": (
        {"agent": PER, "related_agents": "true"},
        build(object={"objectType": "SubStatement", **build(actor=agent("per"))}),
    ),
    "related activity as parent": (
        {"activity": COURSE, "related_activities": "true"},
        related(contextActivities={"parent": {"id": COURSE}}),
    ),
    "related activity in a sub-statement's context": (
        {"activity": COURSE, "related_activities": "true"},
        build(object={"objectType": "SubStatement", **related(contextActivities={"other": [{"id": COURSE}]})}),
    ),
}
ONLY_RELATED = {name: case for name, case in FOUND.items() if name.startswith("related")}


@pytest.mark.parametrize(("query", "statement"), FOUND.values(), ids=FOUND)
def test_a_filter_finds_what_it_should_and_nothing_else(
    query: dict[str, str], statement: dict[str, Any], xapi: Xapi
) -> None:
    put(build(), build(actor=agent("per"), verb={"id": "urn:v:x"}) if query.get("activity") else build())
    (wanted,) = put(statement)
    assert xapi.ids(**query) == [wanted]


@pytest.mark.parametrize(("query", "statement"), ONLY_RELATED.values(), ids=ONLY_RELATED)
def test_without_related_a_filter_takes_only_what_the_statement_is_about(
    query: dict[str, str], statement: dict[str, Any], xapi: Xapi
) -> None:
    put(statement)
    plain = {name: value for name, value in query.items() if not name.startswith("related")}
    assert xapi.ids(**plain) == []


def test_the_authority_is_a_related_agent(xapi: Xapi) -> None:
    ids = put(build())
    assert xapi.ids(agent=json.dumps(PLATFORM), related_agents="true") == ids
    assert xapi.ids(agent=json.dumps(PLATFORM)) == []


def test_since_is_exclusive_and_until_inclusive_and_both_mean_stored(xapi: Xapi) -> None:
    first, second, third = (put(build(timestamp="2020-01-01T00:00:00Z"), at=AT + n * HOUR)[0] for n in range(3))
    assert xapi.ids(since=moments.text(AT)) == [third, second]
    assert xapi.ids(until=moments.text(AT + HOUR)) == [second, first]
    assert xapi.ids(since=moments.text(AT), until=moments.text(AT + HOUR)) == [second]


def test_newest_first_unless_ascending(xapi: Xapi) -> None:
    ids = put(*(build() for _ in range(3)))
    assert xapi.ids() == ids[::-1]
    assert xapi.ids(ascending="true") == ids
    assert xapi.ids(ascending="false") == ids[::-1]


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize(
    "query", [{}, {"agent": json.dumps(agent("kari"))}, {"activity": build()["object"]["id"]}], ids=str
)
def test_pages_follow_each_other_without_gap_or_repeat(query: dict[str, str], ascending: str, xapi: Xapi) -> None:
    ids = put(*(build() for _ in range(7)))
    assert xapi.ids(limit="3", ascending=ascending, **query) == (ids if ascending == "true" else ids[::-1])


def test_what_is_stored_between_two_pages_is_not_repeated_or_skipped(xapi: Xapi) -> None:
    ids = put(*(build() for _ in range(4)))
    first = xapi.get(limit="2").json()
    put(build(), at=AT + HOUR)
    second = xapi.follow(first["more"]).json()
    assert [one["id"] for one in first["statements"] + second["statements"]] == ids[::-1]


def test_there_is_no_more_where_the_last_page_is_exactly_full(xapi: Xapi) -> None:
    put(build(), build())
    assert xapi.get(limit="2").json()["more"] == ""


def test_a_reference_is_found_by_what_it_refers_to_also_through_another(xapi: Xapi) -> None:
    """StatementRefs, recursively."""
    (target,) = put(build(actor=agent("per")))
    (first,) = put(build(object={"objectType": "StatementRef", "id": target}), at=AT + HOUR)
    (second,) = put(build(object={"objectType": "StatementRef", "id": first}), at=AT + 2 * HOUR)
    assert xapi.ids(agent=PER) == [second, first, target]
    assert xapi.ids(agent=PER, since=moments.text(AT + HOUR)) == [second]
    assert xapi.ids(agent=PER, limit="1") == [second, first, target]


def test_a_chain_is_followed_in_whatever_order_its_links_arrive(xapi: Xapi) -> None:
    """Also within one batch, and to an end that comes last."""
    ids = [str(uuid4()) for _ in range(6)]
    links = [build(id=one, object={"objectType": "StatementRef", "id": to}) for one, to in pairwise(ids)]
    put(links[3])
    put(links[0], links[1])
    put(links[4])
    put(links[2])
    put(build(id=ids[5], actor=agent("per")))
    assert sorted(xapi.ids(agent=PER)) == sorted(ids)


def test_statements_that_refer_to_each_other_are_found_once(xapi: Xapi) -> None:
    one, other = str(uuid4()), str(uuid4())
    put(build(id=one, actor=agent("per"), object={"objectType": "StatementRef", "id": other}))
    put(build(id=other, object={"objectType": "StatementRef", "id": one}), at=AT + HOUR)
    assert xapi.ids(agent=PER) == [other, one]


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize("limit", ["1", "3", "25"])
def test_a_walk_meets_what_refers_to_the_agents_statements_in_its_place(ascending: str, limit: str, xapi: Xapi) -> None:
    """Between the statements, at the ends, and by way of another reference."""
    said = [str(uuid4()) for _ in range(24)]
    for n, one in enumerate(said):
        target = {"objectType": "StatementRef", "id": said[n - 2]}
        changes = {"object": target, "actor": agent("ola")} if n % 3 == 2 or n > 20 else {"actor": agent("per")}
        put(build(id=one, **changes), at=AT + n * HOUR)
    assert xapi.ids(agent=PER, limit=limit, ascending=ascending) == (said if ascending == "true" else said[::-1])


def test_a_voided_statement_is_gone_and_its_voiding_is_found(xapi: Xapi) -> None:
    (target,) = put(build(actor=agent("per")))
    (by,) = put(voiding(target), at=AT + HOUR)
    assert xapi.ids(agent=PER) == [by]
    assert xapi.get(statementId=target).status_code == 404
    assert xapi.get(voidedStatementId=target).json()["id"] == target
    assert xapi.get(statementId=by).status_code == 200
    assert xapi.get(voidedStatementId=by).status_code == 404


def test_an_unknown_statement_is_not_found(xapi: Xapi) -> None:
    assert xapi.get(statementId=str(uuid4())).status_code == 404


def test_a_single_statement_says_when_it_was_stored(xapi: Xapi) -> None:
    (statement_id,) = put(build())
    assert xapi.get(statementId=statement_id)["Last-Modified"] == "Mon, 16 Nov 2026 08:30:00 GMT"


REFUSED = {
    "an unknown parameter": {"colour": "red"},
    "a parameter in another case": {"Verb": "urn:v:x"},
    "an agent that is no JSON": {"agent": "per"},
    "an agent that is no agent": {"agent": '{"name":"per"}'},
    "an anonymous group": {"agent": json.dumps({"objectType": "Group", "member": [agent("per")]})},
    "an agent with a lone surrogate": {"agent": '{"openid":"http://a/\\ud800"}'},
    "a verb without scheme": {"verb": "completed"},
    "a registration that is no UUID": {"registration": "1"},
    "a boolean in capitals": {"ascending": "True"},
    "a negative limit": {"limit": "-1"},
    "a limit that is no number": {"limit": "ti"},
    "a limit in other digits": {"limit": "٣"},
    "a since without time": {"since": "2026-11-16"},
    "an until with -00:00": {"until": "2026-11-16T08:00:00-00:00"},
    "a format of one's own": {"format": "pretty"},
    "attachments neither true nor false": {"attachments": "yes"},
    "a forged place": {"after": "2026-11-16T08:00:00Z,x"},
    "statementId with a filter": {"statementId": str(uuid4()), "verb": "urn:v:x"},
    "statementId with voidedStatementId": {"statementId": str(uuid4()), "voidedStatementId": str(uuid4())},
    "a statementId that is no UUID": {"statementId": "a"},
    "a parameter twice": {"limit": ["1", "2"]},
    "a null character": {"activity": "urn:a:\x00"},
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_a_parameter_that_cannot_be_honoured_is_refused_by_name(query: dict[str, Any], xapi: Xapi) -> None:
    answer = xapi.get(**query)
    assert answer.status_code == 400
    assert any(name in answer.content.decode() for name in query)


def test_head_is_get_without_the_body(xapi: Xapi) -> None:
    put(build())
    whole, head = xapi.get(), xapi.get(method="head")
    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Length"] == str(len(whole.content))


def test_consistent_through_covers_all_that_the_answer_shows(xapi: Xapi) -> None:
    xapi.post([build(), build()])
    answer = xapi.get()
    through = moments.parse(answer["X-Experience-API-Consistent-Through"])
    assert all(moments.parse(one["stored"]) <= through for one in answer.json()["statements"])
    assert through <= timezone.now()


def test_the_number_of_queries_does_not_grow_with_the_statements(
    xapi: Xapi, django_assert_max_num_queries: Any
) -> None:
    put(*(build() for _ in range(120)))
    with django_assert_max_num_queries(6):
        assert len(xapi.get(limit="100", activity=f"{HOME}/xapi/activities/course/mi").json()["statements"]) == 100
