"""Who counts on a day: each sentence of the definition's "Who counts" is a test here."""

from __future__ import annotations

import datetime as dt

from tracking.barometer.standing import (
    BEGINNING,
    COUNTED,
    EXEMPT,
    FAR,
    IN_GRACE,
    ON_LEAVE,
    AudienceRule,
    Done,
    Known,
    Person,
    Post,
    Span,
    Standing,
    memberships,
    standing,
    tally,
)

KNOWN = Known(dt.datetime(2025, 1, 1, tzinfo=dt.UTC), None)
START = dt.date(2026, 9, 7)
HERE, THERE = 1, 2
EVERYBODY = [AudienceRule(BEGINNING, FAR, frozenset({"OFFICER"}), None)]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def span(start: str, end: str | None = None) -> Span:
    return Span(day(start), day(end) if end else FAR, KNOWN)


def post(
    start: str, end: str | None = None, unit: int = HERE, *, position: str = "OFFICER", primary: bool = True
) -> Post:
    return Post(day(start), day(end) if end else FAR, KNOWN, unit, f"U{unit}", position, primary)


def someone(start: str = "2020-01-01", end: str | None = None) -> Person:
    return Person(1, employments=[span(start, end)], posts=[post(start, end)])


def on(
    person: Person, text: str, rules: list[AudienceRule] = EVERYBODY, accepted: tuple[int, ...] = (1,)
) -> Standing | None:
    members = memberships(person, rules, None)
    return standing(person, members, day(text), None, campaign_start=START, grace_days=90, accepted=accepted)


def status(person: Person, text: str, rules: list[AudienceRule] = EVERYBODY) -> str | None:
    found = on(person, text, rules)
    return found.status if found else None


def test_somebody_there_at_the_start_counts_from_the_first_day() -> None:
    assert status(someone(), "2026-09-07") == COUNTED


def test_somebody_who_came_on_the_starting_day_was_there_at_the_start() -> None:
    assert status(someone("2026-09-07"), "2026-09-07") == COUNTED


def test_another_position_is_outside_the_audience() -> None:
    person = Person(1, employments=[span("2020-01-01")], posts=[post("2020-01-01", position="CLERK")])
    assert on(person, "2026-10-01") is None


def test_another_unit_is_outside_an_audience_of_units() -> None:
    rules = [AudienceRule(BEGINNING, FAR, frozenset(), frozenset({THERE}))]
    assert on(someone(), "2026-10-01", rules) is None


def test_an_audience_that_has_ended_asks_nobody() -> None:
    rules = [AudienceRule(BEGINNING, day("2026-10-01"), frozenset(), None)]
    assert status(someone(), "2026-09-30", rules) == COUNTED
    assert on(someone(), "2026-10-01", rules) is None


def test_a_leaver_is_out_from_the_day_after_the_last_day() -> None:
    leaver = someone(end="2026-10-16")
    assert status(leaver, "2026-10-15") == COUNTED
    assert on(leaver, "2026-10-16") is None


def test_a_leaver_whose_posting_was_never_ended_is_out_all_the_same() -> None:
    leaver = Person(1, employments=[span("2020-01-01", "2026-10-16")], posts=[post("2020-01-01")])
    assert on(leaver, "2026-10-16") is None


def test_an_account_without_employment_counts_nowhere() -> None:
    assert on(Person(1, posts=[post("2020-01-01")]), "2026-10-01") is None


def test_two_postings_are_one_person_at_the_primary_one() -> None:
    person = someone()
    person.posts.append(post("2019-01-01", unit=THERE, primary=False))
    found = on(person, "2026-10-01")
    assert found is not None
    assert found.unit_id == HERE


def test_without_a_primary_posting_the_oldest_places_the_person() -> None:
    person = Person(1, employments=[span("2015-01-01")])
    person.posts = [post("2020-01-01", primary=False), post("2019-01-01", unit=THERE, primary=False)]
    found = on(person, "2026-10-01")
    assert found is not None
    assert found.unit_id == THERE


