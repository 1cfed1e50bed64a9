"""The admin's pages for people data: for those who keep them, in Norwegian, shown before they are stored."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners.models import (
    DirectoryGroup,
    ImportMapping,
    ImportRun,
    Learner,
    Look,
    MachineKey,
    MergedRecord,
    PendingImport,
    RoleGrant,
    Unit,
)
from learners.roles import grant
from tests import staff
from tests.people.conftest import postings

PAGES = ["people_import", "people_who", "people_units", "people_units_merge", "people_merge", "people_keys"]


@pytest.fixture
def hr(service: SimpleNamespace, client: Client) -> Client:
    """Siri keeps the people data."""
    siri = staff.employ("Siri", service.bodo, "RADGIVER")
    Learner.objects.filter(pk=siri.pk).update(is_superuser=True, is_staff=True, hr_number="099")
    grant(siri, RoleGrant.Role.SYSTEM, None, timezone.now())
    client.force_login(Learner.objects.get(pk=siri.pk))
    return client


def upload(client: Client, text: str, **more: Any) -> Any:
    file = SimpleUploadedFile("folk.csv", text.encode(), "text/csv")
    said = {"file": file, "full": "", "on": timezone.localdate().isoformat(), "most_gone": "5", "mapping": "", **more}
    return client.post(reverse("people_import"), said, follow=True)


def test_a_file_is_shown_before_it_is_imported(hr: Client, service: SimpleNamespace) -> None:
    page = upload(hr, "HR-nummer;Etternavn;Enhet;Stilling\n001;Nes;BODO;Verksbetjent\n")
    text = page.content.decode()
    assert "Dette ville bli endret: 0 nye personer, 1 endret" in text
    assert "Ola Nes" in text
    assert len(postings(service.Ola)) == 1
    hr.post(page.redirect_chain[-1][0], {"confirm": "1"})
    assert [unit for unit, _since, _to in postings(service.Ola)] == ["HALDEN", "BODO"]
    run = ImportRun.objects.get()
    assert (run.succeeded, run.file_name, str(run.by)) == (True, "folk.csv", "Siri Dal")
    assert not PendingImport.objects.exists()
    assert Look.objects.filter(seen=service.Ola, place="import").exists()


def test_bad_rows_are_listed_and_come_as_a_file(hr: Client) -> None:
    page = upload(hr, "HR-nummer;E-post\n001;feil\n")
    text = page.content.decode()
    assert "1 rad har feil. Ingenting er endret." in text
    assert "er ikke en e-postadresse" in text
    assert 'name="confirm"' not in text
    link = re.search(r'href="([^"]+feil\.xlsx)"', text)
    assert link
    assert hr.get(link[1]).content.startswith(b"PK")


def test_a_file_that_is_none_says_so(hr: Client) -> None:
    page = upload(hr, "<html><table></table></html>")
    assert "nettside" in page.content.decode()
    assert page.status_code == 200


def test_the_columns_can_be_chosen_and_saved(hr: Client, service: SimpleNamespace) -> None:
    page = upload(hr, "Ident;Kallenavn\n001;Olav\n")
    assert "ingen kolonne for HR-nummer" in page.content.decode()
    address = page.redirect_chain[-1][0]
    chosen = {"columns": "1", "column_0": "hr_number", "column_1": "given_name", "name": "Lønnssystemet"}
    hr.post(address, chosen)
    assert ImportMapping.objects.get().columns == {"Ident": "hr_number", "Kallenavn": "given_name"}
    hr.post(address, {"confirm": "1"})
    service.Ola.refresh_from_db()
    assert service.Ola.given_name == "Olav"


def test_who_was_where_is_answered_and_the_look_is_logged(hr: Client, service: SimpleNamespace) -> None:
    asked = {"unit": service.ost.pk, "on": timezone.localdate().isoformat(), "known": ""}
    text = hr.get(reverse("people_who"), asked).content.decode()
    assert "3 personer arbeider ved Ost i dag." in text
    assert "Ola Dal" in text and "Berit" not in text
    assert Look.objects.filter(seen=service.Ola, place="people").exists()
    assert hr.get(reverse("people_who"), {"on": "tull"}).status_code == 200


def test_a_reorganisation_is_shown_before_it_is_done(hr: Client, service: SimpleNamespace) -> None:
    said = {"units": [service.berg.pk], "into": service.halden.pk, "on": timezone.localdate().isoformat()}
    address = reverse("people_units_merge")
    assert "1 person får ny enhet." in hr.post(address, said).content.decode()
    assert len(postings(service.Finn)) == 1
    hr.post(address, said | {"confirm": "1"})
    assert postings(service.Finn)[-1][0] == "HALDEN"


@pytest.mark.parametrize("deed", ["move", "close"])
def test_what_cannot_be_is_said_on_the_page(hr: Client, service: SimpleNamespace, deed: str) -> None:
    said = {"unit": service.ost.pk, "parent": service.halden.pk, "on": timezone.localdate().isoformat()}
    answer = hr.post(reverse(f"people_units_{deed}"), said)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


def test_a_unit_is_opened(hr: Client, service: SimpleNamespace) -> None:
    said = {"code": "VIK", "name": "Vik fengsel", "kind": "prison", "parent": service.ost.pk, "on": "2027-01-01"}
    hr.post(reverse("people_units_open"), said | {"confirm": "1"})
    assert Unit.objects.get(code="VIK").places.get().path == "/KRIM/OST/VIK/"


def test_two_records_are_compared_made_one_and_parted(hr: Client, service: SimpleNamespace) -> None:
    said = {"kept": "001", "gone": "ada@fagbenk.example"}
    text = hr.post(reverse("people_merge"), said).content.decode()
    assert "Ada Dal" in text and not MergedRecord.objects.exists()
    compared = re.search(r'name="confirm" value="([^"]+)"', text)
    assert compared
    text = hr.post(reverse("people_merge"), {"kept": "001", "gone": "003", "confirm": compared[1]}).content.decode()
    assert "Finn Dal" in text and not MergedRecord.objects.exists(), "other records than those compared"
    hr.post(reverse("people_merge"), said | {"confirm": compared[1]})
    record = MergedRecord.objects.get()
    hr.post(reverse("people_merge_part", args=[record.pk]))
    record.refresh_from_db()
    assert record.undone_at


def test_a_key_is_shown_once_and_revoked(hr: Client) -> None:
    page = hr.post(reverse("people_keys"), {"name": "Entra", "scopes": ["scim"]}).content.decode()
    token = re.search(r"<code>(fbk_\w+?_[\w-]+)</code>", page)
    assert token
    assert token[1] not in hr.get(reverse("people_keys")).content.decode()
    hr.post(reverse("people_keys_revoke", args=[MachineKey.objects.get().pk]))
    assert MachineKey.objects.get().revoked_at


def test_a_group_is_tied_to_a_role(hr: Client, service: SimpleNamespace) -> None:
    group = DirectoryGroup.objects.create(display_name="Ledelse", created_at=timezone.now(), changed_at=timezone.now())
    group.members.create(learner=service.Ola)
    hr.post(reverse("people_keys_group", args=[group.pk]), {"role": "management", "unit": ""})
    assert RoleGrant.objects.get(learner=service.Ola).role == "management"


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_open_for_those_who_keep_people_data_and_nobody_else(
    hr: Client, service: SimpleNamespace, name: str
) -> None:
    assert hr.get(reverse(name)).status_code == 200
    for learner in (service.Ola, staff.employ("Edvard", service.bodo)):
        grant(learner, RoleGrant.Role.PUBLISHER, None, timezone.now())
        other = Client()
        other.force_login(learner)
        assert other.get(reverse(name)).status_code != 200
    assert Client().get(reverse(name)).status_code == 302
