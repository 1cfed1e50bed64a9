"""CPU and queries of the pages on the officer's way, at 4,300 and at 43,000 staff.

Each page's CPU time is given beside a plain text page of the same site, taken in turn in the same process, and as
the ratio to it; so a slow or busy machine changes both. `python benchmarks/pages.py [STAFF …]`; the databases are made
below the state folder and kept, so that a second run measures at once.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from ground import ROOT, environment

SIZES = (4300, 43000)
ROUNDS = 30


def prepare(staff: int) -> dict[str, str]:
    """The environment of a demo with `staff` people, loaded where it is not there yet."""
    env = environment(str(staff))
    env.pop("DATABASE_URL", None)
    done = Path(env["FAGBENK_VAR"]) / "seeded"
    if not done.exists():
        for words in (["migrate", "-v0"], ["seed_demo", "--staff", str(staff)]):
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)
        done.touch()
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    return env


def measure() -> None:
    """Print one line a page for the database that the environment names."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import translation

    from cms.models import TextPage
    from courses.models import LessonPage
    from learners.models import Learner
    from tracking.player import tokens
    from tracking.player.models import Answer

    translation.activate("nb")
    learner = Learner.objects.get(email="ansatt@fagbenk.example")
    client = Client(SERVER_NAME="localhost")
    client.force_login(learner)
    plain = TextPage.objects.filter(locale__language_code="nb").first()
    lesson = LessonPage.objects.filter(locale__language_code="nb").order_by("path").first()
    assert plain and lesson
    question = next(q for q in lesson.questions().values() if q.kind == "single")
    stored = Answer.objects.filter(attempt__learner=learner, question_key=question.key).first()
    tries = itertools.count((stored.tries if stored else 0) + 1)

    def answer() -> object:
        data = {"who": tokens.make(learner, lesson.key), "try": next(tries), "answer": question.correct_response}
        address = f"/laer/{lesson.pk}/svar/{question.key}/"
        return client.post(address, data, headers={"HX-Request": "true"})

    pages: dict[str, Callable[[], object]] = {
        "plain text page": lambda: client.get(plain.url),
        "start": lambda: client.get("/"),
        "lesson": lambda: client.get(lesson.url),
        "answer": answer,
        "course": lambda: client.get(lesson.course_page.url),
        "catalogue": lambda: client.get("/kurs/"),
        "my learning": lambda: client.get("/min-laering/"),
        "barometer": lambda: client.get("/barometer/mi-for-alle/"),
        "barometer, region": lambda: client.get("/barometer/mi-for-alle/?unit=OST"),
        "barometer JSON": lambda: client.get("/barometer/mi-for-alle.json"),
    }
    spent: dict[str, list[float]] = {name: [] for name in pages}
    queries = {}
    for name, get in pages.items():
        get()  # templates and caches are warm
        with CaptureQueriesContext(connection) as captured:
            response = get()
        assert response.status_code == 200, (name, response.status_code)  # type: ignore[attr-defined]
        queries[name] = len(captured)
    for _ in range(ROUNDS):
        for name, get in pages.items():
            began = time.process_time()
            get()
            spent[name].append((time.process_time() - began) * 1000)
    base = median(spent["plain text page"])
    print(f"{'page':20} {'queries':>8} {'CPU ms':>8} {'x plain':>8}")
    for name, times in spent.items():
        print(f"{name:20} {queries[name]:8} {median(times):8.1f} {median(times) / base:8.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        measure()
    else:
        for size in [int(word) for word in sys.argv[1:]] or SIZES:
            env = prepare(size)
            print(f"\n{size} staff", flush=True)
            subprocess.run([sys.executable, __file__, "--measure"], cwd=ROOT, env=env, check=True)
