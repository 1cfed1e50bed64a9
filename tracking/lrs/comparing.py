"""Whether two statements under one id say the same (1.0.3 Data 2.2, 2.3.1 and 4.6; 2.0.0 4.2.1 and 4.2.7)."""

import re
from collections.abc import Mapping
from typing import Any

from . import moments
from .rows import as_list

Json = Mapping[str, Any]
# Set or overwritten by the LRS, so not part of what was said.
_OURS = {"id", "stored", "authority", "version"}
_SECONDS = re.compile(r"[.,](\d{1,2})\d*S$")  # of a duration: two decimals count


def same(new: Json, old: Json) -> bool:
    """`old` is as stored; `new` may have a timestamp that we gave it (equal to its `stored`), which does not count."""
    with_timestamp = new.get("timestamp") != new.get("stored")
    return _said(new, with_timestamp) == _said(old, with_timestamp)


def _said(statement: Json, with_timestamp: bool) -> dict[str, Any]:
    said = {name: value for name, value in statement.items() if name not in _OURS}
    timestamp = said.pop("timestamp", None)
    if with_timestamp and timestamp is not None:
        said["timestamp"] = moments.parse(timestamp)
    return _core(said)


def _core(statement: Json) -> dict[str, Any]:
    """Without verb display and activity definitions, which are not part of a statement; sets in one order."""
    said = dict(statement)
    said["actor"] = _agent(said["actor"])
    said["verb"] = said["verb"]["id"]
    said["object"] = _object(said["object"])
    if "duration" in said.get("result", ()):
        said["result"] = {**said["result"], "duration": _SECONDS.sub(_hundredths, said["result"]["duration"])}
    if "context" in said:
        said["context"] = _context(said["context"])
    if "attachments" in said:
        said["attachments"] = _in_order(said["attachments"])
    return said


def _hundredths(match: re.Match[str]) -> str:
    digits = match[1].rstrip("0")
    return f".{digits}S" if digits else "S"


def _object(target: Json) -> dict[str, Any]:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": kind, "id": target["id"]}
    if kind == "SubStatement":
        return _core(target)
    return _agent(target) if kind in ("Agent", "Group") else dict(target)


def _agent(agent: Json) -> dict[str, Any]:
    said = {"objectType": "Agent", **agent}
    if "member" in said:
        said["member"] = _in_order([_agent(one) for one in said["member"]])
    return said


def _context(context: Json) -> dict[str, Any]:
    said = dict(context)
    for name in ("instructor", "team"):
        if name in said:
            said[name] = _agent(said[name])
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in said:
            said[name] = _in_order([{**one, inner: _agent(one[inner])} for one in said[name]])
    if "contextActivities" in said:
        said["contextActivities"] = {
            name: sorted(activity["id"] for activity in as_list(held))
            for name, held in said["contextActivities"].items()
        }
    if "registration" in said:
        said["registration"] = said["registration"].lower()
    return said


def _in_order(held: list[Any]) -> list[Any]:
    return sorted(held, key=repr)
