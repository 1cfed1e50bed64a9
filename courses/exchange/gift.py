"""GIFT, Moodle's text format for questions (docs.moodle.org, "GIFT format").

Written: single, multiple, match, numeric, gaps with one gap, reflection and free (as essays). Read: multiple choice,
true/false, short answer, matching, numerical, essay, missing word. An order of things has no form in GIFT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from ..questions import gap_text
from .plain import (
    Choice,
    Plain,
    Read,
    UnreadableFile,
    line,
    no_bars,
    number,
    one_number,
    partly,
    weights,
    with_the_rest,
    words,
)

KINDS = {"single", "multiple", "match", "numeric", "gaps", "reflection", "free"}
SPECIAL = "~=#{}:"
# Escaped characters are put aside while the line is read, and taken back at the end.
_ASIDE = {f"\\{sign}": chr(n) for n, sign in enumerate(SPECIAL + "\\", 1)}  # control characters: never in a text
# So are the signs of HTML in a question that says it has none; a text in it may say that it has.
_LESS, _AND = "\x0e", "\x0f"
_PUT_BY = str.maketrans({"<": _LESS, "&": _AND})
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BACK = dict(zip(_ASIDE.values(), SPECIAL + "\\", strict=True))
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_TITLE = re.compile(r"^\s*::(.*?)::", re.DOTALL)
_CATEGORY = re.compile(r"^[ \t]*\$CATEGORY:(.*)$", re.MULTILINE)
_TAG = re.compile(r"\[tag:([^\[\]]*)\]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_ANSWER = re.compile(r"([=~])((?:%-?[\d.,]+%)?)([^=~]*)")


def write(questions: Iterable[Plain]) -> str:
    """The questions as GIFT, one paragraph each; those it cannot say are left out."""
    return "\n\n".join(f"[plain]{_written(q)}" for q in questions if q.kind in KINDS and _can(q)) + "\n"


def _can(question: Plain) -> bool:
    return question.kind != "gaps" or len(gap_text.split(question.text)[1]) == 1


def _written(question: Plain) -> str:
    if question.kind == "gaps":
        (before, after), (accepted,) = gap_text.split(question.text)
        prompt = f"{question.prompt} {before}".strip()
        return f"{_escaped(prompt)} {{{' '.join('=' + _escaped(word) for word in accepted)}}} {_escaped(after)}".strip()
    return f"{_escaped(question.prompt)} {{{_inside(question)}}}"


def _inside(question: Plain) -> str:
    if question.kind == "numeric":
        return f"#{question.low:f}..{question.high:f}"
    if question.kind == "match":
        return "\n" + "".join(f"={_part(left)} -> {_escaped(right)}\n" for left, right in question.pairs)
    if question.kind in ("single", "multiple"):
        return "\n" + "".join(f"{_sign(question, c)}{_part(c.text)}{_hash(c)}\n" for c in question.choices)
    return ""


def _sign(question: Plain, choice: Choice) -> str:
    if question.kind == "single":
        sign, worth = ("=", 100) if choice.correct else ("~", 0)
        return f"{sign}%{worth}%" if choice.text.startswith("%") else sign  # or it would begin with its own worth
    right = sum(c.correct for c in question.choices)
    wrong = len(question.choices) - right
    share = 100 / right if choice.correct else -100 / max(wrong, 1)
    return f"~%{share:.5f}%"


def _hash(choice: Choice) -> str:
    return f"#{_part(choice.feedback)}" if choice.feedback else ""


def _part(text: str) -> str:
    """A text that may say its own format, and says it where it would seem to."""
    return f"[plain]{_escaped(text)}" if text.startswith("[") else _escaped(text)


def _escaped(text: str) -> str:
    marked = "".join(f"\\{sign}" if sign in SPECIAL + "\\" else sign for sign in text)
    return "\\n".join(marked.splitlines())


def read(text: str) -> Read:
    """The questions in a GIFT file. Raises UnreadableFile where there is none."""
    found, text = Read(), _CONTROLS.sub("", text)
    for category in _CATEGORY.findall(text):
        found.note_category(category)
    found.tags = [words(tag) for line in text.splitlines() if _is_aside(line) for tag in _TAG.findall(line)]
    paragraphs = _paragraphs(text)
    if not any(_has_braces(paragraph) for paragraph in paragraphs):
        raise UnreadableFile(_("There is no question in the file. GIFT has the answers in braces: {=right ~wrong}."))
    for place, paragraph in enumerate(paragraphs, 1):
        try:
            question = _question(paragraph)
            found.questions.append(question)
            if title := _TITLE.match(paragraph):
                found.note_title(_clean(title.group(1)), question)
        except (ValueError, ArithmeticError):
            told = {"number": place, "first": _clean(paragraph)[:60]}
            if _has_braces(paragraph):
                found.left_out.append(_("Question %(number)d (“%(first)s”) cannot be read.") % told)
            else:
                found.left_out.append(_("Paragraph %(number)d (“%(first)s”) has no answers in braces.") % told)
    return found


def _paragraphs(text: str) -> list[str]:
    lines = [line for line in text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines() if not _is_aside(line)]
    put_aside = _ESCAPED.sub(lambda found: _ASIDE.get(found.group(0), " "), "\n".join(lines))  # \\n is a line's end
    return [part for part in re.split(r"\n\s*\n", put_aside) if part.strip()]


def _has_braces(paragraph: str) -> bool:
    return "{" in paragraph or "}" in paragraph


def _is_aside(line: str) -> bool:
    return line.lstrip().startswith(("//", "$CATEGORY:"))


def _question(paragraph: str) -> Plain:
    text = _TITLE.sub("", paragraph)
    if (told := _FORMAT.match(text)) and told[1].casefold() == "plain":
        text = text.translate(_PUT_BY)
    before, brace, rest = text.partition("{")
    inside, end, after = rest.partition("}")
    if not brace or not end or "{" in inside or "{" in after or "}" in after:
        raise ValueError("No answers in braces.")
    inside, _hashes, general = inside.partition("####")
    prompt = _clean(before)
    found = _missing_word(prompt, inside.strip(), _clean(after)) if after.strip() else _by_form(prompt, inside.strip())
    return with_the_rest(found, _clean(general), [text])


def _by_form(prompt: str, inside: str) -> Plain:
    if not inside:
        return Plain("reflection", prompt)
    if inside.startswith("#"):
        return _numeric(prompt, inside[1:])
    verdict = re.match(r"^(T|TRUE|F|FALSE)\b\s*(?:#(.*))?$", inside, re.IGNORECASE | re.DOTALL)
    if verdict:
        right = verdict.group(1).upper().startswith("T")
        wrong_said, _sign, right_said = (verdict.group(2) or "").partition("#")  # in this order
        said = {right: _clean(right_said), not right: _clean(wrong_said)}
        return Plain("single", prompt, tuple(Choice(name, one is right, said[one]) for name, one in _verdicts()))
    if "->" in inside and "~" not in inside:
        return Plain("match", prompt, pairs=tuple(_pair(line) for line in inside.split("=") if line.strip()))
    return _choices(prompt, inside)


def _verdicts() -> tuple[tuple[str, bool], ...]:
    return (_("True"), True), (_("False"), False)


def _missing_word(prompt: str, inside: str, after: str) -> Plain:
    """A gap where only right answers are given, a choice where wrong ones are too."""
    answers = _answers(inside)
    if all(answer.correct for answer, _weight in answers):
        return replace(_gap(_("Fill in the gap."), answers), text=f"{prompt} {_gap('', answers).text} {after}")
    return _choice(f"{prompt} … {after}", answers, inside)


def _choices(prompt: str, inside: str) -> Plain:
    answers = _answers(inside)
    if all(answer.correct for answer, _weight in answers) and "~" not in inside:
        return _gap(prompt, answers)
    return _choice(prompt, answers, inside)


def _gap(prompt: str, answers: list[tuple[Choice, Decimal]]) -> Plain:
    lost = (partly(),) if len({weight for _answer, weight in answers}) > 1 else ()
    if any(answer.feedback for answer, _weight in answers):
        lost = (*lost, _("a gap has one feedback when right, and not one for each answer"))
    right = next((answer.feedback for answer, _weight in answers if answer.feedback), "")
    accepted = "|".join(no_bars(answer.text) for answer, _weight in answers)
    return Plain("gaps", prompt, text=f"[[{accepted}]]", right=right, lost=lost)


def _choice(prompt: str, answers: list[tuple[Choice, Decimal]], inside: str) -> Plain:
    """One answer where there is an equals sign before a right one, else several."""
    right = {weight for answer, weight in answers if answer.correct}
    if "=" not in inside:
        choices = tuple(answer for answer, _weight in answers)
        return Plain("multiple", prompt, choices, lost=(weights(),) if len(right) > 1 else ())
    best = max(right, default=Decimal(0))
    choices = tuple(replace(answer, correct=answer.correct and weight == best) for answer, weight in answers)
    lost = (_("answers that were partly right count as wrong"),) if len(right) > 1 else ()
    return Plain("single", prompt, choices, lost=lost)


def _answers(inside: str) -> list[tuple[Choice, Decimal]]:
    """Each answer, with how many per cent it was worth."""
    found = []
    for sign, weight, said in _ANSWER.findall(inside):
        text, _hash_sign, feedback = said.partition("#")
        worth = number(weight.strip("%")) if weight else Decimal(100 if sign == "=" else 0)
        found.append((Choice(_clean(text), worth > 0, _clean(feedback)), worth))
    if not found:
        raise ValueError("No answers.")
    return found


def _pair(line: str) -> tuple[str, str]:
    left, _arrow, right = line.partition("->")
    return _clean(left), _clean(right)


def _numeric(prompt: str, inside: str) -> Plain:
    """The best of its answers: a number, one with a tolerance (3:1), or a range (2..4)."""
    several = [part for part in re.split(r"[=~]", inside) if part.strip() and not part.strip().startswith("#")]
    first, _sign, feedback = several[0].partition("#") if several else ("", "", "")
    first = re.sub(r"^%[\d.,]+%", "", first.strip())
    if ".." in first:
        low, high = (number(part) for part in first.split("..", 1))
    else:
        middle, _colon, tolerance = first.partition(":")
        low = number(middle) - number(tolerance or "0")
        high = number(middle) + number(tolerance or "0")
    lost = (one_number(),) if len(several) > 1 else ()
    return Plain("numeric", prompt, low=low, high=high, right=_clean(feedback), lost=lost)


def _clean(text: str) -> str:
    """One text of a question; it may say its own format."""
    told = _FORMAT.match(text)
    text = _taken_back(text[told.end() :] if told else text)
    plain = told[1].casefold() == "plain" if told else _LESS in text or _AND in text
    text = text.replace(_LESS, "<").replace(_AND, "&")
    return line(text) if plain else words(text)


def _taken_back(text: str) -> str:
    for aside, sign in _BACK.items():
        text = text.replace(aside, sign)
    return text
