"""A person who is erased is found nowhere; figures and completions stay, and a restore brings nobody back."""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from wagtail.log_actions import log

from learners import erasing, looks, outbox, retention, roles
from learners.exceptions import ErasureRefused
from learners.models import Erasure, Learner, Look, OutgoingMail, Posting, RoleGrant
from learners.personal_data import SHORT, holdings
from tests import staff
from tracking import statements
from tracking.completions import projection
from tracking.completions.models import Completion
from tracking.identities import people as actors
from tracking.identities.models import Actor
from tracking.lrs.models import Attachment, Document, Statement
from tracking.lrs.store import store
from tracking.player.models import Reflection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
CANARY = "Kvitrefugl"
NUMBER = "HR-77665544"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def tombstones(settings: Settings, tmp_path: Path) -> Path:
    settings.ERASED_FILE = str(tmp_path / "erased.jsonl")
    return tmp_path / "erased.jsonl"


@pytest.fixture
def house() -> SimpleNamespace:
    """Kari, whose every trace has a word of its own; Ola, who works beside her; Samira, who looks after privacy."""
    halden, mi = staff.unit("HALDEN"), staff.course("MI")
    kari, ola, samira = (staff.employ(name, halden) for name in ("Kari", "Ola", "Samira"))
    Learner.objects.filter(pk=kari.pk).update(family_name=CANARY, hr_number=NUMBER, email=f"{CANARY}@fagbenk.example")
    kari.refresh_from_db()
    roles.grant(samira, RoleGrant.Role.PRIVACY, None, NOW)
    return SimpleNamespace(halden=halden, mi=mi, kari=kari, ola=ola, samira=samira)


