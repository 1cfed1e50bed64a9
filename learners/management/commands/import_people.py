"""`import_people FILE`: people, units and postings from CSV or XLSX."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from learners.importing import mending, running, telling, values
from learners.importing.faults import FileRefused
from learners.models import ImportMapping, Learner

MOST_SAID = 50  # faults on the screen; all of them are in the file that --errors names


class Command(BaseCommand):
    help = "Imports people, units and postings from a CSV or XLSX file. docs/people.md has the columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument("--full", action="store_true", help="the file has everybody: who is not in it has left")
        kind.add_argument("--changes", action="store_true", help="the file says only what has changed (default)")
        parser.add_argument(
            "--on", metavar="DATE", help="the day from which changes without a date hold; default: today"
        )
        parser.add_argument("--mapping", metavar="NAME", help="a saved mapping of columns")
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADER=FIELD", help="what a column is; may be repeated"
        )
        parser.add_argument(
            "--max-gone", type=float, default=running.MOST_GONE, metavar="PERCENT",
            help=f"stop where more of those employed would disappear; default: {running.MOST_GONE:g}",
        )  # fmt: skip
        parser.add_argument("--errors", type=Path, metavar="FILE.xlsx", help="write the bad rows there, to be mended")
        parser.add_argument("--by", metavar="EMAIL", help="who imports, for the log")

    def handle(self, *args: Any, **options: Any) -> None:
        order = self._order(options)
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(_("The file %(file)s cannot be read.") % {"file": path}) from error
        by = self._person(options["by"])
        try:
            report = running.run(content, order, timezone.now(), file_name=path.name, by=by, source="import_people")
        except FileRefused as reason:
            raise CommandError(_("%(reason)s Nothing is changed.") % {"reason": reason}) from reason
        self.stdout.write("\n".join(telling.lines(report)))
        if not report.succeeded:
            self._fail(report, options["errors"])

    def _order(self, options: dict[str, Any]) -> running.Order:
        mapping = dict(self._mapping(options["mapping"]))
        for pair in options["column"]:
            header, equals, field = pair.rpartition("=")
            if not equals:
                raise CommandError(_("“%(pair)s” is not HEADER=FIELD.") % {"pair": pair})
            mapping[header] = field
        if not 0 <= options["max_gone"] <= 100:
            raise CommandError(_("--max-gone is a share between 0 and 100 per cent."))
        return running.Order(
            self._day(options["on"]), options["full"], options["max_gone"], mapping, options["dry_run"]
        )

    def _day(self, said: str | None) -> dt.date:
        try:
            return (values.day(said) if said else None) or timezone.localdate()
        except values.WrongValue as reason:
            raise CommandError(f"--on: {reason}") from reason

    def _mapping(self, name: str | None) -> dict[str, str]:
        if name is None:
            return {}
        found = ImportMapping.objects.filter(name=name).first()
        if found is None:
            raise CommandError(_("There is no mapping called “%(name)s”.") % {"name": name})
        return found.columns

    def _person(self, email: str | None) -> Learner | None:
        if email is None:
            return None
        found = Learner.objects.filter(email=email.lower()).first()
        if found is None:
            raise CommandError(_("Nobody has the e-mail address %(email)s.") % {"email": email})
        return found

    def _fail(self, report: running.Report, errors: Path | None) -> None:
        for fault in report.faults[:MOST_SAID]:
            self.stderr.write(telling.fault(fault))
        if errors is not None and report.faults:
            errors.write_bytes(mending.as_xlsx(report))
            self.stderr.write(_("The bad rows are in %(file)s.") % {"file": errors})
        raise CommandError(telling.why_not(report))
