"""Web servers and followers killed while completions arrive: what is there is what the statements give, row for row."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from tests import staff
from tests.processes import environment
from tracking import statements
from tracking.completions import following
from tracking.completions.models import Completion
from tracking.identities import people
from tracking.lrs import credentials
from tracking.lrs.models import Statement

from .serving import Load, serving

OFFICERS = 40
FOLLOWING = """
import django
django.setup()
from django.utils import timezone
from tracking.completions.following import follow
print("ready", flush=True)
while True:
    follow(timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_completions_that_were_followed_through_kills_are_those_that_the_statements_give(
    tmp_path: Path, long: bool
) -> None:
    mi, unit = staff.course("MI"), staff.unit("HALDEN")
    names = [people.account_name(staff.employ(f"Officer{number}", unit)) for number in range(OFFICERS)]

    def completion(statement_id: str) -> dict[str, Any]:
        number = int(UUID(statement_id))
        here = statements.Setting(names[number % OFFICERS], str(uuid4()), "s", mi.code, mi.title, 1, "nb")
        return {**statements.completed(here, timezone.now()), "id": statement_id}

    key, secret = credentials.create("Feil", at=timezone.now(), scopes=["all"])
    with serving(tmp_path / "log", key.key, secret) as server:
        load = Load(server, completion)
        with load.running(2):
            for number in range(40 if long else 3):
                command = [sys.executable, "-c", FOLLOWING]
                follower = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment(), stdout=subprocess.PIPE)
                assert follower.stdout
                assert follower.stdout.readline() == b"ready\n"
                time.sleep(random.uniform(0.1, 1))
                server.kill_a_worker(number)
                follower.kill()
                follower.wait()
                load.wait_for_more()
    load.check({str(one) for one in Statement.objects.values_list("statement_id", flat=True)})
    while following.follow(timezone.now()):
        pass
    told = {int(UUID(one)) % OFFICERS for ids in load.acknowledged for one in ids}
    found = Completion.objects.values_list("learner__given_name", flat=True)
    assert {f"Officer{number}" for number in told} <= set(found)
    call_command("rebuild_completions", check=True)  # exits with 1 where a row differs
