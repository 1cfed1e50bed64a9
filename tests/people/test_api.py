"""The JSON API: people and units on any day, changed through the import's checks, described as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from openapi_spec_validator import OpenAPIV31SpecValidator

from learners import keys
from learners.importing.columns import FIELDS
from learners.models import ImportRun, Learner
from tests.people.conftest import postings


@pytest.fixture
def system(service: SimpleNamespace) -> Client:
    _key, token = keys.create("HR", [keys.Scope.READ, keys.Scope.WRITE], timezone.now())
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_people_and_postings_of_a_day(system: Client, service: SimpleNamespace) -> None:
    found = system.get("/api/v1/people", {"unit": "OST"}).json()
    assert (found["total"], found["next"]) == (3, None)
    assert [one["given_name"] for one in found["people"]] == ["Ola", "Ada", "Finn"]
    rows = system.get("/api/v1/postings", {"unit": "BODO", "on": "2026-01-01"}).json()["postings"]
    assert [(row["unit"], row["primary"], row["until"]) for row in rows] == [("BODO", True, None)]
    units = system.get("/api/v1/units").json()["units"]
    assert units[0] == {"code": "KRIM", "name": "Krim", "kind": "service", "parent": None}
    assert system.get("/api/v1/leaves").json()["total"] == 0


def test_rows_go_through_the_import_s_checks(system: Client, service: SimpleNamespace) -> None:
    rows = [{"hr_number": "001", "unit": "BODO", "position": "Verksbetjent", "posted_from": "2026-11-01"}]
    tried = post(system, "people/changes", {"rows": rows, "dry_run": True})
    assert tried.json()["succeeded"] and len(postings(service.Ola)) == 1
    done = post(system, "people/changes", {"rows": rows}).json()
    assert (done["succeeded"], done["counts"]["posted"]) == (True, 1)
    assert postings(service.Ola)[-1] == ("BODO", "2026-11-01", None)
    assert ImportRun.objects.get().source == "api"
    bad = post(system, "people/changes", {"rows": [*rows, {"hr_number": "002", "email": "x"}]})
    assert bad.status_code == 422
    assert [(one["row"], one["field"]) for one in bad.json()["faults"]] == [(2, "email")]


def test_an_address_that_is_read_answers_head(system: Client) -> None:
    answer = system.head("/api/v1/people", {"unit": "OST"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert Client().head("/api/v1/people").status_code == 401
    refused = system.head("/api/v1/people/changes")
    assert (refused.status_code, refused["Allow"]) == (405, "POST")


def test_a_person_is_found_by_id_number_and_former_number(system: Client, service: SimpleNamespace) -> None:
    post(system, "people/changes", {"rows": [{"hr_number": "900", "former_hr_number": "001"}]})
    for key in ("900", "001", str(service.Ola.opaque_id)):
        found = system.get(f"/api/v1/people/{key}").json()
        assert (found["hr_number"], found["former_hr_numbers"]) == ("900", ["001"])
    assert system.get("/api/v1/people/nobody").status_code == 404


def test_units_are_reorganised(system: Client, service: SimpleNamespace) -> None:
    said = {"deed": "merge", "units": ["BERG"], "into": "HALDEN", "on": "2027-01-01"}
    assert post(system, "units/changes", said | {"dry_run": True}).json()["people_moved"] == 1
    assert len(postings(service.Finn)) == 1
    assert post(system, "units/changes", said).json()["people_moved"] == 1
    assert postings(service.Finn)[-1][0] == "HALDEN"
    refused = post(system, "units/changes", {"deed": "move", "unit": "KRIM", "parent": "OST", "on": "2027-01-01"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("people?on=i-dag", None, 400),
        ("people?unit=MARS", None, 404),
        ("people?year=2026", None, 400),
        ("people?on=2026-01-01&on=2026-01-02", None, 400),
        ("people?page=0", None, 400),
        ("people/changes", {"rows": []}, 400),
        ("people/changes", {"rows": [{"shoe": 1}]}, 400),
        ("people/changes", {"rows": [{"hr_number": "1"}], "most_gone": "alle"}, 400),
        ("people/changes", {"rows": [{"email": "a@b.no"}]}, 400),
        ("people/changes", [1], 400),
        ("units/changes", {"deed": "sell", "on": "2027-01-01"}, 400),
        ("units/changes", {"deed": "move", "unit": "X", "parent": "Y", "on": "2027-01-01"}, 404),
    ],
)
def test_what_is_wrong_is_said(system: Client, path: str, body: Any, status: int) -> None:
    answer = system.get(f"/api/v1/{path}") if body is None else post(system, path, body)
    assert answer.status_code == status, answer.content
    assert answer.json()["error"]


def test_a_key_to_read_changes_nothing(service: SimpleNamespace) -> None:
    _key, token = keys.create("leser", [keys.Scope.READ], timezone.now())
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/api/v1/people").status_code == 200
    assert post(client, "people/changes", {"rows": [{"hr_number": "001", "given_name": "X"}]}).status_code == 403
    assert Client().get("/api/v1/people").status_code == 401
    assert Learner.objects.get(hr_number="001").given_name == "Ola"


# --- the description ---


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return Client().get("/api/v1/openapi.json").json()


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_the_description_is_whole(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    for reference in _references(described):
        node: Any = described
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    for path, methods in described["paths"].items():
        placed = {part.strip("{}") for part in path.replace(".json", "").split("/") if part.startswith("{")}
        for operation in methods.values():
            assert operation["summary"] and operation["responses"]
            named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            assert named == placed
            assert all(answer.get("description") or "$ref" in answer for answer in operation["responses"].values())


def test_the_description_is_openapi_by_the_standard_s_own_schema(described: dict[str, Any]) -> None:
    faults = [f"{error.json_path}: {error.message}" for error in OpenAPIV31SpecValidator(described).iter_errors()]
    assert faults == []
    broken = described | {"paths": {"/api/v1/people": {"get": {"parameters": [{"name": "on"}]}}}}
    assert not OpenAPIV31SpecValidator(broken).is_valid()


def test_every_address_is_described_and_every_description_has_its_address(described: dict[str, Any]) -> None:
    from learners.api.urls import urlpatterns

    ours = {path for path in described["paths"] if path.startswith("/api/v1/")}
    assert ours == {f"/api/v1/{str(one.pattern).replace('<str:key>', '{key}')}" for one in urlpatterns}
    for path in described["paths"]:
        resolve(path.replace("{key}", "1").replace("{campaign}", "x"))
    assert set(Client().get("/api/v1/").json()["paths"]) == set(described["paths"])


def test_a_row_s_fields_are_the_import_s(described: dict[str, Any]) -> None:
    assert set(described["components"]["schemas"]["Row"]["properties"]) == FIELDS


def test_answers_have_the_keys_that_are_described(system: Client, described: dict[str, Any]) -> None:
    def keys_of(name: str) -> set[str]:
        schema = described["components"]["schemas"][name]
        if "$ref" in schema:
            return keys_of(schema["$ref"].rpartition("/")[2])
        parts = schema.get("allOf", [schema])
        return {
            key
            for one in parts
            for key in (keys_of(one["$ref"].rpartition("/")[2]) if "$ref" in one else one["properties"])
        }

    assert set(system.get("/api/v1/people").json()["people"][0]) == keys_of("Person")
    assert set(system.get("/api/v1/people/001").json()) == keys_of("PersonWithFacts")
    assert set(system.get("/api/v1/postings").json()["postings"][0]) == keys_of("PersonsPosting")
    assert set(system.get("/api/v1/units").json()["units"][0]) == keys_of("Unit")
