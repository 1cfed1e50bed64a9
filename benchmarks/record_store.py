"""The record store behind gunicorn on PostgreSQL, beside bare INSERTs of the same rows, at growing sizes.

`DATABASE_URL=postgres://… python benchmarks/record_store.py [100000 1000000 …]` makes a database of its own on that
server and drops it. Raw and ours take turns in short rounds, so a busy machine changes both. Bare INSERTs go to the
same tables: the same rows, keys, indexes and link tables, one multi-row INSERT a table, one transaction a batch.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.ground import own_database  # noqa: E402
from benchmarks.lrs import AT, AUTHORITY, HOME, statement  # noqa: E402

ROUND = 4.0  # seconds
ROUNDS = 3
PORT = 8971
STEP = 10_000  # rows a COPY
STATEMENTS = "statement_id, stored, timestamp, verb_key, actor_key, object_key, authority_key, registration, payload"
LINKS = ("lrs_statementagent (agent, stored, statement_id, usage)",
         "lrs_statementactivity (activity, stored, statement_id, usage)")  # fmt: skip
RAW = 10**12  # from here on are the positions of bare inserts
Line = tuple[Any, ...]


def main(sizes: list[int]) -> None:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("The record store behind gunicorn is measured on PostgreSQL: set DATABASE_URL.")
        return
    with own_database(url) as own:
        headers = prepared(own)
        held = 0
        for size in sizes:
            fill(own, held, size)
            held = size
            with gunicorn(own) as master:
                report(own, headers, master, size)


def prepared(own: str) -> dict[str, str]:
    """The record store's tables, and the headers of a key for everything."""
    os.environ |= {"DATABASE_URL": own, "DJANGO_SETTINGS_MODULE": "config.settings", "FAGBENK_DEMO": "1"}
    os.environ["FAGBENK_XAPI_PER_MINUTE"] = "100000000"
    os.environ.setdefault("FAGBENK_VAR", tempfile.mkdtemp(prefix="bench-"))
    import django

    django.setup()
    from django.core.management import call_command

    from tracking.lrs import credentials

    call_command("migrate", "lrs", verbosity=0)
    key, secret = credentials.create("bench", at=AT, scopes=["all"])
    token = b64encode(f"{key.key}:{secret}".encode()).decode()
    return {
        "Authorization": f"Basic {token}",
        "X-Experience-API-Version": "2.0.0",
        "Content-Type": "application/json",
    }


def rows_of(numbers: range, at: dt.datetime, first: int) -> tuple[list[Line], list[Line], list[Line]]:
    """The rows of as many statements in their three tables; `first` is the first one's position."""
    from tracking.lrs.completing import complete
    from tracking.lrs.rows import rows

    whole = complete([statement(n) for n in numbers], authority=AUTHORITY, at=at, version="2.0.0")
    held: tuple[list[Line], list[Line], list[Line]] = ([], [], [])
    for position, one in enumerate(whole, first):
        r = rows(one.said, one.stored)
        keys = (r.verb_key, r.actor_key, r.object_key, r.authority_key, r.registration)
        held[0].append((position, r.statement_id, r.stored, r.timestamp, *keys, one.payload))
        held[1].extend((key, r.stored, position, usage) for key, usage in r.agents.items())
        held[2].extend((key, r.stored, position, usage) for key, usage in r.activities.items())
    return held


def fill(own: str, held: int, size: int) -> None:
    """COPY until so many statements are there, one a second from an imagined beginning on."""
    import psycopg

    begun = time.monotonic()
    with psycopg.connect(own) as connection, connection.cursor() as cursor:
        first = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM lrs_statement WHERE id < %s", [RAW]).fetchone()[0]  # type: ignore[index]
        for start in range(held, size, STEP):
            at = AT - dt.timedelta(days=400) + dt.timedelta(seconds=start * 2)
            three = rows_of(range(start, min(start + STEP, size)), at, first + start - held)
            for table, lines in zip((f"lrs_statement (id, {STATEMENTS})", *LINKS), three, strict=True):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for line in lines:
                        copy.write_row(line)
            connection.commit()
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('lrs_statement', 'id'), "
            f"(SELECT max(id) FROM lrs_statement WHERE id < {RAW}))"
        )
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_database_size(current_database())")
        megabytes = cursor.fetchone()[0] / 2**20  # type: ignore[index]
    print(f"\n{size:,} statements stored ({megabytes:,.0f} MB, filled in {time.monotonic() - begun:.0f} s)")


