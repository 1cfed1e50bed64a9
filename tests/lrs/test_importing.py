"""Another store's history comes in page by page, can be cut off anywhere, and is the same when it comes twice."""

import json
from collections.abc import Iterator
from io import StringIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from lrs_cast import AT, agent, build, voiding
from other_stores import Store, second_store

from tracking.lrs import connecting, importing, query
from tracking.lrs.connections import HistoryImport, ImportRefusal
from tracking.lrs.exceptions import RemoteError
from tracking.lrs.models import Statement
from tracking.lrs.remote import Answer

IDS = [str(uuid4()) for _ in range(230)]


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.EGRESS_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture(scope="module")
def other(tmp_path_factory: Any) -> Iterator[Store]:
    """A store with 230 statements, of which one is voided, and the voiding."""
    with second_store(tmp_path_factory.mktemp("other")) as running:
        for start in range(0, len(IDS), 50):
            running.ask(body=[build(id=one, actor=agent("ola"), timestamp="2024-05-01T10:00:00Z")
                              for one in IDS[start : start + 50]])  # fmt: skip
        running.ask(body=voiding(IDS[3]))
        yield running


@pytest.fixture
def run(db: None, other: Store) -> HistoryImport:
    connecting.allow("127.0.0.1", AT)
    return connecting.add_import("Gammelt", other.endpoint, other.key, other.secret, at=AT, version="2.0.0")


def fetch(run: HistoryImport) -> None:
    importing.fetch(run, timezone.now())
    run.refresh_from_db()


def test_the_whole_history_comes_in_with_its_ids_and_timestamps(run: HistoryImport) -> None:
    fetch(run)
    assert (run.state, run.fetched, run.stored, run.refused) == ("done", 231, 231, 0)
    assert {str(one) for one in Statement.objects.values_list("statement_id", flat=True)} > set(IDS)
    row = query.get(IDS[0])
    assert row
    assert row.timestamp.isoformat() == "2024-05-01T10:00:00+00:00"
    assert row.statement["authority"]["account"]["name"] == f"lrs-import:{run.pk}"


def test_what_was_voided_there_is_voided_here(run: HistoryImport) -> None:
    fetch(run)
    row = query.get(IDS[3])
    assert row
    assert row.voided_at


def test_the_same_history_twice_changes_nothing(run: HistoryImport) -> None:
    fetch(run)
    HistoryImport.objects.update(since=None, more="")
    importing.resume(run)
    fetch(run)
    assert (run.state, run.stored) == ("done", 231)
    assert Statement.objects.count() == 231


def test_an_import_that_is_cut_off_goes_on_where_it_was(run: HistoryImport, monkeypatch: Any) -> None:
    ask, pages = importing._Importer._fetched, []

    def cut(self: Any) -> Answer:
        pages.append(self.run.more)
        if len(pages) == 2:
            raise RemoteError("away", status=503)
        return ask(self)

    monkeypatch.setattr(importing._Importer, "_fetched", cut)
    fetch(run)
    assert (run.state, run.fetched, run.failures) == ("running", 25, 1)  # with attachments a page has 25
    HistoryImport.objects.update(next_try=None)
    fetch(run)
    assert (run.state, run.fetched, run.stored) == ("done", 231, 231)


def test_where_the_next_page_s_address_has_run_out_time_takes_its_place(run: HistoryImport) -> None:
    fetch(run)
    HistoryImport.objects.update(state="running", more="/xapi/statements?after=gone")
    run.refresh_from_db()
    fetch(run)
    assert run.state == "done"
    assert Statement.objects.count() == 231


def test_what_is_new_there_comes_when_the_import_is_resumed(run: HistoryImport, other: Store) -> None:
    fetch(run)
    (new,) = other.ask(body=build(id=str(uuid4())))
    importing.resume(run)
    fetch(run)
    assert query.get(new)


def test_a_statement_that_is_another_one_here_is_refused_and_named(run: HistoryImport) -> None:
    from lrs_cast import PLATFORM

    from tracking.lrs.store import store

    store([build(id=IDS[5], actor=agent("somebody-else"))], authority=PLATFORM, at=AT)
    fetch(run)
    assert (run.state, run.refused) == ("done", 1)
    refusal = ImportRefusal.objects.get()
    assert refusal.statement_id == IDS[5]
    assert "already stored" in refusal.sentence


def test_a_wrong_secret_stops_the_import_and_says_so(db: None, other: Store) -> None:
    connecting.allow("127.0.0.1", AT)
    run = connecting.add_import("Feil", other.endpoint, other.key, "wrong", at=AT)
    fetch(run)
    assert run.state == "stopped"
    assert run.last_error.startswith("401")


BAD_PAGES = {"no JSON": b"<html>", "no statements": b"{}", "an array": b"[]"}


@pytest.mark.parametrize("body", BAD_PAGES.values(), ids=BAD_PAGES)
def test_a_page_that_is_none_is_an_error_and_nothing_is_stored(
    run: HistoryImport, monkeypatch: Any, body: bytes
) -> None:
    monkeypatch.setattr("tracking.lrs.remote.Client.get", lambda self, **query: Answer(200, {}, body))
    fetch(run)
    assert (run.state, run.failures) == ("running", 1)
    assert "cannot be read" in run.last_error


NO_OBJECT = '{"verb":{"id":"http://adlnet.gov/expapi/verbs/voided"},"object":"x"}'
BAD_STATEMENTS = {
    "not an object": "1",
    "no actor": "{}",
    "twice": '{"id":"a","id":"b"}',
    "a verb that is a number": '{"verb":1}',
    "an object that is text": NO_OBJECT,
}


@pytest.mark.parametrize("bad", BAD_STATEMENTS.values(), ids=BAD_STATEMENTS)
def test_a_bad_statement_is_left_out_and_the_others_come_in(run: HistoryImport, monkeypatch: Any, bad: str) -> None:
    good = json.dumps({**build(), "id": str(uuid4()), "timestamp": "2024-05-01T10:00:00Z"})
    page = f'{{"statements":[{bad},{good}],"more":""}}'.encode()
    monkeypatch.setattr("tracking.lrs.remote.Client.get", lambda self, **query: Answer(200, {}, page))
    fetch(run)
    assert (run.state, run.stored, run.refused) == ("done", 1, 1), run.last_error


def test_a_next_page_on_another_host_is_not_fetched(run: HistoryImport) -> None:
    HistoryImport.objects.update(more="https://elsewhere.example/xapi/statements?x=1")
    run.refresh_from_db()
    fetch(run)
    assert "another host" in run.last_error


def test_the_command_fetches_says_how_far_and_goes_on(other: Store, db: None, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(other.secret + "\n")
    out = StringIO()
    begin = ["--endpoint", other.endpoint, "--key", other.key, "--secret-file", str(secret), "--xapi-version", "2.0.0"]
    with pytest.raises(CommandError, match="allowed"):
        call_command("import_statements", "Gammelt", *begin, stdout=out)
    call_command("import_statements", "Gammelt", *begin, "--allow-host", stdout=out)
    assert "231 new" in out.getvalue() or "232 new" in out.getvalue()
    call_command("import_statements", "Gammelt", stdout=out)
    with pytest.raises(CommandError, match="no import called"):
        call_command("import_statements", "Ukjent", stdout=out)
    assert other.secret not in out.getvalue()