def test_of_equally_old_postings_the_first_unit_code_places_the_person() -> None:
    person = Person(1, employments=[span("2015-01-01")])
    person.posts = [post("2020-01-01", unit=THERE, primary=False), post("2020-01-01", primary=False)]
    found = on(person, "2026-10-01")
    assert found is not None
    assert found.unit_id == HERE


def test_a_primary_posting_outside_the_audience_does_not_place_the_person() -> None:
    person = Person(1, employments=[span("2015-01-01")])
    person.posts = [post("2015-01-01", position="CLERK"), post("2020-01-01", unit=THERE, primary=False)]
    found = on(person, "2026-10-01")
    assert found is not None
    assert found.unit_id == THERE


def test_a_newcomer_is_in_grace_for_ninety_days_from_entry() -> None:
    newcomer = someone("2026-10-01")
    assert status(newcomer, "2026-10-01") == IN_GRACE
    assert status(newcomer, "2026-12-29") == IN_GRACE
    assert status(newcomer, "2026-12-30") == COUNTED


def test_a_transfer_inside_the_audience_is_no_entry() -> None:
    person = Person(1, employments=[span("2020-01-01")])
    person.posts = [post("2020-01-01", "2026-10-01"), post("2026-10-01", unit=THERE)]
    found = on(person, "2026-10-02")
    assert found is not None
    assert (found.status, found.unit_id) == (COUNTED, THERE)


def test_transferred_people_are_not_missing_on_any_day() -> None:
    person = Person(1, employments=[span("2020-01-01")])
    person.posts = [post("2020-01-01", "2026-10-01"), post("2026-10-01", unit=THERE)]
    units = [
        found.unit_id for n in range(28, 34) if (found := on(person, str(day("2026-09-01") + dt.timedelta(days=n))))
    ]
    assert units == [HERE, HERE, THERE, THERE, THERE, THERE]


def test_a_return_within_180_days_is_no_entry() -> None:
    person = Person(1, employments=[span("2020-01-01", "2026-09-20"), span("2027-03-19")], posts=[post("2020-01-01")])
    assert status(person, "2027-03-20") == COUNTED


def test_a_return_after_more_than_180_days_is_an_entry() -> None:
    person = Person(1, employments=[span("2020-01-01", "2026-09-20"), span("2027-03-20")], posts=[post("2020-01-01")])
    assert status(person, "2027-03-20") == IN_GRACE


def test_grace_is_given_once_per_person_and_campaign() -> None:
    person = Person(1, employments=[span("2026-09-10", "2026-09-20"), span("2027-09-20")], posts=[post("2020-01-01")])
    assert status(person, "2026-09-11") == IN_GRACE
    assert status(person, "2027-09-21") == COUNTED


def test_those_whom_a_later_decision_adds_enter_on_its_day() -> None:
    rules = [*EVERYBODY, AudienceRule(day("2026-11-01"), FAR, frozenset({"CLERK"}), None)]
    clerk = Person(1, employments=[span("2020-01-01")], posts=[post("2020-01-01", position="CLERK")])
    assert on(clerk, "2026-10-31", rules) is None
    assert status(clerk, "2026-11-01", rules) == IN_GRACE


def test_a_leave_of_thirty_days_is_out_from_its_first_day() -> None:
    person = someone()
    person.leaves = [span("2026-10-01", "2026-10-31")]
    assert status(person, "2026-09-30") == COUNTED
    assert status(person, "2026-10-01") == ON_LEAVE
    assert status(person, "2026-10-31") == COUNTED


def test_a_leave_of_twenty_nine_days_counts_all_along() -> None:
    person = someone()
    person.leaves = [span("2026-10-01", "2026-10-30")]
    assert status(person, "2026-10-15") == COUNTED


