"""A small demo, loaded once for these tests and taken back afterwards."""

import datetime as dt
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management.base import OutputWrapper
from django.db import transaction
from pytest_django import DjangoDbBlocker

from config.demo.progress import Progress
from config.demo.seed import STAGES, Outcome, seed

AT = dt.datetime(2026, 11, 19, 10, 30, tzinfo=dt.UTC)  # a Thursday
STAFF = 400
PASSWORD = "et-langt-passord-for-demoen"


def load(at: dt.datetime = AT, staff: int = STAFF, number: int = 1) -> Outcome:
    return seed(at, staff, number, PASSWORD, Progress(OutputWrapper(StringIO()), STAGES), spare=False)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Outcome]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)
