"""Deeds into the record store: the same builders as for real activity, in batches, with a second process to help."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.conf import settings as django_settings
from django.db import connections
from tincan import Agent, AgentAccount, LanguageMap, StatementRef, Verb
from tincan import Statement as TinCanStatement

from tracking import statements, vocabulary
from tracking.lrs.store import store

from .content import Content
from .deeds import Deed, Story

BATCH = 2000
Told = list[tuple[dict[str, Any], dt.datetime]]
Work = tuple[list[Deed], dict[int, statements.Setting]]
Build = Callable[[Iterator[Work]], Iterator[Told]]
_content: dict[tuple[str, str], Content] = {}  # in the building process


def build(work: Work) -> Told:
    """The statements of some deeds, each with the moment at which it was stored."""
    deeds, settings = work
    return [(_statement(deed, settings[deed.setting]), deed.stored) for deed in deeds]


def _statement(deed: Deed, here: statements.Setting) -> dict[str, Any]:
    content = _content[here.course_code, here.language]
    if deed.part < 0:
        return getattr(statements, deed.verb)(here, deed.at)
    lesson = content.parts[deed.part]
    part = statements.Part(lesson.key, lesson.title, quiz=deed.part == len(content.lessons))
    if deed.verb == "experienced":
        return statements.experienced(here, part, deed.at)
    if deed.verb == "answered":
        question = lesson.questions[deed.question]
        return statements.answered(here, part, question, deed.response, deed.correct, deed.number, deed.at)
    judged = {"passed": statements.passed, "failed": statements.failed}[deed.verb]
    return judged(here, part, deed.scaled, deed.number, deed.at)


@contextmanager
def builder(content: dict[tuple[str, str], Content], spare_process: bool) -> Iterator[Build]:
    """Something that builds batches in order: in another process where there is a processor for it.

    To be opened outside a transaction: the other process is a copy of this one, so nothing may be open in it.
    """
    if not spare_process or (os.cpu_count() or 1) < 2 or "fork" not in multiprocessing.get_all_start_methods():
        _take_content(content)
        yield lambda works: map(build, works)
        return
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(1, _take_content, (content,)) as pool:
        yield lambda works: _ahead(pool, works)


def _take_content(content: dict[tuple[str, str], Content]) -> None:
    _content.update(content)


def _ahead(pool: Any, works: Iterator[Work]) -> Iterator[Told]:
    """Results in order, with at most three batches under way."""
    under_way = [pool.apply_async(build, (work,)) for work in islice(works, 3)]
    while under_way:
        yield under_way.pop(0).get()
        under_way += [pool.apply_async(build, (work,)) for work in islice(works, 1)]


def tell(story: Story, build_all: Build, progress: Callable[[int], None]) -> int:
    """Store a statement for each deed; returns how many."""
    told = 0
    for batch in build_all(_works(story)):
        store([s for s, _ in batch], authority=statements.authority(), at=[at for _, at in batch], trusted=True)
        told += len(batch)
        progress(told)
    return told


def _works(story: Story) -> Iterator[Work]:
    for first in range(0, len(story.deeds), BATCH):
        deeds = story.deeds[first : first + BATCH]
        yield deeds, {deed.setting: story.settings[deed.setting] for deed in deeds}


def void_some(story: Story, voider: uuid.UUID, latest: dt.datetime, seed: int, count: int = 2) -> int:
    """A few completions told by mistake are voided some days later, before `latest`; returns how many."""
    rng = random.Random(f"voided:{seed}")  # noqa: S311
    old = [d for d in story.deeds if d.verb == "completed" and d.at < latest - dt.timedelta(days=20)]
    for deed in rng.sample(old, min(count, len(old))):
        target = statements.completed(story.settings[deed.setting], deed.at)["id"]
        at = deed.at + dt.timedelta(days=rng.randint(4, 12), minutes=rng.randint(0, 90))
        store([_voiding(target, voider, at)], authority=statements.authority(), at=at)
    return min(count, len(old))


def _voiding(target: str, voider: uuid.UUID, at: dt.datetime) -> dict[str, Any]:
    return TinCanStatement(
        id=uuid.uuid5(statements.NAMESPACE, f"voided:{target}"),
        actor=Agent(account=AgentAccount(name=str(voider), home_page=django_settings.XAPI_BASE)),
        verb=Verb(id=vocabulary.VOIDED, display=LanguageMap(en="voided", nb="annullerte", nn="annullerte")),
        object=StatementRef(id=target),
        timestamp=at,
    ).as_version(statements.VERSION)


def expected(deeds: Sequence[Deed]) -> dict[str, int]:
    """How many deeds of each verb."""
    counts: dict[str, int] = {}
    for deed in deeds:
        counts[deed.verb] = counts.get(deed.verb, 0) + 1
    return counts
