"""The format of a course as files: one YAML file a language, figures as SVG beside it.

`python -m courses.content_format FOLDER …` checks folders and says what is wrong with each, by file and place.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml
from msgspec import Meta, Struct

from .exceptions import CoursesError
from .questions import gap_text

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Meta(min_length=1, max_length=500)]
Html = Annotated[str, Meta(min_length=1)]
HTML_TAGS = {"p", "ul", "ol", "li", "strong", "em", "h3"}


class ContentError(CoursesError):
    """A course file does not follow the format."""


class _Strict(Struct, forbid_unknown_fields=True, frozen=True):
    pass


class _Block(_Strict, tag_field="type", frozen=True):
    pass


class Heading(_Block, tag="heading", frozen=True):
    text: Line


class Text(_Block, tag="text", frozen=True):
    html: Html


class Quote(_Block, tag="quote", frozen=True):
    text: Line
    attribution: str = ""


class Fact(_Block, tag="fact", frozen=True):
    title: Line
    html: Html


class Figure(_Block, tag="figure", frozen=True):
    image: Slug
    alt: Annotated[str, Meta(min_length=1, max_length=250)]
    caption: str = ""


class Case(_Block, tag="case", frozen=True):
    title: Line
    html: Html


class Checklist(_Block, tag="checklist", frozen=True):
    title: Line
    items: Annotated[list[Line], Meta(min_length=1)]


class Option(_Strict, frozen=True):
    key: Slug
    text: Line
    feedback: Line
    correct: bool = False


class Single(_Block, tag="single", frozen=True):
    key: Slug
    prompt: Line
    options: Annotated[list[Option], Meta(min_length=2, max_length=8)]


class Multiple(_Block, tag="multiple", frozen=True):
    key: Slug
    prompt: Line
    options: Annotated[list[Option], Meta(min_length=2, max_length=8)]


class Item(_Strict, frozen=True):
    key: Slug
    text: Line


class Order(_Block, tag="order", frozen=True):
    key: Slug
    prompt: Line
    items: Annotated[list[Item], Meta(min_length=3, max_length=8)]
    feedback_right: Line
    feedback_wrong: Line


class Pair(_Strict, frozen=True):
    key: Slug
    left: Line
    right: Line


class Match(_Block, tag="match", frozen=True):
    key: Slug
    prompt: Line
    pairs: Annotated[list[Pair], Meta(min_length=3, max_length=8)]
    feedback_right: Line
    feedback_wrong: Line


class Numeric(_Block, tag="numeric", frozen=True):
    key: Slug
    prompt: Line
    answer: Decimal
    feedback_right: Line
    feedback_wrong: Line
    up_to: Decimal | None = None
    unit: Annotated[str, Meta(max_length=20)] = ""


class Gaps(_Block, tag="gaps", frozen=True):
    """`text` with [[answer|another]] in it (courses.questions.gap_text)."""

    key: Slug
    prompt: Line
    text: Line
    feedback_right: Line
    feedback_wrong: Line


class Reflection(_Block, tag="reflection", frozen=True):
    key: Slug
    prompt: Line
    hint: str = ""


class Free(_Block, tag="free", frozen=True):
    """Text that is sent to KRUS."""

    key: Slug
    prompt: Line
    hint: str = ""


PARTS: dict[type, str] = {Single: "options", Multiple: "options", Order: "items", Match: "pairs"}
Marked = Single | Multiple | Order | Match | Numeric | Gaps
Written = Reflection | Free
Block = Heading | Text | Quote | Fact | Figure | Case | Checklist | Marked | Written


class Lesson(_Strict, frozen=True):
    key: Slug
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    summary: Annotated[str, Meta(max_length=160)]
    minutes: Annotated[int, Meta(ge=1, le=60)]
    body: Annotated[list[Block], Meta(min_length=1)]


class Quiz(_Strict, frozen=True):
    title: Line
    intro: Line
    questions: Annotated[list[Marked], Meta(min_length=1)]
    pass_mark: Annotated[float, Meta(gt=0, le=1)] = 0.75
    max_attempts: int | None = None


class CourseFile(_Strict, frozen=True):
    """One course in one language."""

    slug: Slug
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]+$")]
    subject: Literal["mi", "miljoarbeid", "pedagogikk", "produktutvikling", "samarbeid"]
    language: Literal["nb", "nn", "se", "en"]
    title: Line
    summary: Annotated[str, Meta(min_length=1, max_length=220)]
    intro: Html
    outcomes: Annotated[list[Line], Meta(min_length=1)]
    sources: list[Line]
    lessons: Annotated[list[Lesson], Meta(min_length=1)]
    quiz: Quiz

    def questions(self) -> list[Any]:
        """Every question: of the lessons in order, then of the quiz."""
        found = [b for lesson in self.lessons for b in lesson.body if isinstance(b, Marked | Written)]
        return [*found, *self.quiz.questions]


def read(folder: Path) -> dict[str, CourseFile]:
    """The course in `folder`, by language. Raises ContentError with file and place."""
    files = sorted(folder.glob("course.*.yaml"))
    if not files:
        raise ContentError(f"{folder}: no course.<language>.yaml here.")
    courses: dict[str, CourseFile] = {course.language: course for course in map(_read_file, files)}
    problems = [p for course in courses.values() for p in _problems(course, folder)]
    problems += [p for course in courses.values() for p in _differences(next(iter(courses.values())), course)]
    if problems:
        raise ContentError("\n".join(f"{folder}: {problem}" for problem in problems))
    return courses


def _read_file(file: Path) -> CourseFile:
    try:
        return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), CourseFile)
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{file}: {error}") from error


def _problems(course: CourseFile, folder: Path) -> list[str]:
    keys = [q.key for q in course.questions()]
    found = [f"{course.language}: the key {k} is used twice" for k in sorted({k for k in keys if keys.count(k) > 1})]
    for question in course.questions():
        found += [f"{course.language}: {question.key}: {p}" for p in _question_problems(question)]
    for lesson in course.lessons:
        for block in lesson.body:
            if isinstance(block, Figure) and not _figure(folder, block.image, course.language).exists():
                found.append(f"{course.language}: the figure {block.image} is missing")
            found += [f"{course.language}: {lesson.key}: {p}" for p in _html_problems(getattr(block, "html", ""))]
    return found + [f"{course.language}: intro: {p}" for p in _html_problems(course.intro)]


def _parts(block: Any) -> list[Any]:
    """A question's options, items or pairs."""
    name = PARTS.get(type(block))
    return getattr(block, name) if name else []


