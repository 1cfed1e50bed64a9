"""Monday at eight: 500 people at it at once, on web server, worker and scheduler together.

`DATABASE_URL=postgres://… python benchmarks/load.py [SECONDS [TIMES]]` makes a demo of 5,000 people in a database of
its own on that server and drops it. 25 requests a second come evenly, as 500 people make with 20 s of thought between
them (`TIMES` as many: 2 for twice the load): pages, and answers to questions, each of which is a statement; beside them
25 statements a second from outside. A request's time counts from the moment when it was due, so a server that falls
behind shows. To reach: pages p95 500 ms, statements p99 300 ms, barometer p95 100 ms, errors below 0.1 %, none lost.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random
from statistics import quantiles
from threading import local
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks import ground, lag, record_store  # noqa: E402
from benchmarks.lrs import statement  # noqa: E402

STAFF, AT_IT, THOUGHT = 5000, 500, 20.0
FROM_OUTSIDE = 25  # statements a second
CLIENTS = 48  # threads that ask: more than the server can serve at once
# What people do, and how often.
HABITS = {"start": 20, "course": 10, "lesson": 25, "answer": 30, "my learning": 5, "barometer": 10}
WARM_UP = 10.0  # seconds that are not counted: templates and caches


class Request(NamedTuple):
    due: float
    kind: str
    method: str
    path: str
    body: bytes | None
    headers: dict[str, str]


class Outcome(NamedTuple):
    due: float
    kind: str
    status: int
    seconds: float
    told: tuple[str, ...]  # ids of the statements that the store acknowledged


def main(seconds: int, times: float) -> None:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("The load is measured on PostgreSQL: set DATABASE_URL.")
        return
    home = Path(os.environ.get("FAGBENK_VAR", ROOT / "var"))
    ground.collect(home)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        for kept in ("npm", "static"):
            (folder / kept).symlink_to(home / kept)
        os.environ["FAGBENK_VAR"] = str(folder)
        headers = record_store.prepared(stack.enter_context(ground.own_database(url)))
        for words in (["migrate", "-v0"], ["seed_demo", "--staff", str(STAFF)]):
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, check=True)
        visitors = people()
        master = stack.enter_context(record_store.gunicorn(os.environ["DATABASE_URL"]))
        stack.enter_context(lag.working(folder))
        before = record_store.processor(master)
        found = run(list(requests(visitors, headers, seconds + WARM_UP, times)))
        spent = record_store.processor(master) - before
        report([one for one in found if one.due >= WARM_UP], seconds)
        print(f"the web workers' CPU: {spent / (seconds + WARM_UP):.0%} of one core; "
              f"memory of the largest: {record_store.memory(master):.0f} MB")  # fmt: skip
        print(f"lost: {lost(found)} of {sum(len(one.told) for one in found):,} acknowledged statements")


class Visitor(NamedTuple):
    """Somebody signed in, with the lesson that they are at."""

    cookies: str
    lesson: str
    course: str
    question: str
    answers: Iterator[bytes]


def people() -> list[Visitor]:
    """As many of the demo's officers, each with a session and at one of the lessons with a question."""
    from django.test import Client
    from django.utils import timezone

    from courses.models import LessonPage
    from learners.models import Employment, Learner
    from tracking.clock import oslo_day

    pages = LessonPage.objects.filter(locale__language_code="nb").live().order_by("path")
    asking = [(page, [q for q in page.questions().values() if q.kind == "single"]) for page in pages]
    lessons = [(page, single[0]) for page, single in asking if single]
    assert lessons, "the demo has no question"
    found = []
    employed = Employment.objects.on(oslo_day(timezone.now())).known().values("learner")
    for number, learner in enumerate(Learner.objects.filter(pk__in=employed).order_by("pk")[:AT_IT]):
        client = Client()
        client.force_login(learner)
        page, question = lessons[number % len(lessons)]
        session = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'c' * 32}"
        address = f"/laer/{page.pk}/svar/{question.key}/"
        found.append(Visitor(session, page.url, page.get_parent().url, address, _answers(learner, page, question)))
    return found


