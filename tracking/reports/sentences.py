"""The sentences of a report, in the active language: what stands before any figure."""

from __future__ import annotations

import datetime as dt
import math

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext_lazy

from cms.figures import long_date, percent, short_date
from cms.rule import Reading
from cms.rule_picture import sentence

from ..barometer.crossing import ELEARNING, GATHERING, PROGRAMME
from .content import Content
from .numbers import number

# Above this share of exempt people the headline says so (docs/barometer.md, "Who counts").
MANY_EXEMPT = 0.05
HALVES = {
    ELEARNING: gettext_noop("the e-learning of %(course)s"),
    GATHERING: gettext_noop("the gathering of %(course)s"),
}


def title_of(thing: Content) -> str:
    """The title of a campaign or course in the reader's language."""
    in_nynorsk = thing["title_nn"] if translation.get_language() == "nn" else ""
    return in_nynorsk or thing["title"]


def part_title(part: Content) -> str:
    if part["part"] == PROGRAMME:  # our words, not a course's title
        return capfirst(_("the whole programme"))
    if part["title"] is not None:
        return _half_in_english(part) or title_of(part)
    words = {2: _("Both courses"), 3: _("All three courses"), 4: _("All four courses")}
    return words.get(part["courses"], _("All courses"))


def _half_in_english(part: Content) -> str:
    """The half of a course as English says it: frozen are its name in bokmål and nynorsk, with the course's title."""
    words = next((words for ending, words in HALVES.items() if part["part"].endswith(ending)), "")
    if not words or translation.get_language() != "en":
        return ""
    with translation.override("nb"):
        before, _name, after = capfirst(_(words)).partition("%(course)s")
    title = part["title"]
    if not (title.startswith(before) and title.endswith(after)):
        return ""
    return capfirst(words % {"course": title[len(before) : len(title) - len(after)]})


def at_most(part: Content) -> bool:
    """Whether room at gatherings or in classes bounds the forecast to one figure: it is then only not passed.

    A forecast is also one figure where nobody has completed in six weeks; that one is as the pace says.
    """
    if "at_most" in part:
        return bool(part["at_most"])
    # Frozen before format 3: one figure although some completed, or of a programme, says so.
    told = part["forecast"]
    one = told is not None and told["low"] == told["high"] < 1
    return one and (part["part"] == PROGRAMME or (part["pace"] or 0) > 0)


def own_team() -> str:
    return _("You lead all of them, so you see the figures that are hidden from others because the group is small.")


def not_shown() -> str:
    """One and the same text for whatever is hidden."""
    return _("not shown")


def headline(campaign: Content, content: Content) -> str:
    """What is said first: how many have completed, and what the week brought."""
    return " ".join(_standing(campaign, content))


def whole(campaign: Content, content: Content) -> str:
    return " ".join([*_standing(campaign, content), *_outlook(campaign)])


def outlook(campaign: Content) -> str:
    """What reaching the target takes; what follows the headline."""
    return " ".join(_outlook(campaign))


def _standing(campaign: Content, content: Content) -> list[str]:
    part, title = campaign["parts"][0], title_of(campaign)
    if part["suppressed"]:
        return [_("The figures of %(title)s are not shown for this unit.") % {"title": title}]
    if not part["counted"]:
        return [_("Nobody here is asked to complete %(title)s.") % {"title": title}]
    counts = {"completed": number(part["completed"]), "counted": number(part["counted"]), "title": title}
    said = [_("%(completed)s of %(counted)s have completed %(title)s.") % counts]
    if part["change"] is not None:
        said.append(_changed(part["change"], since_sunday=part["as_of"] == content["as_of"] and _midweek(part)))
    if part["exempt"] and part["exempt"] > MANY_EXEMPT * part["in_audience"]:
        said.append(_("%(share)s are exempt.") % {"share": percent(part["exempt"] / part["in_audience"])})
    return said


def _midweek(part: Content) -> bool:
    return dt.date.fromisoformat(part["as_of"]).isoweekday() != 7


def _changed(persons: int, *, since_sunday: bool) -> str:
    n = abs(persons)
    more = ngettext("That is one more than last week.", "That is %(count)s more than last week.", n)
    fewer = ngettext("That is one fewer than last week.", "That is %(count)s fewer than last week.", n)
    same = _("That is as many as last week.")
    if since_sunday:
        more = ngettext("That is one more than last Sunday.", "That is %(count)s more than last Sunday.", n)
        fewer = ngettext("That is one fewer than last Sunday.", "That is %(count)s fewer than last Sunday.", n)
        same = _("That is as many as last Sunday.")
    said = same if persons == 0 else more if persons > 0 else fewer
    return said % {"count": number(n)}


def _outlook(campaign: Content) -> list[str]:
    part, told = campaign["parts"][0], campaign["parts"][0]["forecast"]
    deadline = dt.date.fromisoformat(campaign["deadline"])
    goal = {"target": percent(campaign["target"]), "day": short_date(deadline)}
    if part["suppressed"] or not part["counted"]:
        return []
    if part["target_reached"]:
        return [_("The target of %(target)s is reached.") % goal]
    if dt.date.fromisoformat(part["as_of"]) >= deadline:
        return [_("The deadline was %(day)s; the target of %(target)s was not reached.") % goal]
    if told is None:
        return [_("The target is %(target)s by %(day)s.") % goal]
    need = goal | {"needed": number(told["needed_per_week"])}
    if part["part"] == PROGRAMME:
        ends = {"low": percent(told["low"]), "high": percent(told["high"])}
        said = _("With the classes that end by then it will be between %(low)s and %(high)s.")
        if at_most(part):
            said = _("With the classes that end by then it will be at most %(high)s.")
        return [_("To reach %(target)s by %(day)s takes %(needed)s a week.") % need, said % ends]
    if part["pace"] is None:
        return [_("To reach %(target)s by %(day)s takes %(needed)s a week.") % need]
    need["pace"] = number(max(math.floor(part["pace"] + 0.5), 0))
    takes = _("To reach %(target)s by %(day)s takes %(needed)s a week; the pace is now %(pace)s.") % need
    if at_most(part):
        room = _("With the room there is at gatherings it will be at most %(share)s.")
        return [takes, room % {"share": percent(told["high"])}]
    return [takes]