def test_an_open_ended_leave_is_out_from_its_first_day() -> None:
    person = someone()
    person.leaves = [span("2026-10-01")]
    assert status(person, "2026-10-01") == ON_LEAVE


def test_periods_a_day_apart_are_one_leave() -> None:
    person = someone()
    person.leaves = [span("2026-10-17", "2026-11-01"), span("2026-10-01", "2026-10-16")]
    assert status(person, "2026-10-01") == ON_LEAVE
    assert status(person, "2026-10-16") == ON_LEAVE


def test_periods_two_days_apart_are_two_leaves() -> None:
    person = someone()
    person.leaves = [span("2026-10-01", "2026-10-16"), span("2026-10-18", "2026-11-01")]
    assert status(person, "2026-10-01") == COUNTED


def test_the_end_of_grace_moves_by_the_leave_days_before_it() -> None:
    newcomer = someone("2026-10-01")
    newcomer.leaves = [span("2026-10-11", "2026-11-20")]  # forty days
    assert status(newcomer, "2026-10-15") == ON_LEAVE
    assert status(newcomer, "2027-02-07") == IN_GRACE
    assert status(newcomer, "2027-02-08") == COUNTED


def test_exempt_comes_before_leave_and_grace() -> None:
    newcomer = someone("2026-10-01")
    newcomer.leaves = [span("2026-10-05")]
    newcomer.exemptions = [span("2026-10-10", "2026-10-20")]
    assert [status(newcomer, f"2026-10-{n:02}") for n in (4, 9, 10, 19, 20)] == [
        IN_GRACE, ON_LEAVE, EXEMPT, EXEMPT, ON_LEAVE,
    ]  # fmt: skip


def done(start: str, end: str | None = None, *, course: int = 1, version: int = 1) -> Done:
    return Done(day(start), day(end) if end else FAR, KNOWN, course, version)


def test_a_completion_counts_from_its_day_until_it_runs_out() -> None:
    person = someone()
    person.done = [done("2026-10-01", "2027-10-01")]
    found = [on(person, text) for text in ("2026-09-30", "2026-10-01", "2027-09-30", "2027-10-01")]
    assert [bool(f and f.done) for f in found] == [False, True, True, False]


def test_a_version_that_is_not_accepted_does_not_count() -> None:
    person = someone()
    person.done = [done("2026-10-01", version=2)]
    found = on(person, "2026-10-02")
    assert found is not None
    assert not found.done


def test_the_same_completion_sent_again_is_one() -> None:
    person = someone()
    person.done = [done("2026-10-01"), done("2026-10-05")]
    found = on(person, "2026-10-06")
    assert found is not None
    assert tally([found], {"mi": frozenset({1})})["mi", HERE] == {"counted": 1, "completed": 1}


def test_all_courses_means_by_the_same_person() -> None:
    one = Standing(1, HERE, COUNTED, frozenset({1}))
    other = Standing(2, HERE, COUNTED, frozenset({2}))
    both = Standing(3, HERE, COUNTED, frozenset({1, 2}))
    parts = {"all": frozenset({1, 2}), "mi": frozenset({1}), "ped": frozenset({2})}
    counts = tally([one, other, both], parts)
    assert {part: counts[part, HERE].get("completed") for part in parts} == {"all": 1, "mi": 2, "ped": 2}


def test_completers_outside_counted_are_not_in_the_share() -> None:
    counts = tally([Standing(1, HERE, ON_LEAVE, frozenset({1}))], {"mi": frozenset({1})})
    assert counts["mi", HERE] == {"on_leave": 1, "done_on_leave": 1}


def test_what_was_closed_before_the_cutoff_was_not_known_then() -> None:
    cutoff = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)
    corrected = Known(KNOWN.start, cutoff - dt.timedelta(seconds=1))
    late = Known(KNOWN.start, cutoff)
    assert not corrected.at(cutoff)
    assert late.at(cutoff)
    assert not late.at(None)
