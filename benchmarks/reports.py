"""All reports of one week for a hundred units: how long it takes, and how much memory.

The week is made in a process of its own on the demo's database, inside a transaction that is taken back. Beside it
stands the same number of bare figures, counted in turn in the same process, and the ratio; so a busy machine changes
both. `python benchmarks/reports.py [STAFF]`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

from pages import ROOT, SIZES, prepare

UNITS = 100
SECONDS, MEGABYTES = 300, 512  # what is promised


def measure() -> None:
    """Print one line: reports, seconds, seconds a report, of which bare figures, peak memory."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from learners.models import Unit, UnitPlace
    from tracking.barometer.figures import figures_of_parts
    from tracking.reports.files import file
    from tracking.reports.making import Round, campaigns_of
    from tracking.reports.models import WeeklyReport
    from tracking.reports.weeks import newest_closed

    at = timezone.now()
    week = newest_closed(at)
    placed = UnitPlace.objects.on(week.sunday).known().values("unit")
    units = list(Unit.objects.filter(pk__in=placed).order_by("code")[:UNITS])
    with transaction.atomic():
        WeeklyReport.objects.filter(week=week.name).delete()
        began, making = time.process_time(), Round(week, at)
        made = [making.make(unit)[0] for unit in units]
        took = time.process_time() - began
        began = time.process_time()
        for unit in units:
            for campaign in campaigns_of(week, week.sunday):
                figures_of_parts(campaign, unit, week.sunday, "then", at)
        bare = time.process_time() - began
        began = time.process_time()
        sizes = [len(file("pdf", report.content, report).data) for report in made[:10]]
        pdf = (time.process_time() - began) / 10
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(made)} reports: {took:.1f} s CPU, {1000 * took / len(made):.0f} ms each "
        f"({took / bare:.1f} times its bare figures), a PDF {1000 * pdf:.0f} ms and {max(sizes) // 1024} kB, "
        f"peak {peak:.0f} MiB; for {UNITS} units {took * UNITS / len(made):.0f} s of {SECONDS}, {MEGABYTES} MiB allowed"
    )


def main(sizes: list[int]) -> None:
    for staff in sizes:
        print(f"{staff} staff", flush=True)
        subprocess.run([sys.executable, __file__, "measure"], cwd=ROOT, env=prepare(staff), check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        measure()
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES[:1]))
