"""`weekly_report`: builds one week's report, writes its files, sends it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from learners import outbox
from learners.models import Unit

from ....barometer.figures import root_unit
from ... import mail
from ...exceptions import NotSent, ReportError
from ...files import MEDIA_TYPES, file
from ...making import content_of, is_settled
from ...weeks import Week, asked_for, newest_closed


class Command(BaseCommand):
    help = (
        "Builds the report of a week (default: the last ended one) for a unit (default: the whole service). "
        "The report of an ended week is stored once; the unfinished week gives provisional files, which are neither "
        "stored nor sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--week", metavar="2026-W47")
        parser.add_argument("--unit", metavar="CODE")
        parser.add_argument("--output", type=Path, metavar="DIR", help="write 2026-W47-CODE.pdf, .xlsx and .json there")
        parser.add_argument("--send", action="store_true", help="send it by mail to those who manage the unit")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            week = newest_closed(at) if options["week"] is None else asked_for(options["week"], at)
            self._report(week, self._unit(options["unit"], week), options["output"], options["send"])
        except ReportError as error:
            raise CommandError(str(error)) from error

    def _unit(self, code: str | None, week: Week) -> Unit:
        try:
            return root_unit(week.sunday) if code is None else Unit.objects.get(code=code)
        except Unit.DoesNotExist as error:
            said = "There are no units yet." if code is None else f"There is no unit “{code}”."
            raise CommandError(said) from error

    def _report(self, week: Week, unit: Unit, output: Path | None, send: bool) -> None:
        at = timezone.now()
        if send and not is_settled(week, at):
            raise NotSent(f"Week {week.name} is not finished: its report is not sent. Leave out --send for the files.")
        content, report = content_of(week, unit, at)
        self.stdout.write(f"{week.name} {unit.name}: {'provisional, not stored' if report is None else 'stored'}")
        if output:
            for path in write(content, report, output):
                self.stdout.write(str(path))
        if send and report:
            new = mail.put(report, at)
            sent = outbox.send_due(at)
            self.stdout.write(f"{new} new mails in the outbox, {sent} sent.")


def write(content: dict[str, Any], report: Any, folder: Path) -> list[Path]:
    """The three files in `folder`, which is made where it is missing."""
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in MEDIA_TYPES:
            some = file(kind, content, report)
            path = folder / some.name
            path.write_bytes(some.data)
            paths.append(path)
    except OSError as error:
        raise CommandError(f"The files could not be written to {folder}: {error.strerror}.") from error
    return paths
