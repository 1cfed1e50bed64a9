"""Learner <-> xAPI actor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from learners.models import Learner

from .models import Actor, FormerLink


def account_name(learner: Learner) -> str:
    """The account name that new statements about `learner` carry; made at need."""
    mine = list(Actor.objects.filter(learner=learner).order_by("name"))
    if mine:  # of a merged record's names, the learner's own
        return str(next((actor for actor in mine if actor.name == learner.opaque_id), mine[0]).name)
    actor, _ = Actor.objects.get_or_create(name=learner.opaque_id, defaults={"learner": learner})
    return str(actor.name)


def ensure_actors(learners: Iterable[Learner]) -> None:
    """Give each of `learners` an actor, in bulk."""
    Actor.objects.bulk_create(
        [Actor(name=x.opaque_id, learner=x) for x in learners], ignore_conflicts=True, batch_size=500
    )


def names_of(learner_ids: Collection[int]) -> list[str]:
    """Every account name of the given learners."""
    return [str(name) for name in Actor.objects.filter(learner_id__in=learner_ids).values_list("name", flat=True)]


def learners_by_name(names: Collection[str] | None = None) -> dict[str, int]:
    """Learner ids by account name, of all actors or of `names`."""
    actors = Actor.objects.all() if names is None else Actor.objects.filter(name__in=[n for n in names if _is_uuid(n)])
    return {str(name): learner_id for name, learner_id in actors.values_list("name", "learner_id")}


class Link(NamedTuple):
    """The name was the learner's from `since` to before `until`; None: from the beginning, until today."""

    learner_id: int
    since: dt.datetime | None
    until: dt.datetime | None


def names_ever(learner_id: int) -> list[str]:
    """Every account name that is or was the learner's."""
    now = Actor.objects.filter(learner=learner_id).values_list("name", flat=True)
    former = FormerLink.objects.filter(learner=learner_id).values_list("actor_id", flat=True)
    return sorted({str(name) for name in (*now, *former)})


def links(names: Collection[str] | None = None) -> dict[str, list[Link]]:
    """Whose each account name is and was, of all actors or of `names`."""
    actors, former = Actor.objects.all(), FormerLink.objects.all()
    if names is not None:
        known = [UUID(name) for name in names if _is_uuid(name)]
        actors, former = actors.filter(name__in=known), former.filter(actor__in=known)
    found: dict[str, list[Link]] = {}
    for name, learner_id, since in actors.values_list("name", "learner_id", "linked_at"):
        found[str(name)] = [Link(learner_id, since, None)]
    for name, learner_id, since, until in former.values_list("actor_id", "learner_id", "since", "until"):
        found.setdefault(str(name), []).append(Link(learner_id, since, until))
    return found


@transaction.atomic
def relink(of: Learner, to: Learner, names: Collection[str], at: dt.datetime) -> list[str]:
    """From `at` on the account names are `to`'s; returns those that were `of`'s. What was known before stays so."""
    moved = []
    for actor in Actor.objects.filter(learner=of, name__in=[name for name in names if _is_uuid(name)]):
        FormerLink.objects.create(actor=actor, learner=of, since=actor.linked_at, until=at)
        actor.learner, actor.linked_at = to, at
        actor.save(update_fields=["learner", "linked_at"])
        moved.append(str(actor.name))
    return moved


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
