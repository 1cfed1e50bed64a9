"""What every test stands on: the browser, the collected files, a database that keeps what migrations made."""

import datetime as dt
import gc
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from collect import collect  # config/launch, through pytest's `pythonpath`
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation
from hypothesis import settings as examples
from playwright.sync_api import Playwright, expect
from pytest_django import DjangoDbBlocker
from supervise import Child, stop

from tests import migrated, parsing, rows
from tests.processes import environment

# Playwright's synchronous interface runs an event loop, in which Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# There while a run uses the database: a run that was cut off leaves it, and the next one makes its database anew.
IN_USE = settings.VAR_DIR / "test-database-in-use"
NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"
ANEW = pytest.StashKey[bool]()  # whether `--create-db` asks for the migrations themselves
PATIENCE = 30_000  # ms until an expected sight counts as missing: a busy machine is no fault of the page's


def pytest_configure(config: pytest.Config) -> None:
    server = settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://", "amqp://"))
    if os.environ.get("FAGBENK_REAL_BROKER") == "1" and not server:
        pytest.exit("FAGBENK_REAL_BROKER is set, and CELERY_BROKER_URL names no server.", returncode=3)
    config.stash[ANEW] = config.option.create_db
    config.option.create_db |= IN_USE.exists()
    parsing.stand_two_threads()
    # How long an example takes on a busy machine is no fault of the code's: time is measured in benchmarks/.
    examples.register_profile("untimed", examples.default, deadline=None)
    examples.load_profile("untimed")
    expect.set_options(timeout=PATIENCE)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    try:
        collect(NODE_MODULES, settings.VAR_DIR)
    except FileNotFoundError as missing:
        pytest.exit(
            f"{missing.filename} is missing: run `npm ci --ignore-scripts`, or `make test`, once.", returncode=3
        )


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: looking through it for garbage again and again is a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


class MigratedRows:
    """What the migrations put into the tables (Wagtail's root page, content types): transactional tests empty them."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self.blocker = blocker
        self.emptied = False
        with blocker.unblock():
            self.rows = rows.read(rows.with_rows(rows.tables()))
        # For Django: nothing to put back before a test, and no content types of its own after one.
        connection._test_serialized_contents = "[]"  # type: ignore[attr-defined]
        rows.watch_requests()
        connection.ops.sql_flush = rows.sql_flush  # type: ignore[assignment,method-assign]

    def put_back(self) -> None:
        """Emptied first: a browser's last request may have made a content type since the test's own emptying."""
        from django.contrib.contenttypes.models import ContentType

        with self.blocker.unblock():
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            ContentType.objects.clear_cache()
            rows.put(self.rows)
        self.emptied = False


MIGRATED = pytest.StashKey[MigratedRows]()
GROUND = pytest.StashKey[migrated.Ground]()


def is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = {"live_server", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or (marker and marker.kwargs.get("transaction")))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in filter(is_transactional, items):
        item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def long_files_first(items: list[pytest.Item]) -> None:
    """Whole files are handed out: one that takes minutes must not be the last, with nothing left for the others."""
    items.sort(key=lambda item: item.get_closest_marker("long_file") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Whatever comes next, also in another order (pytest-xdist), finds the migrations' rows."""
    migrated = item.config.stash.get(MIGRATED, None)
    if migrated:
        migrated.emptied = is_transactional(item)
    yield
    if migrated and migrated.emptied and nextitem is not None:
        migrated.put_back()


@pytest.fixture(scope="session")
def ground(pytestconfig: pytest.Config, django_db_modify_db_settings: None) -> Iterator[ExitStack]:
    """What the test database begins with; closed as soon as it is there."""
    with ExitStack() as open_until_made:
        reuse = pytestconfig.option.reuse_db
        anew = pytestconfig.stash[ANEW]
        pytestconfig.stash[GROUND] = open_until_made.enter_context(migrated.ground(anew, reuse))
        yield open_until_made


