"""Detailed statements go after their time; what completions rest on stays, with what voids it, and rebuilds."""

import datetime as dt
import hashlib
from io import StringIO
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone
from lrs_cast import FOLLOWING, HOME, PLATFORM, agent, build, voiding

from tests import staff
from tracking import statements, vocabulary
from tracking.completions import achievements, keeping, projection
from tracking.completions.models import Achievement, Completion
from tracking.identities import activities, people
from tracking.lrs import attachments, query
from tracking.lrs.keys import iri_key
from tracking.lrs.models import Attachment, Reference, Statement, StatementActivity, StatementAgent
from tracking.lrs.multipart import Part
from tracking.lrs.pruning import prune
from tracking.lrs.store import store

pytestmark = pytest.mark.django_db
OLD = dt.datetime(2023, 5, 4, 10, tzinfo=dt.UTC)
BEFORE = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
NEW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
COURSE = build()["object"]["id"]
KEPT = Q(object_key=iri_key(COURSE))
NOTHING = Q(pk=None)
ELSEWHERE = {"id": f"{HOME}/elsewhere"}


def put(*said: dict[str, Any], at: dt.datetime = OLD) -> list[str]:
    return store(list(said), authority=PLATFORM, at=at)


def left() -> set[str]:
    return {str(one) for one in Statement.objects.values_list("statement_id", flat=True)}


def test_what_is_older_goes_and_what_is_newer_stays() -> None:
    put(build(), build())
    (new,) = put(build(), at=NEW)
    (edge,) = put(build(), at=BEFORE)
    assert prune(BEFORE, NOTHING).pruned == 2
    assert left() == {new, edge}


def test_links_references_and_attachments_go_too() -> None:
    content = b"bytes"
    sha2 = hashlib.sha256(content).hexdigest()
    meant = {"usageType": "urn:x", "display": {"nb": "f"}, "contentType": "text/plain", "length": 5, "sha2": sha2}
    said = build(attachments=[meant])
    ids = put(said)
    attachments.keep([said], ids, {sha2: Part({}, content)})
    put(voiding(ids[0]))
    put(build(object={"objectType": "StatementRef", "id": ids[0]}, actor=agent("ola")))
    prune(BEFORE, NOTHING)
    for model in (Statement, StatementAgent, StatementActivity, Reference, Attachment):
        assert not model.objects.exists(), model  # type: ignore[attr-defined]


def test_what_is_rested_on_stays_with_all_its_links() -> None:
    kept, _ = put(build(), build(object=ELSEWHERE))
    prune(BEFORE, KEPT)
    assert left() == {kept}
    assert StatementAgent.objects.count() == 2
    assert StatementActivity.objects.count() == 1


def test_a_voiding_stays_as_long_as_what_it_voids() -> None:
    kept, gone = put(build(), build(object=ELSEWHERE))
    (young,) = put(build(object=ELSEWHERE), at=NEW)
    stays, goes, waits, lonely = put(voiding(kept), voiding(gone), voiding(young), voiding(str(uuid4())))
    prune(BEFORE, KEPT)
    assert left() == {kept, young, stays, waits}
    row = query.get(kept)
    assert row
    assert row.voided_at
    assert {goes, lonely, gone}.isdisjoint(left())


def test_a_young_voiding_of_what_has_gone_goes_in_its_own_time() -> None:
    (gone,) = put(build(object=ELSEWHERE))
    (late,) = put(voiding(gone), at=NEW)
    prune(BEFORE, KEPT)
    assert left() == {late}
    prune(NEW + dt.timedelta(days=1), KEPT)
    assert left() == set()


def test_a_dry_run_says_how_many_by_month_and_removes_nothing() -> None:
    put(build(object=ELSEWHERE), build(object=ELSEWHERE))
    put(build(object=ELSEWHERE), at=OLD + dt.timedelta(days=40))
    found = prune(BEFORE, KEPT, dry_run=True)
    assert (found.pruned, found.months) == (3, {"2023-05": 2, "2023-06": 1})
    assert Statement.objects.count() == 3


