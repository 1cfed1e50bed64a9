"""Signing in and out, and a forgotten password, in the reader's language."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from learners.models import Learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_a_new_password_is_chosen_by_a_link_in_a_mail(client: Client, kari: Learner) -> None:
    client.post("/konto/password/reset/", {"email": kari.email})
    (sent,) = mail.outbox
    link = re.search(r"https?://[^/]+(/\S+)", str(sent.body))
    assert link and "Fagbenk" in sent.subject
    form = client.get(link[1], follow=True)
    chosen = {"password1": "en-helt-ny-frase-1", "password2": "en-helt-ny-frase-1"}
    client.post(form.redirect_chain[-1][0], chosen)
    kari.refresh_from_db()
    assert kari.check_password("en-helt-ny-frase-1")


def test_the_mail_is_in_the_language_of_the_page(client: Client, kari: Learner) -> None:
    for prefix in ("/en", ""):
        client.post(f"{prefix}/konto/password/reset/", {"email": kari.email})
    english, bokmal = mail.outbox
    assert english.subject == "New password for Fagbenk"
    assert "/en/konto/" in english.body
    assert "Demo: people and figures are invented" in english.body
    assert "/en/konto/" not in bokmal.body


def test_a_link_that_has_been_used_says_that_the_password_is_unchanged(client: Client, kari: Learner) -> None:
    answer = client.get("/en/konto/password/reset/key/1-brukt/")
    assert "Your password is unchanged" in answer.content.decode()


def test_a_stranger_learns_nothing_of_who_is_known(client: Client, kari: Learner) -> None:
    known = client.post("/konto/password/reset/", {"email": kari.email}, follow=True)
    unknown = client.post("/konto/password/reset/", {"email": "ingen@fagbenk.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain


def test_not_me_signs_out_at_once(kari_client: Client) -> None:
    answer = kari_client.post("/konto/logout/", follow=True)
    assert "Kari" not in answer.content.decode()


def test_a_form_without_its_token_is_told_what_is_kept(kari: Learner) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(kari)
    answer = strict.post("/en/konto/logout/")
    assert answer.status_code == 403
    assert "what was stored before is kept" in answer.content.decode()
