"""`make_site`: the pages that an installation begins with."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.site import ensure_site
from courses.loader import CONTENT, ensure_catalogue, load


class Command(BaseCommand):
    help = "Make the start pages, the plain pages and the course catalogue where they are missing; nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--courses", action="store_true", help="load the courses that come with Fagbenk too")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_site()
        ensure_catalogue()
        self.stdout.write("The site is there.")
        if options["courses"]:
            for folder in sorted(path.parent for path in CONTENT.glob("*/course.nb.yaml")):
                self.stdout.write(f"The course is there: {load(folder, timezone.localdate())}.")
