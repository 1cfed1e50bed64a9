"""Other processes on a test's own database and state folder; among them workers that are killed on the way."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings

# Makes what is due at a moment and sends it, and dies at the given function: before it is called, or just after.
DYING = """
import datetime as dt, os, signal, sys
import django
django.setup()
from django.utils.module_loading import import_string

def dying(function):
    def dies(*arguments, **named):
        if when == "after":
            function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return dies

make_due, point, when, moment = sys.argv[1:]
makes = import_string(make_due)
from learners import outbox, smtp
owner, _, name = point.rpartition(".")
target = import_string(owner) if owner.endswith("Line") else __import__(owner, fromlist=[name])
setattr(target, name, dying(getattr(target, name)))
at = dt.datetime.fromisoformat(moment)
makes(at)
outbox.send_due(at)
"""


def environment(**changes: str) -> dict[str, str]:
    """This test's own database and state folder, for another process."""
    database = settings.DATABASES["default"]
    url = f"sqlite:///{database['NAME']}"
    if not database["ENGINE"].endswith("sqlite3"):
        at = f"{database['HOST']}:{database['PORT'] or 5432}"
        url = f"postgres://{quote(database['USER'])}:{quote(database['PASSWORD'])}@{at}/{database['NAME']}"
    own = {"FAGBENK_DEMO": "1", "FAGBENK_VAR": str(settings.VAR_DIR), "DATABASE_URL": url}
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "config.settings", **changes}


def die_at(point: str, when: str, at: dt.datetime, make_due: str) -> None:
    """A worker that calls `make_due` (a dotted name) for the moment `at`, sends, and is killed at `point` on the way.

    Its mails go where the test's do; `when` is "before" or "after" the function that `point` names.
    """
    command = [sys.executable, "-c", DYING, make_due, point, when, at.isoformat()]
    own = environment(EMAIL_URL=f"smtp://127.0.0.1:{settings.EMAIL_PORT}")
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=own, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]
