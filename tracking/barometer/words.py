"""Numbers and names of parts as people read them, in the active language."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from .bridge import OTHER, RESTATED
from .crossing import ELEARNING, GATHERING, PROGRAMME
from .flows import AUDIENCE, COMPLETED, EXEMPTION, EXPIRED, GRACE, JOINED, LEAVE, LEFT, MOVED
from .published import Bar

NO_BREAK = "\N{NO-BREAK SPACE}"


def count(number: float | None) -> str:
    """4300 as "4 300" (English: "4,300"); a hidden number is a dash."""
    if number is None:
        return "–"
    return f"{round(number):,}".replace(",", "," if translation.get_language() == "en" else NO_BREAK)


def signed(number: int) -> str:
    """11 as "+11", -3 as "−3", nothing as "0"."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{count(abs(number))}"


def cause_words(cause: str) -> str:
    """A step of the bridge (barometer.bridge)."""
    said = {
        RESTATED: _("Corrected since"),
        JOINED: _("Came to the service"),
        LEFT: _("Left the service"),
        MOVED: _("Changed unit or post"),
        AUDIENCE: _("The campaign asks others"),
        LEAVE: _("Went on leave, or came back"),
        EXEMPTION: _("Exempt, or no longer"),
        GRACE: _("New, or no longer"),
        COMPLETED: _("Completed"),
        EXPIRED: _("Completion run out or taken back"),
        OTHER: _("Other changes"),
    }
    return said[cause]


def bar_name(bar: Bar, courses: int) -> str:
    """What a bar is about, as in "have completed …", in the reader's language; the campaign asks for `courses`."""
    if bar.part == PROGRAMME:
        return _("the whole programme")
    if bar.course is not None:
        title = bar.course.title_in(translation.get_language() or "nb")
        if bar.part.endswith(ELEARNING):
            return _("the e-learning of %(course)s") % {"course": title}
        if bar.part.endswith(GATHERING):
            return _("the gathering of %(course)s") % {"course": title}
        return title
    names = {2: _("both courses"), 3: _("all three courses"), 4: _("all four courses"), 5: _("all five courses")}
    return names.get(courses) or _("all %(number)s courses") % {"number": courses}
