"""Learner <-> xAPI actor."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from learners.models import Learner

from .models import Actor


def account_name(learner: Learner) -> str:
    """The account name that new statements about `learner` carry; made at need."""
    existing = Actor.objects.filter(learner=learner).order_by("name").first()
    if existing:
        return str(existing.name)
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


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