def _question_problems(question: Any) -> list[str]:
    parts = _parts(question)
    found = [] if len({p.key for p in parts}) == len(parts) else ["two parts have the same key"]
    right = sum(getattr(p, "correct", False) for p in parts)
    if isinstance(question, Single) and right != 1:
        found.append("exactly one option must be correct")
    if isinstance(question, Multiple) and not 0 < right < len(parts):
        found.append("some options must be correct, and some not")
    if isinstance(question, Match) and len({p.right for p in question.pairs}) != len(question.pairs):
        found.append("two pairs have the same right side")
    if isinstance(question, Numeric) and question.up_to is not None and question.up_to < question.answer:
        found.append("the range ends below the answer")
    return found + _gap_problems(question)


def _gap_problems(question: Any) -> list[str]:
    if isinstance(question, Gaps):
        try:
            gap_text.split(question.text)
        except ValueError as error:
            return [str(error)]
    return []


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in HTML_TAGS or attrs:
            self.found.append(f"<{tag}> with {attrs}" if attrs else f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes nothing")


def _html_problems(html: str) -> list[str]:
    tags = _Tags()
    tags.feed(html)
    tags.close()
    bare = re.sub(r"<(p|ul|ol|h3)>.*?</\1>", "", html, flags=re.S).strip()
    return [f"not allowed: {t}" for t in tags.found + tags.open] + (
        [f"text outside a paragraph: {bare[:40]}"] if bare else []
    )


def _shape(course: CourseFile) -> list[Any]:
    """What must be the same in every language."""

    def block(b: Any) -> tuple[Any, ...]:
        parts = [(p.key, getattr(p, "correct", None)) for p in _parts(b)]
        return (type(b).__name__, getattr(b, "key", None), getattr(b, "image", None), parts, _same_in_all(b))

    lessons = [(lesson.key, [block(b) for b in lesson.body]) for lesson in course.lessons]
    return [("course", course.slug, course.code), *lessons, ("quiz", [block(q) for q in course.quiz.questions])]


def _same_in_all(block: Any) -> Any:
    """A number's range, or how many gaps there are."""
    if isinstance(block, Numeric):
        return (block.answer, block.up_to)
    return len(gap_text.split(block.text)[1]) if isinstance(block, Gaps) else None


def _differences(one: CourseFile, other: CourseFile) -> list[str]:
    here, there = _shape(one), _shape(other)
    places = [a[0] for a, b in zip(here, there, strict=False) if a != b]
    if len(here) != len(there):
        places.append("the number of lessons")
    return [f"{one.language} and {other.language} differ in {place}" for place in places]


def _figure(folder: Path, name: str, language: str) -> Path:
    return folder / "figures" / f"{name}.{language}.svg"


if __name__ == "__main__":
    failed = False
    for name in sys.argv[1:]:
        try:
            for language, course in read(Path(name)).items():
                found = f"{len(course.lessons)} lessons, {len(course.questions())} questions"
                sys.stdout.write(f"{name} {language}: {found}\n")
        except ContentError as error:
            failed = True
            sys.stdout.write(f"{error}\n")
    sys.exit(failed)