def _answers(learner: Any, page: Any, question: Any) -> Iterator[bytes]:
    """The forms of one try after the other."""
    from tracking.player import tokens
    from tracking.player.models import Answer

    stored = Answer.objects.filter(attempt__learner=learner, question_key=question.key).first()
    who = tokens.make(learner, page.key)
    for number in count((stored.tries if stored else 0) + 1):
        form = {"who": who, "try": number, "answer": question.correct_response}
        yield urlencode(form, doseq=True).encode()


def requests(visitors: list[Visitor], key: dict[str, str], seconds: float, times: float) -> Iterator[Request]:
    """What is due when; everybody comes again after `THOUGHT`, with something else to do."""
    rng = Random(1)
    pace = len(visitors) / THOUGHT * times
    for number in range(int(seconds * pace)):
        visitor = visitors[number % len(visitors)]
        kind = rng.choices(list(HABITS), list(HABITS.values()))[0]
        yield _request(number / pace, kind, visitor)
    for number in range(int(seconds * FROM_OUTSIDE * times)):
        body = json.dumps({**statement(number), "id": str(uuid4())}).encode()
        yield Request(number / FROM_OUTSIDE / times, "statement", "POST", "/xapi/statements", body, key)


def _request(due: float, kind: str, visitor: Visitor) -> Request:
    headers = {"Cookie": visitor.cookies, "Accept-Language": "nb"}
    if kind == "answer":
        headers |= {"HX-Request": "true", "X-CSRFToken": "c" * 32, "Content-Type": "application/x-www-form-urlencoded"}
        return Request(due, kind, "POST", visitor.question, next(visitor.answers), headers)
    places = {"start": "/", "my learning": "/min-laering/", "barometer": "/barometer/mi-for-alle/"}
    path = {"course": visitor.course, "lesson": visitor.lesson, **places}[kind]
    return Request(due, kind, "GET", path, None, headers)


def run(wanted: list[Request]) -> list[Outcome]:
    """Ask for everything when it is due; whoever has to wait for a free client waits on the server's account."""
    begun = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        waiting = []
        for request in sorted(wanted):
            time.sleep(max(0.0, begun + request.due - time.monotonic()))
            waiting.append(pool.submit(ask, request, begun))
        return [one.result() for one in waiting]


_own = local()


def ask(request: Request, begun: float) -> Outcome:
    held, status = b"", 0
    for _ in range(2):  # an idle line may have been closed by the server: as a browser does, once more on a new one
        try:
            if not hasattr(_own, "line"):
                _own.line = http.client.HTTPConnection("127.0.0.1", record_store.PORT, timeout=60)
            _own.line.request(request.method, request.path, request.body, request.headers)
            answer = _own.line.getresponse()
            held, status = answer.read(), answer.status
            break
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            _own.line.close()
        except (OSError, http.client.HTTPException):
            _own.line.close()
            break
    told = tuple(json.loads(held)) if request.kind == "statement" and status == 200 else ()
    return Outcome(request.due, request.kind, status, time.monotonic() - begun - request.due, told)


def report(found: list[Outcome], seconds: int) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    for one in found:
        times[one.kind].append(one.seconds * 1000)
        if one.kind != "statement":
            times["pages together"].append(one.seconds * 1000)
    print(f"{'what':16} {'a second':>9} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
    for kind, some in sorted(times.items()):
        cuts = quantiles(some, n=100, method="inclusive") if len(some) > 1 else some * 99
        print(f"{kind:16} {len(some) / seconds:9.1f} {cuts[49]:8.0f} {cuts[94]:8.0f} {cuts[98]:8.0f}")
    wrong = Counter((one.kind, one.status) for one in found if one.status != 200)
    print(f"errors: {sum(wrong.values())} of {len(found):,} {dict(wrong) or ''}")


def lost(found: list[Outcome]) -> int:
    """How many statements were acknowledged and are not there."""
    from tracking.lrs.models import Statement

    told = {key for one in found for key in one.told}
    there = set(map(str, Statement.objects.filter(statement_id__in=told).values_list("statement_id", flat=True)))
    return len(told - there)


if __name__ == "__main__":
    words = sys.argv[1:]
    main(int(words[0]) if words else 120, float(words[1]) if len(words) > 1 else 1.0)
