"""A question between two formats: what Moodle XML, GIFT and our blocks can all say.

`Plain.block()` is the stored form of a question block without ids; `plain()` reads a `courses.questions.Question`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from unicodedata import category

from django.utils.translation import gettext as _

from ..exceptions import CoursesError
from ..questions import TEXTS, Question, gap_text

MOST_NAMED = 20
_FILES = re.compile(r"<(?:img|audio|video|object|embed)\b|@@PLUGINFILE@@", re.IGNORECASE)
# Linear in the length of any text: a tag ends before the next one begins.
_TAG = re.compile(r"<(/?[a-z][a-z0-9]*(?![a-z0-9])|[!?])[^<>]*>", re.IGNORECASE)
# Elements that stand within a word: H<sub>2</sub>O.
_WITHIN = frozenset((
    "a", "abbr", "b", "bdi", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var",
))  # fmt: skip
_OUTERMOST = re.compile(r"^(?:\$\w+\$/)?(?:top(?:/|$))?")


class UnreadableFile(CoursesError):
    """The file is not of the format; the message says where and why, in the reader's language."""


class CodeTaken(UnreadableFile):
    """A course with the file's code is here already."""


@dataclass(frozen=True)
class Choice:
    text: str
    correct: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Plain:
    """`kind` as in courses.questions. `choices`: of single and multiple; `pairs`: of match; `items`: of order, in
    order; `text`: of gaps, with [[answer|another]]; `low` to `high`: of numeric."""

    kind: str
    prompt: str
    choices: tuple[Choice, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    text: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    unit: str = ""
    right: str = ""
    wrong: str = ""
    lost: tuple[str, ...] = field(default=(), compare=False)  # sentences on what it said elsewhere and says no more

    def block(self) -> dict[str, Any]:
        """{"type", "value"} as a StreamField takes it. Raises UnreadableFile where our rules do not hold."""
        if said := self._problem():
            raise UnreadableFile(about(self.prompt, said))
        return {"type": self.kind, "value": {"prompt": self.prompt} | getattr(self, f"_{self.kind}")()}

    def _problem(self) -> str:
        sizes = {
            "single": (len(self.choices), 2),
            "multiple": (len(self.choices), 2),
            "order": (len(self.items), 3),
            "match": (len(self.pairs), 3),
        }
        has, least = sizes.get(self.kind, (1, 1))
        if not self.prompt:
            return _("the question has no text")
        if not least <= has <= 8:
            return _("it has %(has)d parts; between %(least)d and 8 can be used") % {"has": has, "least": max(least, 1)}
        if not all(self._parts()):
            return _("one of its parts has no text")
        if any("\0" in said for said in (self.prompt, *self._parts(), self.text, self.unit, self.right, self.wrong)):
            return _("it holds a sign that is no text")
        if self.kind == "numeric" and not all(_can_be_kept(number) for number in (self.low, self.high)):
            return _("the number is too large, or has more than four decimals")
        if self.kind == "numeric" and self.high < self.low:
            return _("its range ends before it begins")
        if self.kind == "gaps" and not _has_gaps(self.text):
            return _("its gaps do not hold together")
        right = sum(choice.correct for choice in self.choices)
        if self.kind == "single" and right > 1:
            return _("one answer is to be chosen, but several are right")
        if (self.kind == "single" and right != 1) or (self.kind == "multiple" and not right):
            return _("which answer is right is not said")
        return ""

    def _parts(self) -> tuple[str, ...]:
        return (*(choice.text for choice in self.choices), *self.items, *(side for pair in self.pairs for side in pair))

    def _feedback(self) -> dict[str, str]:
        return {
            "feedback_right": self.right or _("That is right."),
            "feedback_wrong": self.wrong or _("Not right yet."),
        }

    def _single(self) -> dict[str, Any]:
        return {"options": [_option(choice) for choice in self.choices]}

    _multiple = _single

    def _order(self) -> dict[str, Any]:
        return {"items": list(self.items), **self._feedback()}

    def _match(self) -> dict[str, Any]:
        return {"pairs": [{"left": left, "right": right} for left, right in self.pairs], **self._feedback()}

    def _numeric(self) -> dict[str, Any]:
        up_to = None if self.high == self.low else str(self.high)
        return {"answer": str(self.low), "up_to": up_to, "unit": self.unit, **self._feedback()}

    def _gaps(self) -> dict[str, Any]:
        return {"text": self.text, **self._feedback()}

    def _reflection(self) -> dict[str, Any]:
        return {"hint": ""}

    _free = _reflection


def about(prompt: str, said: str) -> str:
    return _("“%(question)s”: %(said)s") % {"question": prompt[:60], "said": said}


def _can_be_kept(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < 10**11 and number == round(number, 4)


def _has_gaps(text: str) -> bool:
    try:
        return bool(gap_text.split(text))
    except ValueError:
        return False


def _option(choice: Choice) -> dict[str, Any]:
    usual = _("That is right.") if choice.correct else _("Not right yet.")
    return {"text": choice.text, "correct": choice.correct, "feedback": choice.feedback or usual}


def plain(question: Question) -> Plain:
    """What a question says, without keys."""
    known: dict[str, Any] = {"right": question.feedback_right, "wrong": question.feedback_wrong}
    if question.kind in ("single", "multiple"):
        choices = tuple(Choice(o.text, o.correct, o.feedback) for o in question.options)
        return Plain(question.kind, question.prompt, choices=choices)
    if question.kind == "match":
        return Plain("match", question.prompt, pairs=tuple((o.text, o.match) for o in question.options), **known)
    if question.kind == "order":
        return Plain("order", question.prompt, items=tuple(o.text for o in question.options), **known)
    if question.kind == "numeric":
        numbers: dict[str, Any] = {"low": question.low, "high": question.high, "unit": question.unit}
        return Plain("numeric", question.prompt, **numbers, **known)
    if question.kind == "gaps":
        return Plain("gaps", question.prompt, text=_with_gaps(question), **known)
    return Plain(question.kind, question.prompt)


def _with_gaps(question: Question) -> str:
    gaps = ["[[" + "|".join(o.accepted) + "]]" for o in question.options] + [""]
    return "".join(before + gap for before, gap in zip(question.around, gaps, strict=True))


def words(text: str | None) -> str:
    """HTML as one line of plain text: what our questions are made of."""
    return line(html.unescape(_without_tags(text or "")))


def line(text: str) -> str:
    """Without characters that are no text, which no database and no page takes."""
    return " ".join("".join(sign for sign in text if sign.isspace() or category(sign) not in ("Cc", "Cs")).split())


def _without_tags(text: str) -> str:
    said, begins, until = [], 0, ""
    for tag in _TAG.finditer(text):
        name = tag[1].casefold()
        if not until:
            said.append(text[begins : tag.start()])
            until = f"/{name}" if name in ("script", "style") else ""
        elif name == until:
            until = ""
        if name.lstrip("/") not in _WITHIN:
            said.append(" ")
        begins = tag.end()
    return "".join([*said, "" if until else text[begins:]])


def no_bars(answer: str) -> str:
    """An answer as it can stand in one of our gaps. Raises ValueError where it holds what marks a gap."""
    if "|" in answer or "[[" in answer or "]]" in answer:
        raise ValueError("What marks a gap.")
    return answer


def number(text: str) -> Decimal:
    """ "3.14", or "3,14". Raises InvalidOperation."""
    return Decimal(text.strip().replace(",", "."))


def with_the_rest(question: Plain, general: str, texts: Iterable[str]) -> Plain:
    """With the feedback that is for every answer, where no other is given, and a word on pictures and sound.

    `texts`: the question's, as the file has them.
    """
    choices = tuple(replace(choice, feedback=choice.feedback or general) for choice in question.choices)
    lost = list(question.lost)
    if any(_FILES.search(text) for text in texts):
        lost.append(_("pictures, sound and films are not taken along"))
    if question.kind in TEXTS and general:
        lost.append(_("the feedback “%(said)s” is not taken along") % {"said": general[:80]})
    right, wrong = question.right or general, question.wrong or general
    return replace(question, choices=choices, right=right, wrong=wrong, lost=tuple(lost))


def partly() -> str:
    return _("answers that were partly right count as right")


def weights() -> str:
    return _("the answers no longer have different weights")


def one_number() -> str:
    return _("of several right numbers only the best is taken along")


@dataclass
class Read:
    """What a file held: questions, sentences on those that could not be used, and on what the others have lost.

    `categories`, `titles`, `tags`: what stood around the questions, and has no place here.
    """

    questions: list[Plain] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def note_category(self, path: str) -> None:
        """Without where in Moodle it lies, and what every file from there has."""
        self.categories.append(_OUTERMOST.sub("", words(path)))

    def note_title(self, title: str, question: Plain) -> None:
        """A title of its own; one that is the question's first words is none."""
        prompt, names = question.prompt.casefold(), (title.casefold(), words(title).casefold())
        if title and not any(prompt.startswith(name.rstrip(". …")) for name in names):
            self.titles.append(title)

    def _around(self) -> list[str]:
        said = (
            (_("Categories are not taken along: %(names)s."), self.categories),
            (_("Questions have no titles here, so these are not taken along: %(names)s."), self.titles),
            (_("Tags are not taken along: %(names)s."), self.tags),
        )
        return [words % {"names": _listed(names)} for words, names in said if any(names)]

    def blocks(self) -> list[dict[str, Any]]:
        """The usable questions' blocks; what our rules refuse joins `left_out`."""
        found = []
        for question in self.questions:
            try:
                found.append(question.block())
                self.lost += [about(question.prompt, said) for said in question.lost]
            except UnreadableFile as error:
                self.left_out.append(str(error))
        self.lost += self._around()
        return found


def _listed(names: list[str]) -> str:
    """The first of them, each once."""
    once = [_("“%(name)s”") % {"name": name[:60]} for name in dict.fromkeys(names) if name]
    return ", ".join(once[:MOST_NAMED]) + (" …" if len(once) > MOST_NAMED else "")
