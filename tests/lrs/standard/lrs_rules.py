"""Rules of both specifications as rows, and the cases that they make at their places."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from lrs_places import Places

from tracking.lrs.exceptions import InvalidStatementError
from tracking.lrs.validation import validate
from tracking.lrs.validation.sections import cited

INDEX = re.compile(r"\[[0-9.]+\]")
VERSIONS = ("1.0.3", "2.0.0")
NEW_ONLY = ("2.0.0",)


@dataclass(frozen=True)
class Rule:
    """`old` is the section in part Data of 1.0.3, `new` that of 2.0.0, both as the refusal names them; empty: the one
    of the property that the value stands in.

    `path` is the property that the refusal names, below the place; None: the value is allowed.
    """

    old: str
    new: str
    what: str
    value: Any
    path: str | None = None
    only: tuple[str, ...] = VERSIONS

    @property
    def sections(self) -> str:
        return f"{self.old} | {self.new}" if self.old else ""


def allowed(old: str, new: str, **values: Any) -> list[Rule]:
    return [Rule(old, new, what.replace("_", " "), value) for what, value in values.items()]


def cases(places: Places, rules: Iterable[Rule], *, leave_out: Sequence[str] = ()) -> list[Any]:
    """A case for each rule: the rule and the places where it holds."""
    held = {place: put for place, put in places.items() if place not in leave_out}
    return [pytest.param(rule, held, id=f"{rule.sections or _all(held)}: {rule.what}") for rule in rules]


def _all(places: Places) -> str:
    return " | ".join(dict.fromkeys(cited(place, VERSIONS[0]).removeprefix("xAPI 1.0.3 Data ") for place in places))


def check(rule: Rule, places: Places) -> None:
    """At each place and in each version: accepted, or refused with the path and the section in the sentence."""
    for place, put in places.items():
        for version in rule.only:
            _check_at(rule, place, put(rule.value), version)


def _check_at(rule: Rule, place: str, statement: Any, version: str) -> None:
    raw = msgspec.json.encode(statement)
    if rule.path is None:
        validate(raw, version)
        return
    path = f"{place}{rule.path}".lstrip(".")
    with pytest.raises(InvalidStatementError) as refusal:
        validate(raw, version)
    said = INDEX.sub("", str(refusal.value))
    assert f"`{path}`" in said
    assert f"(xAPI {version} {_section(rule, path, version)})" in said


def _section(rule: Rule, path: str, version: str) -> str:
    if not rule.old:
        return cited(path, version).removeprefix(f"xAPI {version} ")
    return f"Data {rule.old}" if version == "1.0.3" else rule.new
