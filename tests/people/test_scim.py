"""SCIM 2.0: an independent tester finds nothing, Entra ID's ways are understood, and nobody's history is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from learners import keys
from learners.models import DirectoryGroup, DirectoryPerson, FormerNumber, Learner, Posting, RoleGrant
from learners.policy import has_left
from tests.people.conftest import employments, postings

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
TODAY = timezone.localdate


class Directory:
    """Entra ID, as far as this goes."""

    def __init__(self) -> None:
        _key, self.token = keys.create("Entra", [keys.Scope.SCIM], timezone.now())
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/scim+json"}
        return getattr(self.client, method)(f"/scim/v2/{path}", **content, headers=headers)

    def user(self, name: Any = "nina@example.no", **more: Any) -> dict[str, Any]:
        body = {
            "schemas": [USER, ENTERPRISE],
            "userName": name,
            "externalId": f"entra-{name}",
            "active": True,
            "name": {"givenName": "Nina", "familyName": "Berg"},
            "emails": [{"type": "work", "value": name, "primary": True}],
            **more,
        }
        answer = self.send("post", "Users", body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self.send("patch", path, {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def entra(service: SimpleNamespace) -> Directory:
    return Directory()


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """A request does not close the connection that the test's transaction is on, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_an_independent_tester_finds_no_fault(one_connection: None) -> None:
    _key, token = keys.create("tester", [keys.Scope.SCIM], timezone.now())
    client = WSGISCIMClient(
        WSGIHandler(), base_url="http://testserver/scim/v2", environ={"HTTP_AUTHORIZATION": f"Bearer {token}"}
    )
    results = check_server(client)
    faults = [(r.title, r.reason) for r in results if r.status not in (Status.SUCCESS, Status.SKIPPED)]
    assert not faults, "\n".join(map(str, faults))
    assert sum(r.status == Status.SUCCESS for r in results) > 60


def test_without_a_key_nothing_is_told(client: Client, service: SimpleNamespace) -> None:
    answer = client.get("/scim/v2/Users")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="scim"')
    _key, token = keys.create("leser", [keys.Scope.READ], timezone.now())
    assert client.get("/scim/v2/Users", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_a_revoked_key_opens_nothing(entra: Directory) -> None:
    assert entra.send("get", "Users").status_code == 200
    from learners.models import MachineKey

    key = MachineKey.objects.get()
    assert entra.token not in (key.secret_hash, key.key)
    keys.revoke(key, timezone.now())
    assert entra.send("get", "Users").status_code == 401


def test_a_new_user_works_in_the_department(entra: Directory) -> None:
    place = {"employeeNumber": "0042", "department": "HALDEN"}
    made = entra.user(title="Verksbetjent", **{ENTERPRISE: place})
    nina = Learner.objects.get(opaque_id=made["id"])
    assert (nina.hr_number, nina.email) == ("0042", "nina@example.no")
    assert employments(nina) == [(str(TODAY()), None)]
    assert postings(nina) == [("HALDEN", str(TODAY()), None)]
    assert Posting.objects.get(learner=nina).position.code == "VERKSBETJENT"


def test_somebody_the_hr_file_knows_is_linked_by_the_number(entra: Directory, service: SimpleNamespace) -> None:
    before = employments(service.Ola)
    made = entra.user("ola.ny@example.no", **{ENTERPRISE: {"employeeNumber": "001", "department": "BODO"}})
    assert made["id"] == str(service.Ola.opaque_id)
    assert (employments(service.Ola), postings(service.Ola)[0][0]) == (before, "HALDEN")


def test_the_same_name_or_number_twice_is_refused(entra: Directory) -> None:
    entra.user(**{ENTERPRISE: {"employeeNumber": "77"}})
    for body in (
        {"userName": "NINA@example.no"},
        {"userName": "x", ENTERPRISE: {"employeeNumber": "77"}},
        {"userName": "y", "emails": [{"type": "work", "value": "Nina@Example.no"}]},
    ):
        answer = entra.send("post", "Users", {"schemas": [USER, ENTERPRISE], **body})
        assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "path": "active", "value": False},
        {"op": "Replace", "value": {"active": "False"}},
        {"op": "Replace", "value": {"active": False}},
        {"op": "replace", "path": f"{USER}:active", "value": False},
    ],
)
def test_made_inactive_one_is_out_and_comes_back_the_same(entra: Directory, operation: dict[str, Any]) -> None:
    made = entra.user(**{ENTERPRISE: {"department": "HALDEN"}})
    browser = Client()
    nina = Learner.objects.get(opaque_id=made["id"])
    browser.force_login(nina)
    assert browser.get("/min-laering/").status_code == 200
    answer = entra.patch(f"Users/{made['id']}", operation)
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    assert browser.get("/min-laering/").status_code == 302
    assert employments(nina)[0][1] is not None
    answer = entra.patch(f"Users/{made['id']}", {"op": "Replace", "path": "active", "value": "True"})
    assert answer.json()["active"] is True
    assert (employments(nina), postings(nina)[0][2]) == ([(str(TODAY()), None)], None)
    assert not has_left(nina, TODAY())


def test_deleted_and_made_again_it_is_the_same_person(entra: Directory) -> None:
    made = entra.user()
    assert entra.send("delete", f"Users/{made['id']}").status_code == 204
    assert entra.send("get", f"Users/{made['id']}").status_code == 404
    assert Learner.objects.get(opaque_id=made["id"]).given_name == "Nina"
    assert entra.user()["id"] == made["id"]


