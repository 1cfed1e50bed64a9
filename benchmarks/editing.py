"""A lesson of many blocks in the editor: opened, saved as a draft, looked over. Times, CPU and queries.

`python benchmarks/editing.py [BLOCKS …]`, 20 and 200 by default. Two seconds are the limit for 200 blocks, and the
queries must not grow with the blocks. The database is made below the state folder, or on DATABASE_URL's server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from typing import Any

from ground import ROOT, database, environment

TIMES = 5
TEXT = "<p>Spør åpent, og vent på svaret. Det tar litt tid, men det er den andre som skal finne grunnene.</p>"


def blocks(number: int) -> list[tuple[str, Any]]:
    """Texts, headings, key points, checklists and questions in turn, as the editor's form sends them."""
    from wagtail.test.utils.form_data import rich_text, streamfield

    options = [{"text": f"Svar {n}", "correct": "on" if n == 1 else "", "feedback": "Fordi."} for n in range(3)]
    kinds: list[tuple[str, Any]] = [
        ("heading", "En overskrift"),
        ("text", rich_text(TEXT)),
        ("fact", {"title": "Husk", "text": rich_text(TEXT)}),
        ("checklist", {"title": "Før du går", "items": listed(["Lukk", "Lås"])}),
        ("single", {"prompt": "Hva gjør du?", "options": listed(options)}),
    ]
    return streamfield([kinds[n % len(kinds)] for n in range(number)])  # type: ignore[no-any-return]


def listed(values: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"count": str(len(values))}
    for n, value in enumerate(values):
        found[str(n)] = {"value": value, "deleted": "", "order": str(n), "id": str(uuid.uuid4())}
    return found


def measured(what: Any) -> dict[str, float]:
    """The median of a few rounds, after one that is not counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    what()
    rounds = []
    for _round in range(TIMES):
        began, cpu = time.perf_counter(), time.process_time()
        what()
        rounds.append((time.perf_counter() - began, time.process_time() - cpu))
    with CaptureQueriesContext(connection) as asked:
        what()
    middle = TIMES // 2
    wall, used = (sorted(one[n] for one in rounds)[middle] for n in (0, 1))
    return {"seconds": round(wall, 3), "cpu": round(used, 3), "queries": len(asked)}


def answered(answer: Any, status: int) -> None:
    if answer.status_code != status:
        form = (answer.context or {}).get("form") if answer.context else None
        raise SystemExit(f"{answer.status_code} instead of {status}: {form.errors if form else answer.content[:300]}")


def run(number: int, client: Any, parent: Any) -> dict[str, dict[str, float]]:
    """A lesson of `number` blocks, made through the form, then opened, saved and looked over."""
    from django.urls import reverse
    from wagtail.test.utils.form_data import nested_form_data

    from courses.models import LessonPage

    fields = {"title": f"Leksjon {number}", "slug": f"leksjon-{number}", "summary": "", "minutes": "30"}
    rest = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "body": blocks(number)}
    sent = nested_form_data(fields | rest)
    answered(client.post(f"/admin/pages/add/courses/lessonpage/{parent.pk}/", sent), 302)
    page = LessonPage.objects.child_of(parent).get(slug=f"leksjon-{number}")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return {
        "open": measured(lambda: answered(client.get(edit), 200)),
        "save": measured(lambda: answered(client.post(edit, sent), 302)),
        "look over": measured(lambda: answered(client.get(reverse("look-over", args=[page.pk])), 200)),
    }


def hostile_files() -> dict[str, float]:
    """How many times as long a file of questions takes that is twice as long: 2 where it grows as the file does."""
    from courses.exchange import gift

    found = {}
    for sign in ("<", "<script ", "{1:SA:", "\n \n ", "[tag:"):
        took = []
        for length in (200_000, 400_000):
            text = sign * (length // len(sign))
            began = time.process_time()
            gift.read(f"// {text}\nEn {text} {{=a ~b")
            took.append(time.process_time() - began)
        found[sign] = round(took[1] / took[0], 1)
    return found


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] != "inside":
        with database(environment("editing")) as env:
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=env, cwd=ROOT, check=True)
            subprocess.run([sys.executable, __file__, "inside", *sys.argv[1:]], env=env, cwd=ROOT, check=True)
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.test import Client
    from wagtail.models import Locale

    from cms.site import ensure_site, publish
    from courses.loader import ensure_catalogue
    from courses.models import Course, CourseIndexPage, CoursePage
    from learners.models import Learner

    ensure_site()
    ensure_catalogue()
    locale = Locale.objects.get(language_code="nb")
    course = Course.objects.create(code=f"BENCH-{uuid.uuid4().hex[:8]}", title="Måling", subject="mi")
    page = CoursePage(title="Måling", slug=course.code.lower(), course=course, locale=locale)
    parent = publish(CourseIndexPage.objects.get(locale=locale), page)
    client = Client()
    client.force_login(Learner.objects.create_superuser(f"{uuid.uuid4().hex}@fagbenk.example", uuid.uuid4().hex))
    sizes = [int(one) for one in sys.argv[2:]] or [20, 200]
    print(json.dumps({number: run(number, client, parent) for number in sizes}, indent=2))
    print(json.dumps({"twice the length of a file takes so many times as long": hostile_files()}, indent=2))


if __name__ == "__main__":
    main()
