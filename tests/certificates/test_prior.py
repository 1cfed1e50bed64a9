"""What was done elsewhere: it counts, is marked as such, gives no certificate, and can be taken back with its trace."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from learners.models import RoleGrant
from learners.roles import grant
from tests import staff
from tracking.certificates import prior, proof
from tracking.certificates.models import PriorLearning
from tracking.completions import projection
from tracking.completions.models import Completion
from tracking.lrs.models import Statement

pytestmark = pytest.mark.django_db
ON = dt.date(2024, 5, 14)


def client_of(learner: object) -> Client:
    client = Client()
    client.force_login(learner)  # type: ignore[arg-type]
    return client


@pytest.fixture
def here(db: None) -> SimpleNamespace:
    """Pia keeps the records; Ola comes from another service."""
    halden = staff.unit("HALDEN")
    pia = staff.employ("Pia", halden, "KONSULENT")
    grant(pia, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    return SimpleNamespace(
        pia=pia, ola=staff.employ("Ola", halden), eva=staff.employ("Eva", halden), mi=staff.course("MI")
    )


def sent(here: SimpleNamespace, **fields: object) -> dict[str, object]:
    return {"who": here.ola.email, "course": here.mi.pk, "on": ON.isoformat(), "where": "Danmark, Campus", **fields}


def test_it_counts_from_its_own_day_and_has_an_authority_of_its_own(here: SimpleNamespace) -> None:
    prior.record(here.ola, here.mi, ON, "Danmark, Campus", None, here.pia, timezone.now())
    completion = Completion.objects.get()
    assert (completion.learner, completion.completed_on, completion.version.number) == (here.ola, ON, 1)
    statement = json.loads(Statement.objects.get().payload)
    assert statement["authority"]["account"]["name"] == "fagbenk-prior-learning"
    assert statement["context"]["instructor"]["account"]["name"] == str(here.pia.opaque_id)
    assert projection.differences() == []


def test_it_is_recorded_once_and_taken_back_with_a_trace(here: SimpleNamespace) -> None:
    first = prior.record(here.ola, here.mi, ON, "Campus", None, here.pia, timezone.now())
    assert prior.record(here.ola, here.mi, ON, "Campus", None, here.pia, timezone.now()) == first
    assert prior.take_back(first, here.pia, timezone.now())
    assert not prior.take_back(first, here.pia, timezone.now())
    assert not Completion.objects.filter(known_to=None).exists()
    assert PriorLearning.objects.get().taken_back_at
    prior.record(here.ola, here.mi, ON, "Campus", None, here.pia, timezone.now())
    assert Completion.objects.filter(known_to=None).count() == 1


def test_it_is_shown_as_such_and_gives_no_certificate(here: SimpleNamespace) -> None:
    prior.record(here.ola, here.mi, ON, "Danmark, Campus", None, here.pia, timezone.now())
    assert proof.earned(here.ola) == []
    ola = client_of(here.ola)
    page = ola.get("/min-laering/bevis/").content.decode()
    assert "Gjort andre steder" in page
    assert "Danmark, Campus" in page
    assert ola.get(f"/min-laering/bevis/{Completion.objects.get().statement_id}.pdf").status_code == 404


def test_the_form_and_its_document(here: SimpleNamespace) -> None:
    pia = client_of(here.pia)
    paper = SimpleUploadedFile("bevis.pdf", b"%PDF-1.7 prov", "application/pdf")
    answer = pia.post("/tidligere/", sent(here, document=paper), follow=True)
    assert "Ingen krever det en gang til." in answer.content.decode()
    row = PriorLearning.objects.get()
    address = f"/tidligere/{row.pk}/dokument/"
    assert client_of(here.ola).get(address).status_code == 200
    assert pia.get(address).status_code == 200
    assert client_of(here.eva).get(address).status_code == 404
    row.document.delete()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"who": "ukjent@fagbenk.example"}, "Ingen ansatt har dette nummeret"),
        ({"on": "2099-01-01"}, "Dagen har ikke vært ennå."),
        ({"document": SimpleUploadedFile("virus.exe", b"MZ")}, "Denne fila tas ikke imot"),
        ({"on": "i fjor"}, "dato"),
    ],
)
def test_what_cannot_stand_is_said_and_not_stored(here: SimpleNamespace, fields: dict, said: str) -> None:
    answer = client_of(here.pia).post("/tidligere/", sent(here, **fields))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "Danmark, Campus" in answer.content.decode(), "what was written is kept"
    assert not PriorLearning.objects.exists()


def test_only_those_who_keep_the_records_record(here: SimpleNamespace) -> None:
    for learner in (here.ola, here.eva):
        assert client_of(learner).get("/tidligere/").status_code == 403
        assert client_of(learner).post("/tidligere/", sent(here)).status_code == 403
        assert client_of(learner).post("/tidligere/1/trekk/").status_code == 403
    assert not PriorLearning.objects.exists()
