"""GIFT, Moodle's text format for questions (docs.moodle.org, "GIFT format").

Written: single, multiple, match, numeric, gaps with one gap, reflection and free (as essays). Read: multiple choice,
true/false, short answer, matching, numerical, essay, missing word. An order of things has no form in GIFT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from ..questions import gap_text
from .plain import Choice, Plain, Read, UnreadableFile, words

KINDS = {"single", "multiple", "match", "numeric", "gaps", "reflection", "free"}
SPECIAL = "~=#{}:"
# Escaped characters are put aside while the line is read, and taken back at the end.
_ASIDE = {f"\\{sign}": chr(0xE000 + n) for n, sign in enumerate(SPECIAL + "\\")}
_BACK = dict(zip(_ASIDE.values(), SPECIAL + "\\", strict=True))
_ANSWER = re.compile(r"([=~])((?:%-?[\d.,]+%)?)([^=~]*)")


def write(questions: Iterable[Plain]) -> str:
    """The questions as GIFT, one paragraph each; those it cannot say are left out."""
    return "\n\n".join(_written(q) for q in questions if q.kind in KINDS and _can(q)) + "\n"


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
        return "\n" + "".join(f"={_escaped(left)} -> {_escaped(right)}\n" for left, right in question.pairs)
    if question.kind in ("single", "multiple"):
        return "\n" + "".join(f"{_sign(question, c)}{_escaped(c.text)}{_hash(c)}\n" for c in question.choices)
    return ""


def _sign(question: Plain, choice: Choice) -> str:
    if question.kind == "single":
        return "=" if choice.correct else "~"
    right = sum(c.correct for c in question.choices)
    wrong = len(question.choices) - right
    share = 100 / right if choice.correct else -100 / max(wrong, 1)
    return f"~%{share:.5f}%"


def _hash(choice: Choice) -> str:
    return f"#{_escaped(choice.feedback)}" if choice.feedback else ""


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in SPECIAL + "\\" else sign for sign in text)


def read(text: str) -> Read:
    """The questions in a GIFT file. Raises UnreadableFile where there is none."""
    found = Read()
    for number, paragraph in enumerate(_paragraphs(text), 1):
        try:
            found.questions.append(_question(paragraph))
        except (ValueError, InvalidOperation):
            first = _taken_back(paragraph).strip()[:60]
            found.left_out.append(
                _("Question %(number)d (“%(first)s”) cannot be read.") % {"number": number, "first": first}
            )
    if not found.questions and not found.left_out:
        raise UnreadableFile(_("There is no question in the file. GIFT has the answers in braces: {=right ~wrong}."))
    return found


def _paragraphs(text: str) -> list[str]:
    lines = [line for line in text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines() if not _is_aside(line)]
    put_aside = "\n".join(lines)
    for escaped, aside in _ASIDE.items():
        put_aside = put_aside.replace(escaped, aside)
    return [part for part in re.split(r"\n\s*\n", put_aside) if "{" in part or "}" in part]


def _is_aside(line: str) -> bool:
    return line.lstrip().startswith(("//", "$CATEGORY:"))


def _question(paragraph: str) -> Plain:
    text = re.sub(r"^\s*::.*?::", "", paragraph, flags=re.DOTALL)
    before, brace, rest = text.partition("{")
    inside, end, after = rest.partition("}")
    if not brace or not end or "{" in after:
        raise ValueError("No answers in braces.")
    inside = inside.split("####")[0].strip()
    prompt = _clean(re.sub(r"^\s*\[\w+\]", "", before))
    if after.strip():
        return _missing_word(prompt, inside, _clean(after))
    return _by_form(prompt, inside)


def _by_form(prompt: str, inside: str) -> Plain:
    if not inside:
        return Plain("reflection", prompt)
    if inside.startswith("#"):
        return _numeric(prompt, inside[1:])
    verdict = re.match(r"^(T|TRUE|F|FALSE)\b\s*(?:#|$)", inside, re.IGNORECASE)
    if verdict:
        right = verdict.group(1).upper().startswith("T")
        return Plain("single", prompt, choices=(Choice(_("True"), right), Choice(_("False"), not right)))
    if "->" in inside:
        return Plain("match", prompt, pairs=tuple(_pair(line) for line in inside.split("=") if line.strip()))
    return _choices(prompt, inside)


def _missing_word(prompt: str, inside: str, after: str) -> Plain:
    """A gap where only right answers are given, a choice where wrong ones are too."""
    answers = _answers(inside)
    if all(answer.correct for answer in answers):
        gap = "|".join(answer.text for answer in answers)
        return Plain("gaps", _("Fill in the gap."), text=f"{prompt} [[{gap}]] {after}")
    return Plain("single", f"{prompt} … {after}", choices=tuple(answers))


def _choices(prompt: str, inside: str) -> Plain:
    answers = _answers(inside)
    if all(answer.correct for answer in answers) and "~" not in inside:
        return Plain("gaps", prompt, text=f"[[{'|'.join(answer.text for answer in answers)}]]")
    kind = "single" if "=" in inside and sum(answer.correct for answer in answers) == 1 else "multiple"
    return Plain(kind, prompt, choices=tuple(answers))


def _answers(inside: str) -> list[Choice]:
    found = []
    for sign, weight, said in _ANSWER.findall(inside):
        text, _hash_sign, feedback = said.partition("#")
        correct = sign == "=" or (bool(weight) and Decimal(weight.strip("%").replace(",", ".")) > 0)
        found.append(Choice(_clean(text), correct, _clean(feedback)))
    if not found:
        raise ValueError("No answers.")
    return found


def _pair(line: str) -> tuple[str, str]:
    left, _arrow, right = line.partition("->")
    return _clean(left), _clean(right)


def _numeric(prompt: str, inside: str) -> Plain:
    first = inside.strip().lstrip("=").split("~")[0].split("=")[0].split("#")[0].strip()
    first = re.sub(r"^%[\d.]+%", "", first)
    if ".." in first:
        low, high = (Decimal(part.strip()) for part in first.split("..", 1))
    else:
        middle, _colon, tolerance = first.partition(":")
        low = Decimal(middle.strip()) - Decimal(tolerance.strip() or 0)
        high = Decimal(middle.strip()) + Decimal(tolerance.strip() or 0)
    return Plain("numeric", prompt, low=low, high=high)


def _clean(text: str) -> str:
    return words(_taken_back(text))


def _taken_back(text: str) -> str:
    for aside, sign in _BACK.items():
        text = text.replace(aside, sign)
    return text