@pytest.fixture(scope="session")
def django_db_keepdb(pytestconfig: pytest.Config, ground: ExitStack) -> bool:
    return bool(pytestconfig.option.reuse_db or pytestconfig.stash[GROUND].copied)


@pytest.fixture(scope="session")
def django_db_createdb(pytestconfig: pytest.Config, ground: ExitStack) -> bool:
    return bool(pytestconfig.option.create_db and not pytestconfig.stash[GROUND].copied)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, ground: ExitStack, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    IN_USE.touch()
    with django_db_blocker.unblock():
        request.config.stash[GROUND].store()
        _without_waiting_for_the_disk()
    ground.close()
    migrated = request.config.stash[MIGRATED] = MigratedRows(django_db_blocker)
    yield
    if migrated.emptied:  # for the next run of `--reuse-db`
        migrated.put_back()
    IN_USE.unlink()


def _without_waiting_for_the_disk() -> None:
    """What a test stores on PostgreSQL need not outlive the machine; the faults' tests have servers of their own."""
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
            cursor.execute("SET synchronous_commit = off")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Wagtail's site roots and allauth's rate limits are cached: no test sees another one's."""
    cache.clear()


@pytest.fixture(autouse=True)
def bokmal() -> None:
    """A request leaves its language behind in the thread: no test reads another one's."""
    translation.activate(settings.LANGUAGE_CODE)


def chromium() -> str:
    """The path of the machine's Chromium; `CHROMIUM` names another one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        pytest.fail("Chromium is missing: install Debian's package `chromium`, or name it in CHROMIUM.", pytrace=False)
    return found


@pytest.fixture(scope="session")
def connection_before_playwright(django_db_setup: None) -> BaseDatabaseWrapper:
    return connections[DEFAULT_DB_ALIAS]


@pytest.fixture(scope="session")
def playwright(connection_before_playwright: BaseDatabaseWrapper, playwright: Playwright) -> Playwright:
    """Its event loop runs on in this thread, in which Django would from now on have a second connection: without what
    `MigratedRows` has told the first one, and with that one left open where the database is to be taken away."""
    connections[DEFAULT_DB_ALIAS] = connection_before_playwright
    return playwright


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
    own = {"CELERY_QUEUE": settings.CELERY_TASK_DEFAULT_QUEUE, "CELERY_BROKER_URL": settings.CELERY_BROKER_URL}
    child = Child("worker", command, settings.BASE_DIR, environment(**own), tmp_path / "worker.log")
    try:
        _wait_for_the_first_beat(child)
        yield
    finally:
        app.conf.task_always_eager = True
        stop([child])


def _wait_for_the_first_beat(child: Child) -> None:
    from config.models import Heartbeat

    deadline = time.monotonic() + 60
    while not Heartbeat.objects.exists():
        if child.ended or time.monotonic() > deadline:
            pytest.fail(f"The worker did not start: {child.log.read_text()[-2000:]}", pytrace=False)
        time.sleep(0.1)


@pytest.fixture(scope="session")
def remembered() -> rows.Remembering:
    return rows.Remembering()


@pytest.fixture(scope="session")
def remembered_site() -> rows.Remembered[Any]:
    from cms.site import ensure_site

    return rows.Remembered(ensure_site)


@pytest.fixture
def site(db: None, remembered_site: rows.Remembered) -> Any:
    """The start pages in every language: what `cms.site.ensure_site()` makes and answers."""
    from cms.site import ensure_site

    remembered_site.put()
    return ensure_site()


@pytest.fixture(scope="session")
def remembered_course(tmp_path_factory: pytest.TempPathFactory) -> rows.Remembered[Any]:
    from courses.loader import load
    from tests.player.conftest import small_course

    folder = tmp_path_factory.mktemp("lite-kurs")
    for language in ("nb", "nn"):
        text = yaml.safe_dump(small_course(language))
        (folder / f"course.{language}.yaml").write_text(text, encoding="utf-8")
    return rows.Remembered(lambda: load(folder, dt.date(2026, 1, 5)))
