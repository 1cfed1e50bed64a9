"""A completion's end, as it was known from moment to moment."""

from __future__ import annotations

import datetime as dt
import uuid

from tracking.completions.derive import Derived, Satisfying, derive

FIRST, SECOND = uuid.UUID(int=1), uuid.UUID(int=2)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T12:00+00:00")


def told(registration: uuid.UUID, day: str, stored: str | None = None, voided: str | None = None) -> Satisfying:
    return Satisfying(
        1, 1, registration, uuid.uuid4(), at(day), at(stored or day), at(voided) if voided else None
    )  # fmt: skip


def ends(statements: list[Satisfying], known: str | None = None) -> dict[uuid.UUID, str]:
    """The end of each registration's completion (six months), as known on a day; without one, as known now."""
    return {row.registration: str(row.valid_until) for row in derive(statements, {1: 6}) if _was_known(row, known)}


def _was_known(row: Derived, day: str | None) -> bool:
    if day is None:
        return row.known_to is None
    return row.known_from <= at(day) and (row.known_to is None or row.known_to > at(day))


def test_a_renewal_in_the_last_ninety_days_runs_from_the_old_end() -> None:
    assert ends([told(FIRST, "2026-01-10"), told(SECOND, "2026-05-01")])[SECOND] == "2027-01-10"
    assert ends([told(FIRST, "2026-01-10"), told(SECOND, "2026-04-01")])[SECOND] == "2026-10-01"


def test_what_is_renewed_stands_by_its_own_date_once_the_old_one_is_voided() -> None:
    statements = [told(FIRST, "2026-01-10", voided="2026-06-01"), told(SECOND, "2026-05-01")]
    assert ends(statements, "2026-05-31") == {FIRST: "2026-07-10", SECOND: "2027-01-10"}
    assert ends(statements) == {SECOND: "2026-11-01"}


def test_an_earlier_statement_that_comes_late_moves_the_renewals_end_too() -> None:
    statements = [told(FIRST, "2026-01-10"), told(FIRST, "2025-12-20", stored="2026-05-20"), told(SECOND, "2026-05-01")]
    assert ends(statements, "2026-05-19") == {FIRST: "2026-07-10", SECOND: "2027-01-10"}
    assert ends(statements) == {FIRST: "2026-06-20", SECOND: "2026-12-20"}


def test_a_date_that_was_closed_before_the_renewal_says_nothing_of_its_end() -> None:
    statements = [told(FIRST, "2026-01-26"), told(FIRST, "2026-01-12", stored="2026-02-20"), told(SECOND, "2026-07-08")]
    assert ends(statements)[SECOND] == "2027-01-12"
