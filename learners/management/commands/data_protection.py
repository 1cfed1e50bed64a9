"""Write docs/data_protection.md, or say with --check whether it is up to date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from learners.data_protection import page


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is out of date")

    def handle(self, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "data_protection.md"
        wanted = page()
        if not check:
            path.write_text(wanted, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
            raise CommandError("docs/data_protection.md is out of date: run manage.py data_protection.")
