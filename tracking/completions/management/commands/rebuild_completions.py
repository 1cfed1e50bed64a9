"""`manage.py rebuild_completions [--check]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ... import achievements, projection


class Command(BaseCommand):
    help = "Make the completions from the statements; with --check, only say where they differ (exit code 1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where rows differ")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            self.stdout.write(f"{projection.rebuild()} completions stand. Beside them: {achievements.rebuild()}.")
            return
        found = projection.differences() + achievements.differences()
        for line in found[:50]:
            self.stdout.write(line)
        self.stdout.write(f"{len(found)} differences.")
        if found:
            sys.exit(1)
