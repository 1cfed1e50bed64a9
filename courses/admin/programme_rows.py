"""A programme chosen in a campaign's form: its required courses become rows of the form, as if entered there."""

from __future__ import annotations

from typing import Any

from ..models import Part

ROWS = "requirements"
_REST = ("id", "renew_months", "renewal", "DELETE")


def required_courses(programme_id: str) -> list[int]:
    """The courses of the programme that everybody takes, in order; none for what is no programme."""
    if not programme_id.isdecimal():
        return []
    parts = Part.objects.filter(programme=int(programme_id), kind=Part.Kind.COURSE, group="").exclude(course=None)
    return list(dict.fromkeys(parts.order_by("order", "pk").values_list("course", flat=True)))


def with_courses(data: Any, stored: int | None) -> Any:
    """The form as it was sent, with a row for each course that it lacks: empty rows first, then new ones.

    Only where another programme is chosen than the one `stored`: what the campaign asks for then stands in its rows.
    """
    chosen_now = str(data.get("programme") or "")
    wanted = required_courses(chosen_now) if chosen_now != str(stored) else []
    rows = str(data.get(f"{ROWS}-TOTAL_FORMS") or "")
    if not wanted or not rows.isdecimal() or int(rows) > 1000:
        return data
    data, total = data.copy(), int(rows)
    standing = [number for number in range(total) if not data.get(f"{ROWS}-{number}-DELETE")]
    chosen = {str(data.get(f"{ROWS}-{number}-course") or "") for number in standing}
    empty = [number for number in standing if not data.get(f"{ROWS}-{number}-course")]
    for course in wanted:
        if str(course) in chosen:
            continue
        if not empty:
            empty, total = [total], total + 1
            data.update({f"{ROWS}-{empty[0]}-{name}": "" for name in _REST})
            data[f"{ROWS}-{empty[0]}-ORDER"] = str(total)
        data[f"{ROWS}-{empty.pop(0)}-course"] = str(course)
    data[f"{ROWS}-TOTAL_FORMS"] = str(total)
    return data
