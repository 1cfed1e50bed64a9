"""How long after a statement came from outside its completion stands: the projection's lag.

`[DATABASE_URL=postgres://…] python benchmarks/lag.py [SECONDS]` makes a database of its own on that server and drops it
(without one: SQLite in a folder of its own), runs web server, worker and scheduler on it, and sends a steady stream
to `/xapi/`: 30 statements a second, of which two complete a course. The lag is from the answer to a statement to the
moment when another connection sees the completion. To reach: p99 of 5 s.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks import record_store  # noqa: E402
from benchmarks.lrs import statement  # noqa: E402

COMPLETIONS = 2  # a second: many more than of 500 people who are at it at once
BESIDE = 14  # other statements for each of them
PATIENCE = 60.0  # seconds for the last ones
EACH = 0.02  # seconds between two looks


def main(seconds: int) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        os.environ["FAGBENK_VAR"] = folder
        url = os.environ.get("DATABASE_URL", "")
        own = stack.enter_context(record_store.own_database(url)) if url else f"sqlite:///{folder}/lag.sqlite3"
        headers = record_store.prepared(own)
        completing = prepared(seconds * COMPLETIONS)
        stack.enter_context(record_store.gunicorn(own))
        stack.enter_context(working(Path(folder)))
        sent: dict[str, float] = {}
        stream = Thread(target=send, args=(completing, headers, sent))
        stream.start()
        seen = watch(len(completing))
        stream.join()
    lags = [seen[one] - sent[one] for one in sent if one in seen]
    where = url.partition(":")[0] or "sqlite"
    print(f"{where}: {len(lags):,} of {len(sent):,} completions stand; lag p50 {median(lags):.2f} s, "
          f"p99 {quantiles(lags, n=100)[-1]:.2f} s, longest {max(lags):.2f} s")  # fmt: skip


def prepared(count: int) -> list[bytes]:
    """A course, a campaign for everybody, and as many officers, each with a statement that completes the course."""
    from django.core.management import call_command
    from django.utils import timezone

    from learners.models import Employment, Learner, Posting
    from tests import staff
    from tracking import statements
    from tracking.identities import people

    call_command("migrate", verbosity=0)
    now, unit, place = timezone.now(), staff.unit("HALDEN"), staff.position()
    staff.campaign("mi", [staff.course("MI")], now.date() - dt.timedelta(days=30), now.date() + dt.timedelta(days=30))
    dated = {"valid_from": staff.LONG_AGO, "known_from": staff.TOLD}
    found = []
    for number in range(count):
        learner = Learner.objects.create(email=f"n{number}@fagbenk.example", given_name=f"N{number}", password="!")
        Employment.objects.create(learner=learner, **dated)
        Posting.objects.create(learner=learner, unit=unit, position=place, primary=True, **dated)
        here = statements.Setting(people.account_name(learner), str(uuid4()), "s", "MI", "MI", 1, "nb")
        found.append(json.dumps(statements.completed(here, now)).encode())
    return found


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """A worker with the scheduler in it, from its first beat on."""
    from config.models import Heartbeat

    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "2",
               "--loglevel", "warning", "--without-gossip", "--without-mingle"]  # fmt: skip
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        while not Heartbeat.objects.exists():
            assert process.poll() is None, (folder / "worker.log").read_text()[-2000:]
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def send(completing: list[bytes], headers: dict[str, str], sent: dict[str, float]) -> None:
    """At an even pace; `sent` gets the moment of each answer."""
    begun = time.monotonic()
    for number, body in enumerate(completing):
        time.sleep(max(0.0, begun + number / COMPLETIONS - time.monotonic()))
        for other in range(BESIDE):
            record_store.ask(
                "POST", "/xapi/statements", json.dumps(statement(number * BESIDE + other)).encode(), headers
            )
        (stored,) = json.loads(record_store.ask("POST", "/xapi/statements", body, headers))
        sent[stored] = time.monotonic()


def watch(count: int) -> dict[str, float]:
    """When each completion was first seen, by its statement; ends when all are, or when none has come for a while."""
    from tracking.completions.models import Completion

    seen: dict[str, float] = {}
    last, newest = 0, time.monotonic()
    while len(seen) < count and time.monotonic() - newest < PATIENCE:
        found: list[Any] = list(Completion.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "statement_id"))
        for key, statement_id in found:
            last, newest = key, time.monotonic()
            seen[str(statement_id)] = newest
        time.sleep(EACH)
    return seen


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
