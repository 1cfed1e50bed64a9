"""The barometer's page at 500,000 people, 20 campaigns and 2,000 units: time, CPU and rows read, on PostgreSQL.

Cells are what a page reads, so people are there as counts: one row a campaign, part, unit and day, made by the
database itself. `DATABASE_URL=postgres://… python benchmarks/barometer.py [UNITS [CAMPAIGNS]]` makes a database
of its own on that server and drops it. Run it with 20 units and with 2,000 (each has 250 people): the page of a unit
reads what is directly below it, and costs the same.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from pathlib import Path
from statistics import median, quantiles

import ground
from ground import ROOT

WEEKS, ROUNDS = 26, 60
PEOPLE = 250  # in each unit


def fill(units: int, campaigns: int) -> None:
    """Regions of 40 units each below one root; every unit's cells for the Sundays and today, decided."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from courses.models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, CourseVersion
    from learners.models import Unit, UnitPlace
    from tracking.barometer import cells, freshness
    from tracking.barometer.models import Cell, CellDay
    from tracking.completions import following
    from tracking.completions.models import Cursor

    call_command("migrate", verbosity=0)
    at, long_ago = timezone.now(), dt.date(2020, 1, 1)
    known = timezone.now() - dt.timedelta(days=2000)
    root = Unit.objects.create(code="KRIM", name="Tjenesten", kind="service")
    places = [UnitPlace(unit=root, path="/KRIM/", valid_from=long_ago, known_from=known)]
    regions = max(units // 40, 1)
    for number in range(regions):
        region = Unit.objects.create(code=f"R{number}", name=f"Region {number}", kind="region")
        path = f"/KRIM/R{number}/"
        places.append(UnitPlace(unit=region, parent=root, path=path, valid_from=long_ago, known_from=known))
        below = [
            Unit(code=f"R{number}U{n}", name=f"Enhet {number}.{n}", kind="prison") for n in range(units // regions)
        ]
        for unit in Unit.objects.bulk_create(below):
            place = f"{path}{unit.code}/"
            places.append(UnitPlace(unit=unit, parent=region, path=place, valid_from=long_ago, known_from=known))
    UnitPlace.objects.bulk_create(places, batch_size=1000)
    start = cells.last_sunday(at.date()) - dt.timedelta(weeks=WEEKS)
    for number in range(campaigns):
        course = Course.objects.create(code=f"C{number}", title=f"Kurs {number}", subject="mi")
        version = CourseVersion.objects.create(course=course, number=1, published_on=long_ago)
        campaign = Campaign.objects.create(
            slug=f"tiltak-{number}", title=f"Tiltak {number}", public=True, start=start,
            deadline=at.date() + dt.timedelta(weeks=20), target="0.9",
        )  # fmt: skip
        Audience.objects.create(campaign=campaign, valid_from=start, known_from=known)
        CampaignCourse.objects.create(campaign=campaign, course=course)
        AcceptedVersion.objects.create(campaign=campaign, version=version, valid_from=start, known_from=known)
        days = cells.wanted_days(campaign, at)
        made_by = freshness.made_by(campaign)
        CellDay.objects.bulk_create(
            CellDay(campaign=campaign, on=on, known=view, made_by=made_by, counted_at=at, fresh_at=at, settled=True,
                    spread={f"c{number}": 1.4})
            for on, view in days
        )  # fmt: skip
        with connection.cursor() as cursor:
            for on, view in days:
                share = min(max((on - start).days, 0) / 400, 0.9)
                for level in ("prison", "region", "service"):
                    cursor.execute(INSERT, [campaign.pk, f"c{number}", on, view, at, share, units // regions, level])
    Cursor.objects.create(name=following.NAME, moved_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    print(f"{Cell.objects.count():,} cells, {Unit.objects.count():,} units, {units * PEOPLE:,} people as counts")


# A unit counts PEOPLE; those above it the sums of those below (the same share everywhere but for ten per cent).
INSERT = f"""
insert into barometer_cell (campaign_id, part, unit_id, "on", known, counted, completed, on_leave, in_grace, exempt,
  done_on_leave, done_in_grace, done_exempt, flows, parent_id, hidden, sum_shown, told, computed_at)
select a.campaign, a.part, u.id, a."on"::date, a.known, size, floor(size * a.share * (0.9 + (u.id %% 21) / 100.0))::int,
  size / 50, size / 50, 0, 0, 0, 0, '{{}}'::jsonb, p.parent_id, false, true, '[]'::jsonb, a.at
from (select %s::bigint campaign, %s part, %s "on", %s known, %s::timestamptz at, %s::float share, %s::int below) a,
  learners_unit u join learners_unitplace p on p.unit_id = u.id,
  lateral (select {PEOPLE} * case u.kind when 'prison' then 1 when 'region' then a.below
    else (select count(*) from learners_unit x where x.kind = 'prison') end::int size) s
where u.kind = %s
"""


def measure() -> None:
    """Print one line a page: queries, rows that they gave, time and CPU."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    pages = {
        "the service": "/barometer/tiltak-0/",
        "a region": "/barometer/tiltak-3/?unit=R0",
        "a unit": "/barometer/tiltak-5/?unit=R0U1",
        "JSON": "/barometer/tiltak-0.json",
        "all campaigns": "/barometer/",
    }
    print(f"{'page':16} {'queries':>8} {'first ms':>9} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
    for name, address in pages.items():
        asked: list[str] = []

        def count(execute, sql, params, many, context, asked=asked):  # type: ignore[no-untyped-def]
            asked.append(sql)
            return execute(sql, params, many, context)

        cache.clear()
        client.get(address)  # templates are read
        cache.clear()
        began = time.perf_counter()
        response = client.get(address)
        first = (time.perf_counter() - began) * 1000
        assert response.status_code == 200, (address, response.status_code)
        with connection.execute_wrapper(count):
            client.get(address)
        spent, cpu = [], []
        for _ in range(ROUNDS):
            began, busy = time.perf_counter(), time.process_time()
            client.get(address)
            spent.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - busy) * 1000)
        p95 = quantiles(spent, n=20)[-1]
        print(f"{name:16} {len(asked):8} {first:9.0f} {median(spent):8.1f} {p95:8.1f} {median(cpu):8.1f}", flush=True)


def main(url: str, words: list[int]) -> None:
    import django

    ground.collect(Path(os.environ.get("FAGBENK_VAR", ROOT / "var")))
    with ground.own_database(url) as own:
        os.environ["DATABASE_URL"] = own
        django.setup()
        fill(*(words + [2000, 20][len(words) :]))
        measure()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FAGBENK_DEMO", "1")
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        sys.exit(print("The barometer at 500,000 people is measured on PostgreSQL: set DATABASE_URL."))
    main(url, [int(word) for word in sys.argv[1:]])
