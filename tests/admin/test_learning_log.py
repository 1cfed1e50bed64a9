"""The learning log in the admin: keys, statements, other stores; names only for those with the right."""

from __future__ import annotations

import datetime as dt
import html
import re
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners.models import Learner, Look, RoleGrant
from learners.roles import grant
from tests import staff
from tracking import statements
from tracking.identities import people
from tracking.lrs import connecting, credentials, volume
from tracking.lrs.connections import AllowedHost, DeadLetter, ForwardTarget, HistoryImport, ImportRefusal
from tracking.lrs.models import Credential, Refusal
from tracking.lrs.store import store

AT = timezone.now() - dt.timedelta(hours=3)


@pytest.fixture
def admin(service: SimpleNamespace, site: object) -> Learner:
    """Siri, who administers the system, and has the role for it."""
    siri = staff.employ("Siri", service.krim, "KONSULENT")
    Learner.objects.filter(pk=siri.pk).update(is_superuser=True, is_staff=True)
    grant(siri, RoleGrant.Role.SYSTEM, None, timezone.now())
    return Learner.objects.get(pk=siri.pk)


@pytest.fixture
def as_admin(client: Client, admin: Learner) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def told(service: SimpleNamespace) -> list[str]:
    """Ola has completed MI, Ada pedagogikk."""
    ids = []
    for name, code in (("Ola", "MI"), ("Ada", "PED")):
        course = staff.course(code)
        here = statements.Setting(
            people.account_name(getattr(service, name)), str(uuid4()), "s", course.code, course.title, 1, "nb"
        )
        ids += store([statements.completed(here, AT)], authority=statements.authority(), at=AT)
    return ids


def page(client: Client, name: str, *arguments: Any, **query: str) -> str:
    answer = client.get(reverse(f"log:{name}", args=arguments), query)
    assert answer.status_code == 200, answer
    assert "no-store" in answer["Cache-Control"]
    return html.unescape(answer.content.decode())


PAGES = ["index", "keys", "new-key", "statements", "targets", "new-target", "imports", "new-import"]


@pytest.mark.parametrize("name", PAGES)
def test_publishers_and_editors_do_not_come_in(
    client: Client, pia: Learner, edvard: Learner, site: object, name: str
) -> None:
    for somebody in (pia, edvard):
        client.force_login(somebody)
        assert client.get(reverse(f"log:{name}")).status_code != 200


def test_every_page_opens_for_an_administrator_and_the_menu_leads_there(as_admin: Client) -> None:
    for name in PAGES:
        assert "Læringslogg" in page(as_admin, name)
    assert reverse("log:index") in as_admin.get("/admin/").content.decode()


def test_a_key_is_made_shown_once_and_works(as_admin: Client) -> None:
    answer = as_admin.post(reverse("log:new-key"), {"name": "LMS", "scopes": ["state"], "per_minute": "7"})
    text = answer.content.decode()
    made = Credential.objects.get()
    (secret,) = set(re.findall(r"<code>([\w-]{43})</code>", text))
    assert made.key in text
    assert (made.name, made.scopes, made.per_minute) == ("LMS", ["state"], 7)
    assert credentials._hash(secret) == made.secret_hash
    assert secret not in page(as_admin, "keys")


def test_a_form_that_is_wrong_makes_no_key_and_says_so(as_admin: Client) -> None:
    answer = as_admin.post(reverse("log:new-key"), {"name": "LMS", "scopes": ["everything"]})
    assert answer.status_code == 422
    assert not Credential.objects.exists()


def test_a_key_is_changed_revoked_and_made_anew(as_admin: Client) -> None:
    made, _ = credentials.create("LMS", at=AT, scopes=["state"])
    as_admin.post(reverse("log:edit-key", args=[made.pk]), {"name": "LMS 2", "scopes": ["profile"], "per_minute": ""})
    made.refresh_from_db()
    assert (made.name, made.scopes, made.revoked) == ("LMS 2", ["profile"], None)
    assert 'value="LMS 2"' in page(as_admin, "new-key", like=str(made.pk))
    assert "LMS 2" in page(as_admin, "revoke-key", made.pk)
    as_admin.post(reverse("log:revoke-key", args=[made.pk]))
    made.refresh_from_db()
    assert made.revoked
    assert as_admin.get(reverse("log:edit-key", args=[made.pk])).status_code == 404


def test_statements_are_read_as_sentences_and_found_by_person_course_verb_and_time(
    as_admin: Client, told: list[str]
) -> None:
    assert "Ola" in page(as_admin, "statements")
    both = page(as_admin, "statements")
    assert both.index("Ada") < both.index("Ola") or "fullførte" in both
    for query in ({"person": "ola"}, {"course": str(_course("MI"))}):
        text = page(as_admin, "statements", **query)
        assert told[0] in text
        assert told[1] not in text
    assert told[0] in page(as_admin, "statements", verb="http://adlnet.gov/expapi/verbs/completed")
    assert told[0] not in page(as_admin, "statements", verb="http://adlnet.gov/expapi/verbs/failed")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert told[0] not in page(as_admin, "statements", since=f"{tomorrow:%d.%m.%Y}")
    assert told[0] not in page(as_admin, "statements", until="01.01.2020")