def picture(campaign: Content, read: Reading) -> str:
    """What the folding rule shows, for one who does not see it."""
    return f"{title_of(campaign)}: {sentence(read)}"


CAUSES = {
    "restated": gettext_lazy("Corrected since"),
    "joined": gettext_lazy("Joined the service"),
    "left": gettext_lazy("Left the service"),
    "moved": gettext_lazy("Moved between units or posts"),
    "audience": gettext_lazy("The campaign asks others"),
    "leave": gettext_lazy("Went on leave or came back"),
    "exemption": gettext_lazy("Exempt, or no longer"),
    "grace": gettext_lazy("Newcomers' time is over"),
    "completed": pgettext_lazy("cause", "Completed"),
    "expired": gettext_lazy("A completion ran out"),
    "other": gettext_lazy("Other changes, each of few"),
}


def cause(name: str) -> str:
    """A step of the bridge in words; a cause that a later rule adds is told by its name."""
    return str(CAUSES.get(name, name))


def compared(campaign: Content) -> str:
    """Which units are ahead or behind the whole country two weeks in a row; empty where none is."""
    part = campaign["parts"][0]
    names = {unit["code"]: unit["name"] for unit in part["units"]}
    said = []
    if part.get("ahead"):
        said.append(_("Ahead two weeks in a row: %(units)s.") % {"units": _listed(part["ahead"], names)})
    if part.get("behind"):
        said.append(_("Behind two weeks in a row: %(units)s.") % {"units": _listed(part["behind"], names)})
    return " ".join(said)


def _listed(codes: list[str], names: dict[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes)


def ahead_of_us(content: Content) -> list[str]:
    """The deadlines of the next four weeks."""
    return [
        _("%(title)s: %(day)s") % {"title": title_of(one), "day": long_date(dt.date.fromisoformat(one["on"]))}
        for one in content.get("deadlines", [])
    ]


def restated(content: Content) -> list[str]:
    """What has been corrected in earlier weeks; bars but a campaign's first are named."""
    parts = {one["slug"]: {part["part"]: part for part in one["parts"][1:]} for one in content["campaigns"]}
    names = [parts.get(one["slug"], {}).get(one.get("part")) for one in content.get("restatements", [])]
    return [
        _("%(title)s, week %(week)s: %(completed)s of %(counted)s; it was %(old_completed)s of %(old_counted)s.")
        % {
            "title": f"{title_of(one)}, {part_title(bar)}" if bar else title_of(one),
            "week": int(one["week"][-2:]),
            "completed": number(one["is"]["completed"]),
            "counted": number(one["is"]["counted"]),
            "old_completed": number(one["was"]["completed"]),
            "old_counted": number(one["was"]["counted"]),
        }
        for one, bar in zip(content.get("restatements", []), names, strict=True)
    ]


def trust(content: Content) -> list[str]:
    """What of the data is doubtful; empty where nothing is."""
    found, said = content.get("quality") or {}, []
    homeless = found.get("people_without_posting")
    if homeless:
        said.append(
            ngettext(
                "%(number)s employed person has no post and is in no figure.",
                "%(number)s employed people have no post and are in no figure.",
                homeless,
            )
            % {"number": number(homeless)}
        )
    disputed = found.get("disputed", 0)
    if disputed is None:
        said.append(_("A few people say that they are counted wrongly, and wait for an answer."))
    elif disputed:
        said.append(
            ngettext(
                "%(number)s person says that they are counted wrongly, and waits for an answer.",
                "%(number)s people say that they are counted wrongly, and wait for an answer.",
                disputed,
            )
            % {"number": number(disputed)}
        )
    return said


def notes(campaign: Content) -> list[str]:
    """Who is asked but does not count, and who has completed among all who are asked."""
    part = campaign["parts"][0]
    if part["in_audience"] is None or part["suppressed"]:
        return []
    said = [_left_out(part)]
    if part["completed_in_audience"] is not None:
        counts = {"completed": number(part["completed_in_audience"]), "asked": number(part["in_audience"])}
        said.append(_("Of all %(asked)s who are asked, %(completed)s have completed.") % counts)
    return said


def _left_out(part: Content) -> str:
    out = part["not_counted"]
    if not out:
        return _("Everybody who is asked is counted.")
    counts = {"out": number(out), "asked": number(part["in_audience"])}
    if part["on_leave"] is None:
        return _("%(out)s of the %(asked)s who are asked are not counted.") % counts
    counts |= {name: number(part[name]) for name in ("on_leave", "in_grace", "exempt")}
    said = _(
        "%(out)s of the %(asked)s who are asked are not counted: "
        "%(on_leave)s on leave, %(in_grace)s new in the job, %(exempt)s exempt."
    )
    return said % counts
