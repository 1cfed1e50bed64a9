"""`lrs_credential NAME`: a key for another system."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracking.lrs import credentials
from tracking.lrs.exceptions import LrsError
from tracking.lrs.models import DEFAULT_SCOPES, Scope


class Command(BaseCommand):
    help = "Makes a key for /xapi/ and prints KEY SECRET, once. The same name again is a new key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who will use it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help=f"may be given more than once; default: {', '.join(DEFAULT_SCOPES)}",
        )
        parser.add_argument("--per-minute", type=int, help="how many requests a minute; default: the installation's")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = options["scope"] or list(DEFAULT_SCOPES)
        per_minute = options["per_minute"]
        if per_minute is not None and per_minute < 1:
            raise CommandError("--per-minute must be at least 1.")
        try:
            credential, secret = credentials.create(
                options["name"], at=timezone.now(), scopes=scopes, per_minute=per_minute
            )
        except LrsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{credential.key} {secret}")