def _course(code: str) -> int:
    from courses.models import Course

    return Course.objects.get(code=code).pk


def test_who_is_seen_by_name_can_see_that(as_admin: Client, admin: Learner, told: list[str], service: Any) -> None:
    page(as_admin, "statement", told[0])
    assert list(Look.objects.values_list("viewer", "seen", "place", "role")) == [
        (admin.pk, service.Ola.pk, "log", "system")
    ]


def test_whose_role_has_ended_does_not_come_in(client: Client, admin: Learner, told: list[str]) -> None:
    RoleGrant.objects.filter(learner=admin).update(valid_to=timezone.localdate())
    client.force_login(admin)
    answer = client.get(reverse("log:statements"), {"person": "ola"})
    assert (answer.status_code, answer.headers["Location"][:13]) == (302, "/admin/login/")
    assert not Look.objects.exists()


def test_a_statement_is_a_sentence_and_its_json(as_admin: Client, told: list[str]) -> None:
    text = page(as_admin, "statement", told[0])
    assert "fullførte" in text
    assert f'"id": "{told[0]}"' in text
    assert as_admin.get(reverse("log:statement", args=[uuid4()])).status_code == 404


def test_text_of_a_statement_is_never_markup(as_admin: Client) -> None:
    evil = "<script>alert(1)</script>"
    said = {
        "actor": {"objectType": "Agent", "name": evil, "mbox": "mailto:x@example.org"},
        "verb": {"id": "http://x.example/v", "display": {"nb": evil}},
        "object": {"id": "http://x.example/a", "definition": {"name": {"nb": evil}}},
        "result": {"response": evil},
    }
    (stored,) = store([said], authority=statements.authority(), at=AT)
    for address in (reverse("log:statements"), reverse("log:statement", args=[stored])):
        assert evil not in as_admin.get(address).content.decode()


def test_pages_of_statements_follow_each_other_without_a_gap(as_admin: Client) -> None:
    here = statements.Setting("n1", str(uuid4()), "s", "MI", "MI", 1, "nb")
    ids = []
    for number in range(60):
        at = AT + dt.timedelta(seconds=number)
        part = statements.Part(f"p{number}", "Del")
        ids += store([statements.experienced(here, part, at)], authority=statements.authority(), at=at)
    seen: list[str] = []
    address = reverse("log:statements")
    while address:
        text = html.unescape(as_admin.get(address).content.decode())
        seen += re.findall(r"utsagn/([0-9a-f-]{36})/", text)
        older = re.search(r'href="\?([^"]*before=[^"]*)"', text)
        address = f"{reverse('log:statements')}?{older[1]}" if older else ""
    assert seen == ids[::-1]


@pytest.mark.parametrize("before", ["x", "2026-01-01T00:00:00Z,x", "x,1"])
def test_a_place_that_is_none_is_not_found(as_admin: Client, before: str) -> None:
    assert as_admin.get(reverse("log:statements"), {"before": before}).status_code == 404


def test_the_first_page_says_how_much_came_and_what_was_refused(as_admin: Client, told: list[str]) -> None:
    volume.count_up()
    made, _ = credentials.create("Kursleverandøren", at=AT)
    Refusal.objects.create(
        key=made.key, day=AT.date(), status=400, sentence="`actor.mbox`: … is none", times=12, last=AT
    )
    text = page(as_admin, "index")
    assert "2 utsagn er kommet inn de siste sju dagene." in text
    assert "Kursleverandøren" in text
    assert "`actor.mbox`: … is none" in text
    assert text.count('class="log-bar"') == 28


TARGET: Any = {"name": "Etaten", "endpoint": "https://lrs.example/xapi/", "version": "1.0.3", "key": "k", "secret": "s"}


def test_a_target_is_entered_when_its_host_is_allowed(as_admin: Client) -> None:
    answer = as_admin.post(reverse("log:new-target"), TARGET)
    assert answer.status_code == 422
    assert "ikke blant de tillatte" in answer.content.decode()
    as_admin.post(reverse("log:hosts"), {"host": "LRS.example"})
    lines = {"verbs": "http://x.example/v\n", "agents": "mailto:a@x.example\nhttps://h.example kari", "enabled": "on"}
    as_admin.post(reverse("log:new-target"), {**TARGET, **lines})
    target = ForwardTarget.objects.get()
    assert target.verbs == ["http://x.example/v"]
    assert [sorted({"mbox", "account"} & set(one)) for one in target.agents] == [["mbox"], ["account"]]
    assert target.enabled
    assert "https://h.example kari" in page(as_admin, "edit-target", target.pk)
    assert "Etaten" in page(as_admin, "targets")


