"""A reader of iCalendar made from RFC 5545 alone, so that what writes our files does not also judge them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

NAME = re.compile(r"[A-Za-z0-9-]+")
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))')


class NotCalendar(ValueError):
    """The text is not what section 3.1 or 3.4 allows."""


@dataclass
class Property:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """3.3.11: a backslash before backslash, semicolon, comma, and n for a line break; nothing else."""
        if not re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", self.value):
            raise NotCalendar(f"{self.name} has what is not escaped: {self.value!r}")
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value)

    @property
    def moment(self) -> dt.datetime:
        """3.3.5: in UTC with a Z, or local with a TZID."""
        found = dt.datetime.strptime(self.value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - put on below
        if self.value.endswith("Z"):
            if "TZID" in self.parameters:
                raise NotCalendar("3.2.19: no TZID for UTC")
            return found.replace(tzinfo=dt.UTC)
        return found.replace(tzinfo=ZoneInfo(self.parameters["TZID"]))


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def one(self, name: str) -> Property:
        """The property that must be there once."""
        (found,) = [one for one in self.properties if one.name == name]
        return found

    def walk(self, name: str) -> list[Component]:
        return [self] * (self.name == name) + [found for part in self.parts for found in part.walk(name)]


def read(text: str) -> Component:
    """The one VCALENDAR of a file. Raises NotCalendar."""
    if not text.endswith("\r\n") or re.search(r"(?<!\r)\n|\r(?!\n)", text):
        raise NotCalendar("3.1: lines end with CRLF")
    lines = text.split("\r\n")[:-1]
    if any(len(line.encode()) > 75 for line in lines):
        raise NotCalendar("3.1: a line is at most 75 octets")
    stack = [Component("")]
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]:
        one = _property(line)
        if one.name == "BEGIN":
            stack.append(Component(one.value))
            stack[-2].parts.append(stack[-1])
        elif one.name == "END":
            if stack.pop().name != one.value:
                raise NotCalendar(f"END:{one.value} ends something else")
        else:
            stack[-1].properties.append(one)
    (found,) = stack[0].parts
    if len(stack) != 1 or found.name != "VCALENDAR":
        raise NotCalendar("3.4: one VCALENDAR, and it is ended")
    return found


def _property(line: str) -> Property:
    name = NAME.match(line)
    if not name:
        raise NotCalendar(f"no content line: {line!r}")
    at, parameters = name.end(), {}
    while found := PARAMETER.match(line, at):
        parameters[found[1].upper()] = found[2].strip('"')
        at = found.end()
    if line[at : at + 1] != ":":
        raise NotCalendar(f"no value: {line!r}")
    return Property(name[0].upper(), parameters, line[at + 1 :])
