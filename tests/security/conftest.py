"""The small course of tests/player, and the two who take it."""

from tests.player.conftest import (  # noqa: F401 - fixtures
    course,
    course_page,
    kari,
    kari_client,
    lessons,
    loaded,
    ola,
    person,
    quiz,
)