@pytest.mark.parametrize("field", ["verbs", "activities", "agents"])
def test_a_line_that_cannot_be_read_is_named(as_admin: Client, field: str) -> None:
    connecting.allow("lrs.example", AT)
    answer = as_admin.post(reverse("log:new-target"), {**TARGET, field: "hva som helst"})
    assert answer.status_code == 422
    assert "hva som helst" in answer.content.decode()


def test_the_secret_goes_to_another_host_only_when_it_is_entered_again(as_admin: Client) -> None:
    connecting.allow("lrs.example", AT)
    connecting.allow("elsewhere.example", AT)
    target = connecting.add_target(**TARGET, at=AT)
    sealed = target.sealed_secret
    edit = reverse("log:edit-target", args=[target.pk])
    moved = {**TARGET, "endpoint": "https://elsewhere.example/xapi/", "secret": "", "enabled": "on"}
    assert as_admin.post(edit, moved).status_code == 422
    assert as_admin.post(edit, {**moved, "secret": "ny"}).status_code == 302
    target.refresh_from_db()
    assert target.endpoint.startswith("https://elsewhere")
    assert target.sealed_secret != sealed
    assert as_admin.post(edit, {**moved, "name": "Nytt navn"}).status_code == 302


def test_dead_letters_are_seen_and_tried_again(as_admin: Client) -> None:
    connecting.allow("lrs.example", AT)
    target = connecting.add_target(**TARGET, at=AT)
    ForwardTarget.objects.update(failures=3, next_try=AT + dt.timedelta(days=1), last_error="503: away", enabled=False)
    dead = DeadLetter.objects.create(
        target=target, statement_id=uuid4(), status=400, sentence="400: Nei takk", first_tried=AT, last_tried=AT
    )
    text = page(as_admin, "target", target.pk)
    assert str(dead.statement_id) in text
    assert "Nei takk" in text
    assert "for hånd" in text
    assert "503: away" in text
    as_admin.post(reverse("log:target", args=[target.pk]))
    dead.refresh_from_db()
    assert dead.next_try


def test_a_target_is_removed_after_a_question(as_admin: Client) -> None:
    connecting.allow("lrs.example", AT)
    target = connecting.add_target(**TARGET, at=AT)
    assert "Etaten" in page(as_admin, "remove-target", target.pk)
    as_admin.post(reverse("log:remove-target", args=[target.pk]))
    assert not ForwardTarget.objects.exists()


def test_a_host_is_taken_off_and_nonsense_is_none(as_admin: Client) -> None:
    as_admin.post(reverse("log:hosts"), {"host": "https://lrs.example/"})
    assert not AllowedHost.objects.exists()
    as_admin.post(reverse("log:hosts"), {"host": "lrs.example"})
    as_admin.post(reverse("log:hosts"), {"remove": "lrs.example"})
    assert not AllowedHost.objects.exists()


def test_an_import_is_begun_followed_stopped_and_gone_on_with(as_admin: Client) -> None:
    as_admin.post(reverse("log:hosts"), {"host": "lrs.invalid"})
    as_admin.post(reverse("log:new-import"), {**TARGET, "endpoint": "https://lrs.invalid/xapi/"})
    run = HistoryImport.objects.get()
    HistoryImport.objects.update(fetched=1200, stored=1000, refused=1, since=AT)
    ImportRefusal.objects.create(run=run, statement_id="abc", sentence="No actor.")
    text = page(as_admin, "import", run.pk)
    assert "1 200 utsagn er hentet" in text.replace("\xa0", " ")
    assert "No actor." in text
    as_admin.post(reverse("log:import", args=[run.pk]), {"stop": "1"})
    run.refresh_from_db()
    assert run.state == "stopped"
    assert "stoppet" in page(as_admin, "imports")
    as_admin.post(reverse("log:import", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "running"
    assert "cannot be reached" in run.last_error


def test_somebody_outside_is_called_so(as_admin: Client) -> None:
    said = {
        "actor": {"objectType": "Agent", "mbox": "mailto:x@example.org"},
        "verb": {"id": "http://x.example/verbs/tried"},
        "object": {"id": "http://x.example/things/thing"},
        "result": {"success": False, "score": {"scaled": 0.5}},
    }
    store([said], authority=statements.authority(), at=AT)
    text = page(as_admin, "statements").replace("\xa0", " ")
    assert "Noen utenfor tried «thing». Ikke riktig. Resultat: 50 %." in text


def test_an_answer_is_told_in_the_alternative_s_words() -> None:
    from tracking.log_admin.sentences import sentence

    choices = [{"id": "a1", "description": {"nb": "Lytte"}}, {"id": "a2", "description": {"nb": "Vente"}}]
    said = {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"id": "http://x.example/q", "definition": {"description": {"nb": "Hva nå?"}, "choices": choices}},
        "result": {"response": "a1[,]a2", "success": True},
    }
    assert sentence(said, "Ola") == "Ola svarte på «Hva nå?». Riktig. Svar: Lytte; Vente."
