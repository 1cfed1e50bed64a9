"""What every test stands on: the browser, the collected files, a database that keeps what migrations made."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from collect import collect  # config/launch, through pytest's `pythonpath`
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker
from supervise import Child, stop

# Playwright's synchronous interface runs an event loop, in which Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# There while a run uses the database: a run that was cut off leaves it, and the next one makes its database anew.
IN_USE = settings.VAR_DIR / "test-database-in-use"
NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"


def pytest_configure(config: pytest.Config) -> None:
    server = settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://", "amqp://"))
    if os.environ.get("FAGBENK_REAL_BROKER") == "1" and not server:
        pytest.exit("FAGBENK_REAL_BROKER is set, and CELERY_BROKER_URL names no server.", returncode=3)
    config.option.create_db |= IN_USE.exists()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    try:
        collect(NODE_MODULES, settings.VAR_DIR)
    except FileNotFoundError as missing:
        pytest.exit(
            f"{missing.filename} is missing: run `npm ci --ignore-scripts`, or `make test`, once.", returncode=3
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Transactional tests empty the tables: let each begin with what the migrations made (Wagtail's root)."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = getattr(item, "fixturenames", ())
        if {"live_server", "transactional_db"} & set(fixtures) or (marker and marker.kwargs.get("transaction")):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Leave the migrations' rows in a database that the next run uses again (`--reuse-db`)."""
    IN_USE.touch()
    yield
    from django.db import connection
    from wagtail.models import Page

    with django_db_blocker.unblock():
        if connection.is_usable() and not Page.objects.exists():
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            rows = connection._test_serialized_contents  # type: ignore[attr-defined]
            connection.creation.deserialize_db_from_string(rows)
    IN_USE.unlink()


def chromium() -> str:
    """The path of the machine's Chromium; `CHROMIUM` names another one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        pytest.fail("Chromium is missing: install Debian's package `chromium`, or name it in CHROMIUM.", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of Playwright's own; root may only run it without a sandbox."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium(), "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "nb-NO", "timezone_id": "Europe/Oslo"}


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A Celery worker in a process of its own, on the tests' database and the broker that CELERY_BROKER_URL names."""
    from config.celery import app

    app.conf.task_always_eager = False
    app.control.purge()
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-P",
        "threads",
        "-c",
        "1",
        "--loglevel",
        "warning",
    ]
    child = Child("worker", command, settings.BASE_DIR, _environment_of_a_worker(), tmp_path / "worker.log")
    try:
        _wait_for_the_first_beat(child)
        yield
    finally:
        app.conf.task_always_eager = True
        stop([child])


def _environment_of_a_worker() -> dict[str, str]:
    database = settings.DATABASES["default"]
    url = f"sqlite:///{database['NAME']}"
    if not database["ENGINE"].endswith("sqlite3"):
        at = f"{database['HOST']}:{database['PORT'] or 5432}"
        url = f"postgres://{quote(database['USER'])}:{quote(database['PASSWORD'])}@{at}/{database['NAME']}"
    own = {
        "DATABASE_URL": url,
        "CELERY_QUEUE": settings.CELERY_TASK_DEFAULT_QUEUE,
        "FAGBENK_VAR": str(settings.VAR_DIR),
    }
    return {**os.environ, "FAGBENK_DEMO": "1", "CELERY_BROKER_URL": settings.CELERY_BROKER_URL, **own}


def _wait_for_the_first_beat(child: Child) -> None:
    from config.models import Heartbeat

    deadline = time.monotonic() + 60
    while not Heartbeat.objects.exists():
        if child.ended or time.monotonic() > deadline:
            pytest.fail(f"The worker did not start: {child.log.read_text()[-2000:]}", pytrace=False)
        time.sleep(0.1)


@pytest.fixture
def site(db: None) -> Any:
    """The start pages in every language: what `cms.site.ensure_site()` makes and answers."""
    from cms.site import ensure_site

    return ensure_site()
