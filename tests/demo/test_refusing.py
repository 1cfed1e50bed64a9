"""Where the demo is not loaded."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from config.demo.seed import SeedError
from learners.models import Learner
from tests.demo.conftest import load

pytestmark = pytest.mark.django_db


def test_the_demo_is_not_loaded_among_other_people() -> None:
    Learner.objects.create_user("noen@example.org")
    with pytest.raises(SeedError):
        load()


def test_the_demo_is_refused_outside_demo_mode() -> None:
    with override_settings(LOCAL=False), pytest.raises(CommandError, match="demomodus"):
        call_command("seed_demo", stdout=StringIO())


def test_too_few_people_for_the_units_are_refused() -> None:
    with pytest.raises(SeedError, match="200"):
        load(staff=60)
