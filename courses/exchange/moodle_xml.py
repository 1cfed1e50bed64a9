"""Moodle XML questions (docs.moodle.org, "Moodle XML format").

Written and read: multichoice, matching, ordering, numerical, cloze (gaps), essay; read too: truefalse, shortanswer.
No document type and no entities are taken: a file that has them is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as Tree
from xml.parsers import expat

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

_CLOZE = re.compile(r"\{\d*:(?:SHORTANSWER|SA|MW|SHORTANSWER_C|SAC|MWC):((?:\\.|[^\\{}]){1,2000})\}", re.DOTALL)
_OTHER_GAP = re.compile(r"\{\d*:[A-Z_]+:")
_PLAIN = "plain_text"
_TYPES = {"single": "multichoice", "multiple": "multichoice", "match": "matching", "order": "ordering",
          "numeric": "numerical", "gaps": "cloze", "reflection": "essay", "free": "essay"}  # fmt: skip


def write(questions: Iterable[Plain]) -> bytes:
    """A quiz file in UTF-8."""
    quiz = Tree.Element("quiz")
    for question in questions:
        node = Tree.SubElement(quiz, "question", type=_TYPES[question.kind])
        _text(node, "name", question.prompt[:80])
        _write_one(node, question)
    Tree.indent(quiz)
    return Tree.tostring(quiz, encoding="utf-8", xml_declaration=True)


def _write_one(node: Tree.Element, question: Plain) -> None:
    prompt = f"{question.prompt} {_cloze(question.text)}" if question.kind == "gaps" else question.prompt
    _text(node, "questiontext", prompt, format=_PLAIN)  # and with it every text that says no other
    if question.kind in ("single", "multiple"):
        Tree.SubElement(node, "single").text = "true" if question.kind == "single" else "false"
        for choice in question.choices:
            _answer(node, choice.text, _fraction(question, choice), choice.feedback)
    elif question.kind == "match":
        for left, right in question.pairs:
            sub = Tree.SubElement(node, "subquestion", format=_PLAIN)
            Tree.SubElement(sub, "text").text = left
            _text(sub, "answer", right)
    elif question.kind == "order":
        for number, item in enumerate(question.items, 1):
            _answer(node, item, str(number), "")
    elif question.kind == "numeric":
        middle = (question.low + question.high) / 2
        answer = _answer(node, f"{middle.normalize():f}", "100", question.right)
        Tree.SubElement(answer, "tolerance").text = f"{((question.high - question.low) / 2).normalize():f}"
    for name, said in (("correctfeedback", question.right), ("incorrectfeedback", question.wrong)):
        if said:
            _text(node, name, said)


def _fraction(question: Plain, choice: Choice) -> str:
    right = sum(c.correct for c in question.choices)
    if choice.correct:
        return f"{100 / right:.5f}".rstrip("0").rstrip(".")
    wrong = len(question.choices) - right
    return "0" if question.kind == "single" else f"-{100 / max(wrong, 1):.5f}".rstrip("0").rstrip(".")


def _text(node: Tree.Element, name: str, text: str, **attributes: str) -> Tree.Element:
    child = Tree.SubElement(node, name, attributes)
    Tree.SubElement(child, "text").text = text
    return child


def _answer(node: Tree.Element, text: str, fraction: str, feedback: str) -> Tree.Element:
    child = _text(node, "answer", text, fraction=fraction)
    if feedback:
        _text(child, "feedback", feedback)
    return child


def _cloze(text: str) -> str:
    around, accepted = gap_text.split(text)
    gaps = ["{1:SHORTANSWER:" + "~".join(f"={_escaped(word)}" for word in some) + "}" for some in accepted]
    return "".join(before + gap for before, gap in zip(around, [*gaps, ""], strict=True))


def _escaped(word: str) -> str:
    return re.sub(r"([}#~/\"\\])", r"\\\1", word)


def read(data: bytes) -> Read:
    """The questions in a file. Raises UnreadableFile where it is no Moodle XML."""
    root = _parsed(data)
    if root.tag != "quiz":
        raise UnreadableFile(_("This is not Moodle XML: the outermost element is “%(tag)s”.") % {"tag": root.tag[:40]})
    found = Read()
    for node in root.iter("question"):
        kind = node.get("type", "")
        if kind == "category":
            found.note_category(_said(node, "category"))
            continue
        _settle_formats(node)
        try:
            texts = [one.text or "" for one in node.iter("text")]
            question = with_the_rest(_READERS[kind](node), _said(node, "generalfeedback"), texts)
            found.questions.append(question)
            found.note_title(_said(node, "name"), question)
            found.tags += [words(tag.text) for tag in node.findall("tags/tag/text")]
        except KeyError:
            said = _("“%(name)s”: questions of the kind “%(kind)s” cannot be used here.")
            found.left_out.append(said % {"name": _said(node, "name")[:60], "kind": kind})
        except (ValueError, ArithmeticError):
            found.left_out.append(_("“%(name)s” cannot be read.") % {"name": _said(node, "name")[:60]})
    return found


def _parsed(data: bytes) -> Tree.Element:
    guard = expat.ParserCreate()

    def refuse(*_what: object) -> None:
        raise UnreadableFile(_("The file has a document type or entities, which are not taken."))

    guard.StartDoctypeDeclHandler = refuse  # entities are declared within a document type only
    try:
        guard.Parse(data, True)
        return Tree.fromstring(data)  # noqa: S314 - looked through by the guard
    except (Tree.ParseError, expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableFile(_("The file cannot be read as XML: %(error)s.") % {"error": error}) from error


def _settle_formats(question: Tree.Element) -> None:
    """Each text's own format, or the question's; names, and answers that are typed, are never HTML."""
    text = question.find("questiontext")
    usual = (text.get("format") if text is not None else None) or "html"
    for node in question.iter():
        compared = question.get("type") in ("shortanswer", "numerical") and node.tag == "answer"
        node.set("format", _PLAIN if compared or node.tag == "name" else node.get("format") or usual)


def _said(node: Tree.Element, name: str) -> str:
    child = node.find(name)
    return "" if child is None else _of(child)


def _of(node: Tree.Element) -> str:
    """The text in `node`, as one line."""
    text = node.findtext("text") or ""
    return line(text) if node.get("format") == _PLAIN else words(text)


def _answers(node: Tree.Element) -> Iterator[tuple[Tree.Element, str, Decimal]]:
    for answer in node.findall("answer"):
        yield answer, _of(answer), Decimal(answer.get("fraction") or "0")


def _multichoice(node: Tree.Element) -> Plain:
    single = node.findtext("single", "true").strip().casefold() in ("true", "1")
    answers = list(_answers(node))
    right = [fraction for _a, _t, fraction in answers if fraction > 0]
    least = max(right, default=Decimal(0)) if single else Decimal(0)
    choices = tuple(
        Choice(text, fraction > 0 and fraction >= least, _said(a, "feedback")) for a, text, fraction in answers
    )
    lost: tuple[str, ...] = ()
    if len(set(right)) > 1:
        lost = (_("answers that were partly right count as wrong") if single else weights(),)
    return Plain("single" if single else "multiple", _said(node, "questiontext"), choices, lost=lost)


def _truefalse(node: Tree.Element) -> Plain:
    names = {"true": _("True"), "false": _("False")}
    choices = tuple(
        Choice(names[text.casefold()], fraction > 0, _said(a, "feedback"))
        for a, text, fraction in _answers(node) if text.casefold() in names
    )  # fmt: skip
    return Plain("single", _said(node, "questiontext"), choices)


def _matching(node: Tree.Element) -> Plain:
    subs = node.findall("subquestion")
    pairs = [(_of(sub), _said(sub, "answer")) for sub in subs]
    lures = [right for left, right in pairs if right and not left]
    said = _("what fits nothing is not taken along: %(words)s") % {"words": ", ".join(lures)[:120]}
    whole = tuple(pair for pair in pairs if all(pair))
    prompt = _said(node, "questiontext")
    return Plain("match", prompt, pairs=whole, lost=(said,) if lures else (), **_verdicts(node))


def _ordering(node: Tree.Element) -> Plain:
    items = sorted(_answers(node), key=lambda one: one[2])
    return Plain("order", _said(node, "questiontext"), items=tuple(text for _a, text, _n in items), **_verdicts(node))


def _numerical(node: Tree.Element) -> Plain:
    answers = [one for one in _answers(node) if one[2] > 0]
    answer, text, _fraction_of = max(answers, key=lambda one: one[2])
    middle, tolerance = number(text), number(answer.findtext("tolerance") or "0")
    said = _verdicts(node)
    said["right"] = _said(answer, "feedback") or said["right"]
    units = [words(unit.findtext("unit_name")) for unit in node.findall("units/unit")]
    lost = (one_number(),) if len(answers) > 1 else ()
    if len(units) > 1:
        lost = (*lost, _("only the unit %(unit)s is taken along") % {"unit": units[0]})
    return Plain(
        "numeric", _said(node, "questiontext"), low=middle - tolerance, high=middle + tolerance,
        unit=next(iter(units), "")[:20], lost=lost, **said,
    )  # fmt: skip


def _shortanswer(node: Tree.Element) -> Plain:
    answers = [(text, fraction) for _a, text, fraction in _answers(node) if fraction > 0 and text]
    if not answers:
        raise ValueError("No right answer.")
    lost = (partly(),) if len({fraction for _text, fraction in answers}) > 1 else ()
    if any("*" in text for text, _fraction in answers):
        lost = (*lost, _("an asterisk stands for itself here, not for any text"))
    gap = f"[[{'|'.join(no_bars(text) for text, _fraction in answers)}]]"
    return Plain("gaps", _said(node, "questiontext"), text=gap, lost=lost, **_verdicts(node))


def _cloze_read(node: Tree.Element) -> Plain:
    text = _CLOZE.sub(_gap, _said(node, "questiontext"))
    if _OTHER_GAP.search(text):
        raise KeyError("cloze")  # with gaps that are chosen or counted
    gap_text.split(text)
    named = _said(node, "name")  # as we write it, the text begins with the question
    prompt, text = (
        (named, text.removeprefix(named).strip()) if text.startswith(named) else (_("Fill in the gaps."), text)
    )
    return Plain("gaps", prompt or _("Fill in the gaps."), text=text, **_verdicts(node))


def _gap(found: re.Match[str]) -> str:
    answers = re.split(r"(?<!\\)~", found.group(1))
    right = [a.split("#")[0] for a in answers if re.match(r"=|%100%", a)]
    bare = [re.sub(r"\\(.)", r"\1", re.sub(r"^(=|%100%)", "", one)) for one in right]
    return "[[" + "|".join(no_bars(one) for one in bare) + "]]"


def _essay(node: Tree.Element) -> Plain:
    return Plain("reflection", _said(node, "questiontext"))


def _verdicts(node: Tree.Element) -> dict[str, Any]:
    return {"right": _said(node, "correctfeedback"), "wrong": _said(node, "incorrectfeedback")}


_READERS = {"multichoice": _multichoice, "truefalse": _truefalse, "matching": _matching, "ordering": _ordering,
            "numerical": _numerical, "shortanswer": _shortanswer, "cloze": _cloze_read, "essay": _essay}  # fmt: skip
