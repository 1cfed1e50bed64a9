"""One person's positions, leave and employment changed by hand: shown first, kept on both axes, with who and why."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners.models import ChangeByHand, Employment, Leadership, Learner, Leave, Look, Posting, RoleGrant, Unit
from learners.roles import grant
from tests import staff
from tests.people.conftest import employments, postings

DAY = dt.timedelta(days=1)


@pytest.fixture
def hr(service: SimpleNamespace, client: Client) -> Client:
    """Siri keeps the people data."""
    siri = staff.employ("Siri", service.bodo, "RADGIVER")
    grant(siri, RoleGrant.Role.SYSTEM, None, timezone.now())
    client.force_login(Learner.objects.get(pk=siri.pk))
    return client


def change(hr: Client, person: Learner, kind: str, **said: Any) -> Any:
    """The form, looked at and then stored; the answer to the first sending."""
    address = reverse(f"people_person_{kind}", args=[person.opaque_id])
    return both(hr, address, said)


def correct(hr: Client, row: Any, kind: str, **said: Any) -> Any:
    address = reverse("people_person_correct", args=[row.learner.opaque_id, kind, row.pk])
    return both(hr, address, said)


def both(hr: Client, address: str, said: dict[str, Any]) -> Any:
    said = {"why": "new"} | {name: value for name, value in said.items() if value is not None}
    shown = hr.post(address, said)
    hr.post(address, said | {"confirm": "1"})
    return shown


def a_post(unit: Unit, first: dt.date | str, **said: Any) -> dict[str, Any]:
    job = staff.position("LEDER").pk
    return {"unit": unit.pk, "position": job, "first": str(first), "primary": "on", "percent": "100"} | said


def errors(page: Any) -> str:
    return " ".join(page.context["form"].non_field_errors())


def test_a_new_primary_position_ends_the_one_before_it(hr: Client, service: SimpleNamespace) -> None:
    today = timezone.localdate()
    page = change(hr, service.Ola, "post", **a_post(service.bodo, today)).content.decode()
    assert "Dette kommer til å stå:" in page
    assert postings(service.Ola) == [("HALDEN", "2020-01-01", str(today)), ("BODO", str(today), None)]
    made = ChangeByHand.objects.get()
    assert (made.learner, str(made.by), made.why) == (service.Ola, "Siri Dal", "new")
    assert Posting.objects.known().get(unit=service.bodo, learner=service.Ola).known_from == made.at
    history = hr.get(reverse("people_person_facts", args=[service.Ola.opaque_id])).content.decode()
    assert "Siri Dal: det er nytt" in history
    assert "Leder, Bodo" in history
    assert Look.objects.filter(seen=service.Ola, place="people").exists()


def test_nothing_is_stored_before_it_is_confirmed(hr: Client, service: SimpleNamespace) -> None:
    said = a_post(service.bodo, timezone.localdate(), why="new")
    hr.post(reverse("people_person_post", args=[service.Ola.opaque_id]), said)
    assert len(postings(service.Ola)) == 1
    assert not ChangeByHand.objects.exists()


def test_a_second_part_time_position_leaves_the_first_alone(hr: Client, service: SimpleNamespace) -> None:
    change(hr, service.Ola, "post", **a_post(service.bodo, "2026-01-01", primary=None, percent="20"))
    assert postings(service.Ola) == [("HALDEN", "2020-01-01", None), ("BODO", "2026-01-01", None)]


def test_the_last_day_ends_positions_and_leaderships_and_who_comes_back_is_employed_anew(
    hr: Client, service: SimpleNamespace
) -> None:
    staff.lead(service.Ola, service.halden)
    change(hr, service.Ola, "employment", last_day="2026-03-31")
    assert employments(service.Ola) == [("2020-01-01", "2026-04-01")]
    assert postings(service.Ola) == [("HALDEN", "2020-01-01", "2026-04-01")]
    assert str(Leadership.objects.known().get().valid_to) == "2026-04-01"
    change(hr, service.Ola, "post", **a_post(service.bodo, "2026-06-01"))
    assert employments(service.Ola) == [("2020-01-01", "2026-04-01"), ("2026-06-01", None)]


def test_a_leave_is_entered_and_corrected_and_what_was_known_stays(hr: Client, service: SimpleNamespace) -> None:
    change(hr, service.Ola, "leave", first="2026-02-01", last_day="2026-05-31", full_time="on")
    row = Leave.objects.known().get()
    correct(hr, row, "leave", first="2026-02-15", last_day="2026-05-31", full_time="on", why="wrong")
    assert str(Leave.objects.known().get().valid_from) == "2026-02-15"
    known = Leave.objects.known(ChangeByHand.objects.latest("at").at).get()
    assert str(known.valid_from) == "2026-02-01"


def test_what_was_never_so_is_taken_away_and_kept_in_the_history(hr: Client, service: SimpleNamespace) -> None:
    row = staff.on_leave(service.Ola, dt.date(2026, 1, 1))
    hr.post(reverse("people_person_correct", args=[service.Ola.opaque_id, "leave", row.pk]), {"drop": "1"})
    assert not Leave.objects.known().exists()
    assert Leave.objects.get().known_to == ChangeByHand.objects.get().at


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"first": "2019-01-01"}, "ble opprettet"),
        ({"first": "2026-05-01", "last_day": "2026-04-01"}, "Siste dag"),
        ({"unit": "OST"}, "har enheter under seg"),
    ],
)
def test_a_position_that_cannot_be_is_refused_in_words(
    hr: Client, service: SimpleNamespace, said: dict[str, str], told: str
) -> None:
    service.stab.places.all().delete()
    wanted = a_post(service.bodo, "2026-01-01") | said
    if "unit" in said:
        wanted["unit"] = Unit.objects.get(code=said["unit"]).pk
    page = change(hr, service.Ola, "post", **wanted)
    assert told in errors(page)
    assert len(postings(service.Ola)) == 1
    assert not ChangeByHand.objects.exists()


def test_a_correction_that_contradicts_another_fact_is_refused(hr: Client, service: SimpleNamespace) -> None:
    change(hr, service.Ola, "post", **a_post(service.bodo, "2026-01-01"))
    first = Posting.objects.known().get(unit=service.halden, learner=service.Ola)
    page = correct(hr, first, "post", **a_post(service.halden, "2020-01-01"))
    assert "i samme tidsrom" in errors(page)
    page = correct(hr, Employment.objects.known().get(learner=service.Ola), "employment", first="2021-01-01")
    assert "utenfor ansettelsen" in errors(page)
    assert len(postings(service.Ola)) == 2


def test_a_person_is_found_by_name_or_number_and_only_by_those_who_keep_people(
    hr: Client, service: SimpleNamespace
) -> None:
    for said in ("ola", "001", service.Ola.email):
        assert "Verksbetjent, Halden" in hr.get(reverse("people_person"), {"q": said}).content.decode()
    other = Client()
    other.force_login(service.Berit)
    for name in ("facts", "post", "leave", "employment"):
        address = reverse(f"people_person_{name}", args=[service.Ola.opaque_id])
        assert other.post(address, a_post(service.bodo, "2026-01-01") | {"confirm": "1"}).status_code in (302, 403)
    assert len(postings(service.Ola)) == 1


@pytest.mark.parametrize("day", ["31.12.9999", "9999-12-31"])
def test_a_day_that_no_calendar_reaches_is_refused_in_words(hr: Client, service: SimpleNamespace, day: str) -> None:
    """How some systems write "until further notice": an empty field says so here."""
    page = change(hr, service.Ola, "leave", first="2026-02-01", last_day=day, why="new")
    assert page.status_code == 400
    assert "31.12.9999" in page.content.decode()
    assert not service.Ola.leaves.exists()
    asked = hr.get(reverse("people_who"), {"on": "2026-02-01", "known": day})
    assert asked.status_code == 400
