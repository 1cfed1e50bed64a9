"""Storing over HTTP (1.0.3 Communication 2.1.1, 2.1.2 and 3.2; 2.0.0 4.1.6.1)."""

import json
from typing import Any
from uuid import uuid4

import pytest
from lrs_cast import HOME, Xapi, build, voiding

from tracking.lrs.models import Statement


def test_post_gives_the_ids_in_order(xapi: Xapi) -> None:
    given = [str(uuid4()), str(uuid4())]
    answer = xapi.post([build(id=given[0]), build(id=given[1]), build()])
    assert answer.status_code == 200
    assert answer.json()[:2] == given
    assert len(answer.json()) == 3


def test_put_stores_under_the_id_of_the_address(xapi: Xapi) -> None:
    statement_id = str(uuid4())
    answer = xapi.put(statement_id, build())
    assert (answer.status_code, answer.content) == (204, b"")
    assert xapi.get(statementId=statement_id).json()["id"] == statement_id


def test_put_of_the_same_again_is_no_error_and_of_another_is_a_conflict(xapi: Xapi) -> None:
    statement_id = str(uuid4())
    assert xapi.put(statement_id, build()).status_code == 204
    assert xapi.put(statement_id, build()).status_code == 204
    assert xapi.put(statement_id, build(result={"success": True})).status_code == 409
    assert Statement.objects.count() == 1


def test_a_batch_with_a_conflict_is_kept_out_whole(xapi: Xapi) -> None:
    statement_id = str(uuid4())
    xapi.put(statement_id, build())
    assert xapi.post([build(), build(id=statement_id, result={"success": True})]).status_code == 409
    assert Statement.objects.count() == 1


def test_the_authority_is_the_key_whatever_the_sender_says(xapi: Xapi) -> None:
    (statement_id,) = xapi.post(build(authority={"mbox": "mailto:boss@fagbenk.example"})).json()
    authority = xapi.get(statementId=statement_id).json()["authority"]
    assert authority["account"] == {"homePage": HOME, "name": f"lrs-key:{xapi.key}"}


def test_numbers_come_back_to_the_letter(xapi: Xapi) -> None:
    body = json.dumps(build(result={"score": {"raw": 12345}})).replace("12345", "1.50e1").encode()
    (statement_id,) = xapi.post(body).json()
    assert b'"raw":1.50e1' in xapi.get(statementId=statement_id).content.replace(b" ", b"")


BAD = {
    "Communication 1.5.1 another content type": ({"kind": "text/plain"}, 400, "application/json"),
    "Communication 1.5.2 multipart without its boundary": ({"kind": "multipart/mixed; boundary=x"}, 400, "boundary"),
    "Communication 3.2 an unknown parameter": ({"query": "?colour=red"}, 400, "colour"),
    "2.0.0 4.1 the alternate request syntax": ({"query": "?method=PUT"}, 400, "method"),
    "Data 2.2 no JSON": ({"body": b"{"}, 400, "JSON"),
    "Data 2.2 a name twice": ({"body": b'{"actor":1,"actor":2}'}, 400, "actor"),
    "Data 2.4.3 a verb without id": ({"body": build(verb={})}, 400, "verb.id"),
    "Communication 1.5.1 an attachment without fileUrl": (
        {
            "body": build(
                attachments=[
                    {
                        "usageType": "urn:a:b",
                        "display": {"nb": "x"},
                        "contentType": "a/b",
                        "length": 1,
                        "sha2": "a" * 64,
                    }
                ]
            )
        },
        400,
        "fileUrl",
    ),
    "Communication 3.2 a body too large": ({"body": b"[" + b" " * 9_000_000 + b"]"}, 413, "larger"),
}


@pytest.mark.parametrize(("request_", "status", "word"), BAD.values(), ids=BAD)
def test_a_bad_request_is_told_what_is_wrong(request_: dict[str, Any], status: int, word: str, xapi: Xapi) -> None:
    body = request_.pop("body", build()) if "body" in request_ else build()
    answer = xapi.post(body, **request_)
    assert answer.status_code == status
    assert word in answer.content.decode()
    assert not Statement.objects.exists()


def test_put_needs_the_parameter_and_the_same_id_in_the_statement(xapi: Xapi) -> None:
    statement_id = str(uuid4())
    assert xapi.put("", build()).status_code == 400
    assert xapi.put("1234", build()).status_code == 400
    assert xapi.put(statement_id, build(id=str(uuid4()))).status_code == 400
    assert xapi.put(statement_id, [build()]).status_code == 400
    assert xapi.put(statement_id, build(id=17)).status_code == 400
    assert not Statement.objects.exists()


def test_an_address_for_another_method_says_which_there_are(xapi: Xapi) -> None:
    answer = xapi.get(method="delete")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, PUT"


@pytest.mark.parametrize("path", ["statements", "/statements", "//statements"])
def test_a_doubled_slash_is_forgiven(path: str, xapi: Xapi) -> None:
    assert xapi.get(path).status_code == 200


def test_an_unknown_resource_is_not_found_in_a_sentence(xapi: Xapi) -> None:
    answer = xapi.get("nowhere")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/plain")


def test_an_error_comes_as_json_to_whom_it_suits_better(xapi: Xapi) -> None:
    answer = xapi.get(headers={"Accept": "application/json"}, colour="red")
    assert "colour" in answer.json()["error"]


def test_a_statement_of_another_key_cannot_be_voided_without_the_scope_for_all(key: Any) -> None:
    owner, other, everything = key("statements/write"), key("statements/write"), key("all")
    (statement_id,) = owner.post(build()).json()
    assert other.post(voiding(statement_id)).status_code == 403
    assert owner.post(voiding(statement_id)).status_code == 200
    assert everything.post(voiding(statement_id)).status_code == 200


def test_a_single_context_activity_comes_back_in_an_array(xapi: Xapi) -> None:
    """1.0.3 Data 2.4.6.2, also in a sub-statement."""
    alone = build(context={"contextActivities": {"parent": {"id": "urn:a:b"}}})
    for statement in (alone, build(object={"objectType": "SubStatement", **alone})):
        (statement_id,) = xapi.post(statement).json()
        given = xapi.get(statementId=statement_id).json()
        inner = given["object"] if "context" not in given else given
        assert inner["context"]["contextActivities"] == {"parent": [{"id": "urn:a:b"}]}


def test_every_answer_says_through_when_the_store_is_consistent(xapi: Xapi) -> None:
    """1.0.3 Communication 2.1.3: on all responses of the resource."""
    for answer in (xapi.post(build()), xapi.post(b"{"), xapi.get(colour="red"), xapi.get(statementId=str(uuid4()))):
        assert answer["X-Experience-API-Consistent-Through"].startswith("20")
