"""`import_statements NAME`: another record store's history into ours; the same command again goes on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracking.lrs import connecting, importing
from tracking.lrs.connections import VERSIONS, HistoryImport
from tracking.lrs.exceptions import LrsError


class Command(BaseCommand):
    help = "Fetches another record store's history. Begun with --endpoint; without it, goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what this import is called here")
        parser.add_argument("--endpoint", help="the other store's address, such as https://lrs.example.org/xapi/")
        parser.add_argument("--key", default="", help="the key that the other store has given us")
        parser.add_argument(
            "--secret-file", type=Path, help="a file with the key's secret: on a command line all see it"
        )
        parser.add_argument("--xapi-version", choices=[value for value, _ in VERSIONS], default="1.0.3")
        parser.add_argument("--allow-host", action="store_true", help="put its host on the list of allowed hosts")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._begun(options) if options["endpoint"] else self._known(options["name"])
        except (LrsError, OSError) as error:
            raise CommandError(str(error)) from error
        while run.state == HistoryImport.State.RUNNING:
            before = run.fetched
            importing.fetch(run, timezone.now(), seconds=5)
            run.refresh_from_db()
            self.stdout.write(f"{run.fetched} fetched, {run.stored} new, {run.refused} refused")
            if run.last_error or (run.fetched == before and run.state == HistoryImport.State.RUNNING):
                why = run.last_error or "Somebody else works on it just now."
                raise CommandError(f"{why} What is stored is stored; the same command goes on from here.")

    def _begun(self, options: dict[str, Any]) -> HistoryImport:
        if not options["secret_file"]:
            raise CommandError("--secret-file is missing.")
        secret = options["secret_file"].read_text(encoding="utf-8").strip()
        if options["allow_host"]:
            connecting.allow_endpoint(options["endpoint"], timezone.now())
        return connecting.add_import(
            options["name"],
            options["endpoint"],
            options["key"],
            secret,
            at=timezone.now(),
            version=options["xapi_version"],
        )

    def _known(self, name: str) -> HistoryImport:
        run = HistoryImport.objects.filter(name=name).first()
        if run is None:
            raise CommandError(f"There is no import called {name!r}: begin it with --endpoint.")
        importing.resume(run)
        run.refresh_from_db()
        return run
