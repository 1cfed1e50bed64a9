"""A hundred at once for 24 seats: 24 seats, and a waiting list in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from courses.gatherings import registering
from courses.models import Registration
from learners.models import Learner

from . import cast
from .cast import AT


@pytest.mark.django_db(transaction=True)
def test_a_hundred_register_at_once_for_24_seats() -> None:
    gathering, learners = cast.gathering(), cast.people(100)

    def register(learner: Learner) -> tuple[int, str]:
        try:
            row = registering.register(gathering, learner, learner, AT)
            return row.pk, row.state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        told = dict(pool.map(register, learners))
    rows = dict(Registration.objects.order_by("pk").values_list("pk", "state"))
    assert told == rows, "everybody was told what is stored"
    assert list(rows.values()) == ["seat"] * 24 + ["waiting"] * 76
    with ThreadPoolExecutor(20) as pool:
        seated = [row.learner for row in Registration.objects.filter(state="seat").select_related("learner")]
        list(pool.map(lambda learner: _give_up(gathering, learner), seated[:10]))
    line = Registration.objects.filter(state__in=("offered", "waiting")).order_by("pk").values_list("state", flat=True)
    assert list(line) == ["offered"] * 10 + ["waiting"] * 66


def _give_up(gathering: object, learner: Learner) -> None:
    try:
        registering.give_up(gathering, learner, AT)  # type: ignore[arg-type]
    finally:
        connections.close_all()