@contextmanager
def gunicorn(own: str) -> Iterator[int]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--preload", "-b", f"127.0.0.1:{PORT}",
               "-w", "2", "--worker-class", "gthread", "--threads", "4"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                ask("GET", "/healthz", None, {})
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def ask(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        held = answer.read()
        assert answer.status == 200, held[:300]
        return held
    finally:
        line.close()


def report(own: str, headers: dict[str, str], master: int, size: int) -> None:
    for name, count, clients in (("batch of 100", 100, 4), ("single", 1, 8)):
        raw, ours, cpu = storing(own, headers, master, count, clients)
        print(f"POST {name}, {clients} clients: {ours:,.0f} statements/s; raw {raw:,.0f} ({ours / raw:.0%}); "
              f"CPU of the workers {cpu:.2f} ms a request")  # fmt: skip
    settle(own)
    agent = json.dumps({"account": {"homePage": HOME, "name": "n7"}})
    for name, query in (("by agent", {"agent": agent}), ("unfiltered", {})):
        address = f"/xapi/statements?{urlencode({**query, 'limit': '25'})}"
        times = [timed(partial(ask, "GET", address, None, headers)) for _ in range(120)]
        plain = [timed(partial(ask, "GET", "/healthz", None, {})) for _ in range(60)]
        p50, p95, empty = (1000 * one for one in (median(times), quantiles(times, n=20)[-1], median(plain)))
        print(f"GET {name}, limit 25: p50 {p50:.1f} ms, p95 {p95:.1f} ms (/healthz: {empty:.1f} ms)")
    print(f"memory of the largest worker: {memory(master):.0f} MB")


def storing(own: str, headers: dict[str, str], master: int, count: int, clients: int) -> tuple[float, float, float]:
    """Statements a second: raw and ours, each the median of its rounds; and the workers' CPU, ms a request."""
    raw, ours, cpu = [], [], []
    for _ in range(ROUNDS):
        raw.append(sum(together(insert, (own, count), clients)) * count / ROUND)
        before = processor(master)
        requests = sum(together(post, (headers, count), clients))
        cpu.append((processor(master) - before) / requests * 1000)
        ours.append(requests * count / ROUND)
    return median(raw), median(ours), median(cpu)


def together(work: Callable[..., int], arguments: tuple[Any, ...], clients: int) -> list[int]:
    with get_context("fork").Pool(clients) as pool:
        return pool.starmap(work, [(*arguments, number) for number in range(clients)])


def post(headers: dict[str, str], count: int, number: int) -> int:
    """Requests within a round; the bodies are ready before it begins."""
    bodies = [json.dumps([statement(number * 1000 + n) for n in range(count)]).encode() for _ in range(5)]
    line, done = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60), 0
    end = time.monotonic() + ROUND
    while time.monotonic() < end:
        body = _renewed(bodies[done % 5])
        line.request("POST", "/xapi/statements", body, headers)
        answer = line.getresponse()
        held = answer.read()
        assert answer.status == 200, held[:300]
        done += 1
    line.close()
    return done


def _renewed(body: bytes) -> bytes:
    """The same statements under new ids, without decoding them: each begins with its id."""
    head, *others = body.split(b'{"id": "')
    # Of what begins so, only statements go on with a UUID.
    renewed = [str(uuid.uuid4()).encode() + one[36:] if one[8:9] + one[13:14] == b"--" else one for one in others]
    return b'{"id": "'.join([head, *renewed])


def insert(own: str, count: int, number: int) -> int:
    """Transactions within a round; positions that no statement of ours has."""
    import psycopg

    three = rows_of(range(number * 1000, number * 1000 + count), AT, 0)
    taken, done = RAW + number * 10**11 + time.time_ns() % 10**11, 0
    tables = (f"lrs_statement (id, {STATEMENTS})", *LINKS)
    texts = [f"INSERT INTO {table} VALUES " + ", ".join(["(" + ", ".join(["%s"] * len(lines[0])) + ")"] * len(lines))
             for table, lines in zip(tables, three, strict=True)]  # fmt: skip
    with psycopg.connect(own) as connection, connection.cursor() as cursor:
        end = time.monotonic() + ROUND
        while time.monotonic() < end:
            stored = dt.datetime.now(dt.UTC)
            held = [[(taken + line[0], uuid.uuid4(), stored, *line[3:]) for line in three[0]]]
            held += [[(line[0], stored, taken + line[2], line[3]) for line in lines] for lines in three[1:]]
            for text, lines in zip(texts, held, strict=True):
                cursor.execute(text, [value for line in lines for value in line])
            connection.commit()
            taken += count
            done += 1
    return done


def settle(own: str) -> None:
    """What the writers left for the disk is written, so that reading is measured and not their end."""
    import psycopg

    with psycopg.connect(own, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def workers(master: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def processor(master: int) -> float:
    """Seconds of processor time that the workers have used."""
    ticks = os.sysconf("SC_CLK_TCK")
    held = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in workers(master)]
    return sum(int(one[11]) + int(one[12]) for one in held) / ticks


def memory(master: int) -> float:
    """MB, of the worker that holds most."""
    lines = [Path(f"/proc/{pid}/status").read_text() for pid in workers(master)]
    return max(int(text.partition("VmRSS:")[2].split()[0]) for text in lines) / 1024


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
