"""A member's draft and what becomes of it. No text is lost: what must not overwrite the draft is put aside."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from learners.policy import has_left

from ..exceptions import WorkRefused
from ..models import CohortMember, Handin, Part, Work
from . import standing

MOST = 60_000  # characters: some twenty pages


def tidy(text: str) -> str:
    """As it is stored: line breaks of one kind, and no null characters, which PostgreSQL does not take.

    Raises WorkRefused for more than MOST characters.
    """
    found = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(found) > MOST:
        raise WorkRefused("long")
    return found


def of(member: CohortMember, part: Part) -> Work:
    """The member's work for the part, made where there is none."""
    return Work.objects.get_or_create(member=member, part=part)[0]


@transaction.atomic
def save(work: Work, text: str, revision: int, at: dt.datetime, *, own: bool = True) -> bool:
    """Store the draft; False: it was put aside, for it was written on an older one (`revision`), or not by its owner's
    own session (`own`). The same text again changes nothing."""
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if text == locked.draft and own:
        work.draft, work.revision = locked.draft, locked.revision
        return True
    if not own or revision != locked.revision:
        if text.strip() and text != locked.draft:
            locked.aside = text
            locked.save(update_fields=["aside"])
        return False
    locked.draft, locked.drafted_at, locked.revision = text, at, locked.revision + 1
    locked.save(update_fields=["draft", "drafted_at", "revision"])
    work.draft, work.drafted_at, work.revision = locked.draft, locked.drafted_at, locked.revision
    return True


@transaction.atomic
def take_aside(work: Work, at: dt.datetime) -> None:
    """The text that was put aside becomes the draft, and the draft is put aside instead."""
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if locked.aside:
        locked.draft, locked.aside = locked.aside, locked.draft
        locked.drafted_at, locked.revision = at, locked.revision + 1
        locked.save()


def drop_aside(work: Work) -> None:
    Work.objects.filter(pk=work.pk).update(aside="")


@transaction.atomic
def hand_in(work: Work, at: dt.datetime) -> Handin:
    """Hand in the draft as it is stored. Handed in before, and just so: that one again.

    Raises WorkRefused: "empty", "passed", "over", "left" (the class), "ended" (the employment).
    """
    locked = Work.objects.select_for_update(of=("self",)).select_related(
        "member__cohort", "member__learner", "part"
    ).get(pk=work.pk)  # fmt: skip
    found = standing.standing(locked.member, locked.part)
    files = list(locked.files.filter(in_draft=True))
    _may_hand_in(locked, found, bool(files), timezone.localdate(at))
    if found.newest and found.state == standing.WAITS and _is_same(locked, found.newest, [one.pk for one in files]):
        return found.newest
    made = Handin.objects.create(
        work=locked, number=found.newest.number + 1 if found.newest else 1, text=locked.draft, handed_in_at=at
    )
    made.files.set(files)
    return made


def closed(member: CohortMember, on: dt.date) -> str:
    """Why the member hands in nothing more at all: "left" (the class), "ended" (the employment); empty: may."""
    if member.left_at is not None:
        return "left"
    return "ended" if has_left(member.learner, on) else ""


def _may_hand_in(work: Work, found: standing.Standing, has_files: bool, on: dt.date) -> None:
    if why := closed(work.member, on):
        raise WorkRefused(why)
    if found.state == standing.PASSED:
        raise WorkRefused("passed")
    if found.is_over(on):
        raise WorkRefused("over")
    if not work.draft.strip() and not has_files:
        raise WorkRefused("empty")


def _is_same(work: Work, newest: Handin, files: list[int]) -> bool:
    return newest.text == work.draft and sorted(newest.files.values_list("pk", flat=True)) == sorted(files)


def give_time(work: Work, until: dt.date, by: object) -> None:
    """A date of the member's own, earlier or later than the class's."""
    Work.objects.filter(pk=work.pk).update(due_on=until, due_by=by)
