"""`people_key NAME`: a bearer key for /scim/v2/ or /api/v1/."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from learners import keys
from learners.models import MachineKey


class Command(BaseCommand):
    help = "Makes a key for /scim/v2/ or /api/v1/ and prints it, once; or revokes those of a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who will use it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=MachineKey.Scope.values,
            help="may be given more than once; default: scim",
        )
        parser.add_argument("--revoke", action="store_true", help="the keys of this name open nothing from now on")

    def handle(self, *args: Any, **options: Any) -> None:
        at, name = timezone.now(), options["name"]
        if options["revoke"]:
            found = MachineKey.objects.filter(name=name, revoked_at=None)
            if not found:
                raise CommandError(f"There is no key called {name}.")
            for key in found:
                keys.revoke(key, at)
            return
        _key, token = keys.create(name, options["scope"] or [keys.Scope.SCIM], at)
        self.stdout.write(token)