def test_many_go_in_batches_and_no_more_than_asked_for(monkeypatch: Any) -> None:
    monkeypatch.setattr("tracking.lrs.pruning.BATCH", 3)
    put(*(build(actor=agent(f"n{n}")) for n in range(10)))
    found = prune(BEFORE, NOTHING, most=7)
    assert (found.pruned, found.done) == (6, False)
    assert prune(BEFORE, NOTHING).pruned == 4
    assert not StatementAgent.objects.exists()


@FOLLOWING
def test_the_log_s_followers_go_on_where_they_were() -> None:
    put(build(), build())
    _, cursor = query.after("")
    prune(BEFORE, NOTHING)
    (new,) = put(build(), at=NEW)
    rows, _ = query.after(cursor)
    assert [str(row.statement_id) for row in rows] == [new]


@pytest.fixture
def service() -> SimpleNamespace:
    """Ola with an answer, a completion, one that was voided and a renewal; all from before the time limit."""
    mi, ola = staff.course("MI"), staff.employ("Ola", staff.unit("HALDEN"))
    mi.versions.update(published_on=dt.date(2020, 1, 1), validity_months=12)
    name = people.account_name(ola)
    told = []
    for number, day in enumerate((0, 20, 350)):
        at = OLD + dt.timedelta(days=day)
        here = statements.Setting(name, str(uuid4()), f"s{number}", "MI", "MI", 1, "nb")
        told += [(statements.launched(here, at), at), (statements.completed(here, at), at)]
    ids = [put(said, at=at)[0] for said, at in told]
    put(voiding(ids[3]), at=OLD + dt.timedelta(days=30))
    projection.rebuild()
    return SimpleNamespace(mi=mi, ola=ola, ids=ids)


def test_completions_are_rebuilt_the_same_from_what_is_left(service: SimpleNamespace) -> None:
    before = list(Completion.objects.order_by("known_from", "completed_on").values_list(*projection.FIELDS))
    assert len(before) == 3
    found = keeping.prune_old(timezone.now())
    assert found.pruned == 3  # launched, three times
    assert projection.differences() == []
    projection.rebuild()
    after = list(Completion.objects.order_by("known_from", "completed_on").values_list(*projection.FIELDS))
    assert after == before


def test_what_achievements_rest_on_stays_too(service: SimpleNamespace) -> None:
    """A course's e-learning, and a gathering that somebody attended."""
    name = people.account_name(service.ola)
    for verb, iri in (
        (vocabulary.COMPLETED, activities.elearning_iri("MI")),
        (vocabulary.ATTENDED, activities.gathering_iri("samling")),
    ):
        put(build(actor=agent(name), verb={"id": verb}, object={"id": iri}))
    projection.rebuild()
    achievements.refresh(service.ola.pk, activities.elearning_iri("MI"))
    achievements.refresh(service.ola.pk, activities.gathering_iri("samling"))
    stand = Achievement.objects.count()
    keeping.prune_old(timezone.now())
    assert stand == 2
    assert achievements.differences() == []
    achievements.rebuild()
    assert Achievement.objects.count() == stand


def test_statements_are_kept_for_so_many_months_by_oslo_s_days(settings: Any) -> None:
    settings.STATEMENT_MONTHS = 3
    at = dt.datetime(2026, 5, 31, 22, 30, tzinfo=dt.UTC)  # 1 June in Oslo
    assert keeping.too_old(at) == dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC)


def test_the_command_says_what_goes_and_with_dry_run_only_says_it(service: SimpleNamespace) -> None:
    said = StringIO()
    call_command("prune_statements", "--dry-run", stdout=said)
    assert "3 statements from before" in said.getvalue()
    assert "would go" in said.getvalue()
    assert Statement.objects.count() == 7
    call_command("prune_statements", stdout=said)
    assert Statement.objects.count() == 4


def test_the_nightly_task_prunes(service: SimpleNamespace) -> None:
    from tracking.tasks import prune_statements

    prune_statements.delay()
    assert Statement.objects.count() == 4
