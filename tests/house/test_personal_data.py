"""Everything that is keyed to a person is registered, said on the page, and in the person's own file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from learners.data_protection import personal_models
from learners.models import Learner
from learners.personal_data import Holding, holdings, register
from tests import staff
from tracking.player.models import Reflection

OURS = ("config", "tracking", "courses", "learners", "cms")
# Wagtail's own marks on its pages ("who made this page"): editors' names, kept with the page.
WAGTAIL_S = {"owner", "locked_by"}


def _keys_to_people() -> Iterator[str]:
    for model in apps.get_models():
        if model.__module__.split(".")[0] in OURS:
            for field in model._meta.concrete_fields:
                to_person = isinstance(field, models.ForeignKey) and field.related_model is Learner
                if to_person and field.name not in WAGTAIL_S:
                    yield f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("key", sorted(_keys_to_people()))
def test_every_key_to_a_person_is_registered(key: str) -> None:
    assert key in {covered for holding in holdings() for covered in holding.covers}, f"{key}: say why it is kept"


def test_no_holding_answers_for_what_is_not_there() -> None:
    theirs = {key for keys in personal_models().values() for key in keys}  # with other packages' tables
    assert {covered for holding in holdings() for covered in holding.covers} <= theirs


def test_what_hangs_on_an_attempt_is_registered_too() -> None:
    attempt = apps.get_model("player", "Attempt")
    related = {r.related_model._meta.model_name for r in attempt._meta.related_objects}
    assert related == {"visit", "partdone", "place", "answer", "quiztry"}, "a new one needs a holding and a place here"


def test_a_holding_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        register(Holding("person", "", "", "", lambda learner: []))


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """Ola and Oda, each with words of their own and a completion."""
    halden, mi = staff.unit("HALDEN"), staff.course("MI")
    both = {name: staff.employ(name, halden) for name in ("Ola", "Oda")}
    for name, learner in both.items():
        staff.complete(learner, mi, timezone.localdate())
        Reflection.objects.create(
            learner=learner, part_key="p", question_key="q", text=f"Ordene til {name}", written_at=timezone.now()
        )
    return SimpleNamespace(mi=mi, **both)


def test_the_file_holds_the_own_data_and_nobody_else_s(client: Client, people: SimpleNamespace) -> None:
    client.force_login(people.Ola)
    answer = client.get("/personvern/mine-data.json")
    text = answer.content.decode()
    assert "Ordene til Ola" in text
    assert "Oda" not in text
    assert json.loads(text)["demo"] is True
    found = json.loads(text)["holdings"]
    assert set(found) == {holding.key for holding in holdings()}
    assert found["completions"][0]["version__course__title"] == people.mi.title
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"


def test_the_file_holds_the_statements_of_the_own_account(client: Client, people: SimpleNamespace) -> None:
    from tracking import statements
    from tracking.identities import people as actors
    from tracking.lrs.store import store

    at = timezone.now()
    for learner in (people.Ola, people.Oda):
        here = statements.Setting(actors.account_name(learner), str(learner.opaque_id), "s", "MI", "MI", 1, "nb")
        store([statements.launched(here, at)], authority=statements.authority(), at=at)
    client.force_login(people.Ola)
    (statement,) = json.loads(client.get("/personvern/mine-data.json").content)["holdings"]["statements"]
    assert statement["actor"]["account"]["name"] == str(people.Ola.opaque_id)


def test_the_file_is_for_the_signed_in(client: Client, people: SimpleNamespace) -> None:
    assert client.get("/personvern/mine-data.json").status_code == 302


@pytest.mark.parametrize("language", ["", "/nn", "/en"])
def test_the_page_says_what_is_stored_to_everybody(client: Client, people: SimpleNamespace, language: str) -> None:
    answer = client.get(f"{language}/personvern/")
    assert answer.status_code == 200
    assert answer.context["own"] is None
    client.force_login(people.Ola)
    assert client.get(f"{language}/personvern/").context["own"]["reflections"]


def test_what_is_stored_of_nobody_but_others_is_folded_away_and_no_kind_is_left_out(
    client: Client, people: SimpleNamespace
) -> None:
    client.force_login(people.Ola)
    page = client.get("/en/personvern/").content.decode()
    of_me, of_others = page.split("<details>", 1)
    told = dict(client.get("/en/personvern/").context["holdings"])
    assert {bool(count) for count in told.values()} == {True, False}
    for holding, count in told.items():
        assert f'<th scope="row">{escape(holding.title)}</th>' in (of_me if count else of_others), holding.key
    assert "<details>" not in Client().get("/en/personvern/").content.decode().split("<footer")[0]
