"""`manage.py seed_demo`: the demo organisation, courses, campaigns, and weeks of activity."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from config.demo.progress import Progress
from config.demo.seed import STAGES, SeedError, seed


class Command(BaseCommand):
    help = "Loads the demo organisation, courses, campaigns, and twelve weeks of activity. Only in demo mode."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--staff", type=int, default=4300, help="people employed today (default: 4300)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same number and day make the same rows (default: 1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demoen lastes bare inn i demomodus. Sett FAGBENK_DEMO=1 på en maskin uten ekte folk.")
        progress = Progress(self.stdout, STAGES)
        password = os.environ.get("FAGBENK_DEMO_PASSWORD")
        try:
            with translation.override("nb"):
                outcome = seed(
                    timezone.now(), options["staff"], options["seed"], password, progress, spare=not settings.TESTING
                )
        except SeedError as error:
            raise CommandError(str(error)) from error
        if not outcome.new:
            self.stdout.write("Demoen er alt lastet inn. Ingenting er endret.")
            return
        progress.end()
        self.stdout.write(
            f"  {outcome.people} ansatte (med dem som har sluttet), {outcome.statements} spor i loggen, "
            f"{outcome.completions} fullføringer. Folk og tall er oppdiktet."
        )
