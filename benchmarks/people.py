"""The import of 50,000 people, and a reorganisation that moves a fifth of them, beside bare INSERTs of as many rows.

`python benchmarks/people.py [PEOPLE]` on SQLite below the state folder, or on the database that DATABASE_URL names: it
makes a database of its own there and drops it.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AT = dt.datetime(2026, 11, 16, 3, tzinfo=dt.UTC)
UNITS = 70


def content(people: int, surname: str = "Dal") -> bytes:
    """A full picture: one position each, in 70 units below 5 regions."""
    lines = ["HR-nummer;Fornavn;Etternavn;E-post;Ansatt fra;Enhetskode;Enhetsnavn;Overordnet enhet;Stilling"]
    for number in range(people):
        unit, region = number % UNITS, number % 5
        lines.append(
            f"D{number:06};{given(number)};{surname};k{number}@fagbenk.example;01.08.{2000 + number % 26};"
            f"E{unit:02};Enhet {unit};R{unit % 5 if unit else region};Stilling {number % 12}"
        )
    return "\n".join(lines).encode()


def given(number: int) -> str:
    """A name of letters only, another one for each number."""
    return "Kari" + "".join("abcdefghij"[int(digit)] for digit in str(number))


def timed(what: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall, and of this process's CPU: on a busy machine only the second tells."""
    began, cpu = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - began, time.process_time() - cpu


def main(people: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FAGBENK_DEMO", "1")
    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measure(people)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(people: int) -> None:
    from learners.importing import running
    from learners.importing.running import Order
    from learners.models import Learner, Posting, Unit
    from learners.units import reorganising

    def take(text: bytes, night: int) -> None:
        at = AT + dt.timedelta(days=night)
        report = running.run(text, Order(on=at.date(), full=True, most_gone=100.0), at)
        assert report.succeeded, report.faults[:3]

    bare = [Learner(hr_number=f"B{number}", password="!") for number in range(people)]
    raw, raw_cpu = timed(lambda: Learner.objects.bulk_create(bare, batch_size=400))
    Learner.objects.all().delete()
    print(f"{people} people; bare INSERTs of as many rows: {raw:.1f} s ({raw_cpu:.1f} s CPU)", flush=True)
    for text, night, what in (
        (content(people), 0, "first import"),
        (content(people), 1, "the same file again"),
        (content(people, "Nes"), 2, "a changed name for each"),
    ):
        seconds, cpu = timed(lambda text=text, night=night: take(text, night))  # type: ignore[misc]
        print(f"{what}: {seconds:.1f} s ({cpu:.1f} s CPU), {seconds / raw:.1f} times the bare INSERTs", flush=True)
    units = {unit.code: unit for unit in Unit.objects.all()}
    going = [units[f"E{number:02}"] for number in range(1, 15)]
    moved = Posting.objects.known().filter(unit__in=going).count()
    at = AT + dt.timedelta(days=3)
    seconds, cpu = timed(lambda: reorganising.merge(going, units["E00"], dt.date(2027, 1, 1), at))
    print(f"14 units merged into one, {moved} people: {seconds:.1f} s ({cpu:.1f} s CPU)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
