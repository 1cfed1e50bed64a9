"""Whether a case with choices holds together: every choice leads somewhere, and every step can be reached. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _


def problem(steps: list[tuple[str, list[str]]]) -> str:
    """What is wrong, as a sentence for the editor; "" where nothing is. `steps`: (name, the steps it leads to)."""
    names = [name for name, _to in steps]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        return _("Two steps are called “%(name)s”.") % {"name": twice[0]}
    for name, leads_to in steps:
        if lost := [to for to in leads_to if to not in names]:
            return _("In step “%(name)s” a choice leads to “%(to)s”, which is not there.") % {
                "name": name,
                "to": lost[0],
            }
    unreached = [name for name in names if name not in _reached(steps)]
    return _("No choice leads to step “%(name)s”.") % {"name": unreached[0]} if unreached else ""


def _reached(steps: list[tuple[str, list[str]]]) -> set[str]:
    ways, found, waiting = dict(steps), set(), [steps[0][0]]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += ways[here]
    return found
