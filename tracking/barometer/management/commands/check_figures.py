"""`check_figures`: counts every stored figure anew and says where it differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.models import Campaign
from learners.models import Posting, Unit

from ... import checking
from ...models import Checked


class Command(BaseCommand):
    help = (
        "Counts the stored figures of every campaign anew, unit by unit, and exits 1 where one differs. "
        "With --mend the campaigns that differ are counted again and stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="count again and store what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        units = Unit.objects.filter(pk__in=Posting.objects.values("unit"))
        for campaign in Campaign.objects.filter(start__lte=timezone.localdate()):
            wrong = [unit for unit in units if checking.check(campaign, unit.pk, at)]
            if wrong and options["mend"]:
                checking.mend(campaign, at)
                self.stdout.write(f"{campaign.slug}: counted again.")
        self._tell()

    def _tell(self) -> None:
        found = list(Checked.objects.filter(is_wrong=True).select_related("campaign"))
        codes = dict(Unit.objects.values_list("pk", "code"))
        # A sum that differs is met again from every unit below it, and is told once.
        for line in dict.fromkeys(_line(row.campaign, one, codes) for row in found for one in row.differs):
            self.stdout.write(line)
        if found:
            raise CommandError("Figures differ from a count anew. See docs/operations.md, “When figures differ”.")
        self.stdout.write("Every stored figure is what a count anew gives.")


def _line(campaign: Campaign, one: checking.Difference, codes: dict[int, str]) -> str:
    numbers = ", ".join(f"{name} {one['stored'][name]}, counted anew {one['counted'][name]}" for name in one["stored"])
    unit = codes.get(one["unit"], one["unit"])
    return f"{campaign.slug}, {one['part']}, {unit}, {one['on']} (known={one['known']}): stored {numbers}"