def leave_traces(house: SimpleNamespace) -> None:
    kari = house.kari
    EmailAddress.objects.create(user=kari, email=kari.email, primary=True)
    TOTP.activate(kari, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    words = {"part_key": "p", "question_key": "q", "written_at": NOW}
    Reflection.objects.create(learner=kari, text=f"Jeg, {CANARY}, tenkte", **words)
    outbox.put("m1", kari, f"Hei {CANARY}", f"Hei {CANARY}", f"<p>{CANARY}</p>", NOW)
    looks.record(house.ola, kari, "people", "leader", NOW)
    looks.record(kari, house.ola, "people", "leader", NOW)
    log(instance=kari, action="wagtail.edit", user=house.samira, title=str(kari))
    Client().force_login(kari)
    tell(house)


def tell(house: SimpleNamespace) -> None:
    """Kari's log: launched, answered in her own words with an attachment, completed; Ola's instructor is Kari."""
    mine, his = (here(learner) for learner in (house.kari, house.ola))
    answered = statements.launched(mine, NOW) | {
        "id": str(uuid.uuid4()),
        "result": {"response": f"Ordene til {CANARY}"},
    }
    completed = statements.completed(mine, NOW)
    completed["actor"]["name"] = f"Kari {CANARY}"
    completed["result"] = {**completed.get("result", {}), "response": CANARY}
    others = statements.launched(his, NOW)
    others["context"]["instructor"] = {"name": CANARY, **statements.launched(mine, NOW)["actor"]}
    told = [statements.launched(mine, NOW), answered, completed, others]
    store(told, authority=statements.authority(), at=NOW)
    projection.refresh(house.kari.pk, house.mi)


def here(learner: Learner) -> statements.Setting:
    return statements.Setting(actors.account_name(learner), str(uuid.uuid4()), str(uuid.uuid4()), "MI", "MI", 1, "nb")


def dump() -> str:
    """Every column of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table} {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def hits(text: str) -> list[str]:
    return [line[:200] for line in text.splitlines() if CANARY.lower() in line.lower() or NUMBER in line]


def files() -> Iterator[tuple[str, str]]:
    for folder in (Path(django_settings.MEDIA_ROOT), Path(django_settings.VAR_DIR) / "broker"):
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes().decode("utf-8", "replace")


def test_a_canary_is_found_nowhere_after_an_erasure(
    house: SimpleNamespace, tombstones: Path, caplog: pytest.LogCaptureFixture
) -> None:
    leave_traces(house)
    assert hits(dump()), "the canary sings before"
    with caplog.at_level(logging.DEBUG):
        erasing.erase(house.kari, NOW, house.samira)
    assert hits(dump()) == []
    assert hits(caplog.text) == []
    assert hits(tombstones.read_text()) == []
    assert [path for path, text in files() if hits(text)] == []
    assert f"'{house.kari.pk}'" not in str([s.get_decoded() for s in _sessions()])


def _sessions() -> Any:
    return apps.get_model("sessions", "Session").objects.all()


def test_what_the_figures_stand_on_stays_without_a_name(house: SimpleNamespace) -> None:
    leave_traces(house)
    old_id = house.kari.opaque_id
    before = [set(model.objects.values_list("pk", flat=True)) for model in (Posting, Completion)]
    erasing.erase(house.kari, NOW, house.samira)
    assert [set(model.objects.values_list("pk", flat=True)) for model in (Posting, Completion)] == before
    shell = Learner.objects.get(pk=house.kari.pk)
    assert (str(shell), shell.opaque_id == old_id, shell.is_active) == (str(shell.opaque_id), False, False)
    assert projection.differences() == []
    projection.rebuild()
    assert Completion.objects.filter(learner=shell).count() == 1


def test_the_link_to_the_log_is_cut_and_the_log_keeps_what_a_completion_rests_on(house: SimpleNamespace) -> None:
    leave_traces(house)
    name = actors.account_name(house.kari)
    erasing.erase(house.kari, NOW, house.samira)
    assert not Actor.objects.filter(name=name).exists()
    told = [json.loads(payload) for payload in Statement.objects.values_list("payload", flat=True)]
    mine = [statement for statement in told if statement["actor"]["account"]["name"] == name]
    assert [statement["verb"]["id"].rpartition("/")[2] for statement in mine] == ["completed"]
    assert str(Completion.objects.get().statement_id) == mine[0]["id"]
    assert Statement.objects.count() == 2  # hers, and Ola's
    assert not Attachment.objects.exists() and not Document.objects.exists()


def test_others_keep_theirs(house: SimpleNamespace) -> None:
    leave_traces(house)
    staff.complete(house.ola, house.mi, timezone.localdate())
    erasing.erase(house.kari, NOW, house.samira)
    house.ola.refresh_from_db()
    assert str(house.ola) == "Ola Dal"
    assert actors.names_of([house.ola.pk])
    (line,) = looks.of(house.ola)
    assert "Kari" not in str(line.viewer)


def test_a_person_from_an_old_backup_is_erased_again(house: SimpleNamespace, tombstones: Path) -> None:
    old_id = house.kari.opaque_id
    erasing.erase(house.kari, NOW, house.samira)
    Erasure.objects.all().delete()  # the backup is older than the erasure: only the file is left
    back = staff.employ("Tilbake", house.halden)
    Learner.objects.filter(pk=back.pk).update(opaque_id=old_id)
    roles.grant(back, RoleGrant.Role.SYSTEM, None, NOW)
    assert retention.keep_limits(NOW)["erased_again"] == 1
    back.refresh_from_db()
    assert (back.given_name, back.is_superuser) == ("", False)
    assert erasing.erase_again(NOW) == 0


def test_the_command_asks_and_erases(house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _said: "no")
    with pytest.raises(CommandError, match="Nothing"):
        call_command("erase_person", NUMBER)
    call_command("erase_person", NUMBER, "--yes", stdout=StringIO())
    assert Learner.objects.get(pk=house.kari.pk).erased_on
    with pytest.raises(CommandError, match="Nobody"):
        call_command("erase_person", NUMBER, "--yes")


def test_the_last_administrator_and_oneself_are_not_erased(house: SimpleNamespace) -> None:
    roles.grant(house.ola, RoleGrant.Role.SYSTEM, None, NOW)
    with pytest.raises(ErasureRefused):
        erasing.erase(house.ola, NOW, house.samira)
    with pytest.raises(ErasureRefused):
        erasing.erase(house.samira, NOW, house.samira)


# --- Time limits ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", sorted(holding.key for holding in holdings() if holding.retention is SHORT))
def test_what_is_kept_for_a_short_time_is_deleted_by_itself(key: str) -> None:
    (holding,) = [holding for holding in holdings() if holding.key == key]
    assert holding.prune, "say how it is deleted: learners.personal_data.older_than_a_year"
    holding.prune(NOW)


def test_leavers_are_erased_after_so_many_years(house: SimpleNamespace) -> None:
    today = timezone.localdate()
    house.ola.employments.update(valid_to=today - dt.timedelta(days=366 * 5))
    house.kari.employments.update(valid_to=today - dt.timedelta(days=364 * 5))
    assert erasing.erase_leavers(NOW, 0) == 0
    assert erasing.erase_leavers(NOW, 5) == 1
    assert erasing.erase_leavers(NOW, 5) == 0
    house.ola.refresh_from_db()
    house.kari.refresh_from_db()
    assert house.ola.erased_on and not house.kari.erased_on


def test_one_who_has_come_back_is_no_leaver(house: SimpleNamespace) -> None:
    today = timezone.localdate()
    house.ola.employments.update(valid_to=today - dt.timedelta(days=366 * 9))
    house.ola.employments.create(valid_from=today, known_from=NOW)
    assert erasing.erase_leavers(NOW, 5) == 0


def test_looks_and_mails_go_after_a_year_and_a_mail_s_words_before(house: SimpleNamespace) -> None:
    long_ago, lately = NOW - dt.timedelta(days=380), NOW - dt.timedelta(days=120)
    looks.record(house.ola, house.kari, "people", "leader", long_ago)
    looks.record(house.ola, house.kari, "people", "leader", lately)
    for key, at in (("old", long_ago), ("late", lately), ("new", NOW)):
        outbox.put(key, house.kari, "Emne", "Tekst", "", at)
    OutgoingMail.objects.update(state="sent")
    outbox.put("waits", house.kari, "Emne", "Tekst", "", long_ago)
    retention.keep_limits(NOW)
    assert [look.week for look in Look.objects.all()] == [looks.week_of(lately)]
    assert dict(OutgoingMail.objects.values_list("key", "text")) == {"late": "", "new": "Tekst", "waits": "Tekst"}