def test_a_patch_in_all_of_entra_s_ways(entra: Directory, service: SimpleNamespace) -> None:
    made = entra.user()
    answer = entra.patch(
        f"Users/{made['id']}",
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "nb@example.no"},
        {"op": "Replace", "value": {"name.familyName": "Ås", f"{ENTERPRISE}:employeeNumber": "0077"}},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "BODO"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": str(service.Ola.opaque_id)},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "900 00 000"},
        {"op": "Replace", "path": "userName", "value": "nina.as@example.no"},
    )
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["emails"] == [{"value": "nb@example.no", "type": "work", "primary": True}]
    assert said[ENTERPRISE]["manager"]["value"] == str(service.Ola.opaque_id)
    nina = Learner.objects.get(opaque_id=made["id"])
    assert (nina.family_name, nina.hr_number, nina.email) == ("Ås", "0077", "nb@example.no")
    assert postings(nina)[-1][0] == "BODO"
    entra.patch(f"Users/{made['id']}", {"op": "Replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "0078"})
    assert FormerNumber.objects.get().hr_number == "0077"


def test_a_bad_patch_changes_nothing(entra: Directory) -> None:
    made = entra.user()
    answer = entra.patch(
        f"Users/{made['id']}",
        {"op": "Replace", "path": "name.familyName", "value": "Ny"},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "ingen adresse"},
    )
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert Learner.objects.get(opaque_id=made["id"]).family_name == "Berg"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('userName eq "ola@fagbenk.example"', ["Ola"]),
        ('userName eq "OLA@fagbenk.example"', ["Ola"]),
        ('externalId eq "nobody"', []),
        (f'{ENTERPRISE}:employeeNumber eq "002"', ["Ada"]),
        ('name.givenName sw "B" or name.givenName eq "finn"', ["Finn", "Berit"]),
        ('emails[type eq "work" and value co "ada@"]', ["Ada"]),
        ('not (name.givenName eq "Ola") and active eq true', ["Ada", "Finn", "Berit"]),
        ("active eq false", []),
    ],
)
def test_users_are_found_by_a_filter(entra: Directory, asked: str, found: list[str]) -> None:
    answer = entra.client.get("/scim/v2/Users", {"filter": asked})
    assert answer.status_code == 200, answer.content
    assert [user["name"]["givenName"] for user in answer.json()["Resources"]] == found


def test_pages_order_and_chosen_attributes(entra: Directory) -> None:
    asked: dict[str, Any] = {"startIndex": 2, "count": 2, "sortBy": "name.givenName", "attributes": "userName"}
    answer = entra.client.get("/scim/v2/Users", asked).json()
    assert (answer["totalResults"], answer["startIndex"], answer["itemsPerPage"]) == (4, 2, 2)
    assert [user["userName"] for user in answer["Resources"]] == ["berit@fagbenk.example", "finn@fagbenk.example"]
    assert "name" not in answer["Resources"][0]
    assert entra.client.get("/scim/v2/Users", {"count": 0}).json()["Resources"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("get", "Users?filter=userName%20eq", None, 400, "invalidFilter"),
        ("get", "Users/6f1e0000-0000-4000-8000-000000000000", None, 404, None),
        ("get", "Users/nobody", None, 404, None),
        ("get", "Nothing", None, 404, None),
        ("post", "Users", {"schemas": [USER]}, 400, "invalidValue"),
        ("post", "Users", [1], 400, "invalidSyntax"),
        ("put", "Users", {}, 405, None),
    ],
)
def test_errors_are_scim_s(entra: Directory, method: str, path: str, body: Any, status: int, kind: str | None) -> None:
    answer = entra.send(method, path, body)
    assert (answer.status_code, answer.json().get("scimType")) == (status, kind), answer.content
    assert answer.json()["status"] == str(status)
    assert answer["Content-Type"] == "application/scim+json"


def test_an_entity_tag_keeps_two_from_writing_over_each_other(entra: Directory) -> None:
    made = entra.user()
    tag = made["meta"]["version"]
    assert entra.send("get", f"Users/{made['id']}", **{"If-None-Match": tag}).status_code == 304
    body: dict[str, Any] = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": "Leder"}]}
    first = entra.send("patch", f"Users/{made['id']}", body, **{"If-Match": tag})
    assert (first.status_code, first["ETag"] != tag) == (200, True)
    body["Operations"][0]["value"] = "Annet"
    assert entra.send("patch", f"Users/{made['id']}", body, **{"If-Match": tag}).status_code == 412


def test_a_group_gives_a_role_only_where_somebody_here_has_said_so(entra: Directory, service: SimpleNamespace) -> None:
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Fagbenk redaktører",
        "members": [{"value": str(service.Ola.opaque_id)}],
    }
    made = entra.send("post", "Groups", body).json()
    assert not RoleGrant.objects.exists()
    DirectoryGroup.objects.update(role=RoleGrant.Role.MANAGEMENT, unit=service.ost)
    path = f"Groups/{made['id']}"
    entra.patch(path, {"op": "Add", "path": "members", "value": [{"value": str(service.Ada.opaque_id)}]})
    granted = RoleGrant.objects.known().on(TODAY())
    assert [(row.learner, row.unit) for row in granted] == [(service.Ada, service.ost)]
    entra.patch(path, {"op": "Remove", "path": f'members[value eq "{service.Ada.opaque_id}"]'})
    assert not granted.all().exists()
    entra.patch(path, {"op": "Remove", "path": "members", "value": [{"value": str(service.Ola.opaque_id)}]})
    assert "members" not in entra.send("get", path).json()
    assert entra.send("delete", path).status_code == 204


def test_a_list_of_people_costs_the_same_number_of_queries(
    entra: Directory, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20):
        assert len(entra.client.get("/scim/v2/Users").json()["Resources"]) == 4
    assert not DirectoryPerson.objects.exists()
