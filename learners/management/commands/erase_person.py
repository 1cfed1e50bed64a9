"""Erase a person, or apply the tombstones again after a restore."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from learners import erasing
from learners.exceptions import ErasureRefused
from learners.models import Learner


class Command(BaseCommand):
    help = "Erase a person (HR number, e-mail or opaque id), or with --again whoever a restored backup brought back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", nargs="?", help="HR number, e-mail address or opaque id")
        parser.add_argument("--again", action="store_true", help="apply the tombstones again, after a restore")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, person: str | None, again: bool, yes: bool, **options: Any) -> None:
        if again == bool(person):
            raise CommandError("Name one person, or say --again.")
        if again:
            self.stdout.write(f"{erasing.erase_again(timezone.now())} erased again")
            return
        learner = self._found(str(person))
        if not yes and input(f"Erase {learner}? It cannot be undone. Write ERASE: ") != "ERASE":
            raise CommandError("Nothing is erased.")
        try:
            erasing.erase(learner, timezone.now(), None)
        except ErasureRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("1 erased")

    def _found(self, said: str) -> Learner:
        wanted = Q(hr_number=said) | Q(email__iexact=said)
        if erasing.is_opaque_id(said):
            wanted |= Q(opaque_id=said)
        found = list(Learner.objects.filter(wanted)[:2])
        if len(found) != 1:
            raise CommandError("Nobody is known by that." if not found else "Two people are known by that.")
        return found[0]
