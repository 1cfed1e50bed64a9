"""The person's own data as words: what the file has as keys and values, for the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = 200  # rows of a kind; the file has them all
# What the last part of a field's name is called. A name that is not here is written as it is.
LABELS: dict[str, Promise] = {
    "acting": gettext_lazy("standing in"),
    "answer": gettext_lazy("answer"),
    "answered_at": gettext_lazy("answered"),
    "begun_at": gettext_lazy("begun"),
    "campaign__title": gettext_lazy("campaign"),
    "changed_at": gettext_lazy("changed"),
    "completed_on": gettext_lazy("completed"),
    "correct": gettext_lazy("right"),
    "created_at": gettext_lazy("made"),
    "date_joined": gettext_lazy("entered"),
    "done_at": gettext_lazy("done"),
    "email": gettext_lazy("e-mail"),
    "ended_at": gettext_lazy("ended"),
    "family_name": gettext_lazy("family name"),
    "full_time": gettext_lazy("full time"),
    "given_name": gettext_lazy("given name"),
    "handed_in_at": gettext_lazy("handed in"),
    "hr_number": gettext_lazy("HR number"),
    "is_active": gettext_lazy("may sign in"),
    "known_from": gettext_lazy("known since"),
    "known_to": gettext_lazy("corrected"),
    "language": gettext_lazy("language"),
    "last_login": gettext_lazy("last signed in"),
    "name": gettext_lazy("number in the log"),
    "number": gettext_lazy("number"),
    "opaque_id": gettext_lazy("number for life"),
    "passed": gettext_lazy("passed"),
    "people": gettext_lazy("people"),
    "percent": gettext_lazy("percent"),
    "place": gettext_lazy("where"),
    "position__name": gettext_lazy("position"),
    "primary": gettext_lazy("main"),
    "reason": gettext_lazy("reason"),
    "response": gettext_lazy("answer"),
    "role": gettext_lazy("role"),
    "scaled": gettext_lazy("share right"),
    "seen_at": gettext_lazy("last seen"),
    "sent_at": gettext_lazy("sent"),
    "state": gettext_lazy("state"),
    "subject": gettext_lazy("subject"),
    "text": gettext_lazy("text"),
    "title": gettext_lazy("title"),
    "to": gettext_lazy("to"),
    "tries": gettext_lazy("attempts"),
    "unit__name": gettext_lazy("unit"),
    "valid_from": gettext_lazy("from"),
    "valid_to": gettext_lazy("until before"),
    "valid_until": gettext_lazy("valid until"),
    "version__course__title": gettext_lazy("course"),
    "version__number": gettext_lazy("version"),
    "week": gettext_lazy("week from"),
    "who": gettext_lazy("who"),
    "written_at": gettext_lazy("written"),
}
Line = tuple[str | Promise, Any]


def lines(rows: Iterable[Mapping[str, Any]]) -> list[list[Line]]:
    """Each row as (label, value); values are words, days or moments. Empty values are left out."""
    return [[(label(key), value(said)) for key, said in row.items() if said not in (None, "", [], {})] for row in rows]


def label(key: str) -> str | Promise:
    found = [known for known in LABELS if key == known or key.endswith(f"__{known}")]
    return LABELS[max(found, key=len)] if found else key.replace("__", " ").replace("_", " ")


def value(said: Any) -> Any:
    if isinstance(said, bool):
        return _("yes") if said else _("no")
    if isinstance(said, dt.date):  # moments are days with a time
        return said
    return json.dumps(said, ensure_ascii=False) if isinstance(said, dict | list) else str(said)
