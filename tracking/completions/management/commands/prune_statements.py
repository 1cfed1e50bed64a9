"""`manage.py prune_statements [--dry-run]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ... import keeping


class Command(BaseCommand):
    help = "Removes detailed statements older than FAGBENK_STATEMENT_MONTHS; what completions rest on stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        found = keeping.prune_old(at, dry_run=options["dry_run"], most=None)
        for month, count in sorted(found.months.items()):
            self.stdout.write(f"{month}: {count}")
        would = "would go" if options["dry_run"] else "are gone"
        self.stdout.write(f"{found.pruned} statements from before {keeping.too_old(at):%Y-%m-%d} {would}.")
