"""Every block in a lesson, with hostile text in every field: it renders in each language, and it stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale

from cms.glossary import Term
from courses.blocks import LessonBlock
from courses.models import CoursePage, LessonPage
from tests.player.conftest import (  # noqa: F401 - fixtures
    course,
    course_page,
    kari,
    kari_client,
    lessons,
    loaded,
    person,
)

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'


def items(*values: Any) -> list[dict[str, Any]]:
    return [{"type": "item", "id": f"i{n}", "value": value} for n, value in enumerate(values)]


@pytest.fixture
def files(db: None) -> Iterator[dict[str, int]]:
    documents, images = get_document_model(), get_image_model()
    made = []
    for name in ("film.mp4", "tekst.vtt", "lyd.mp3", "skjema.pdf"):
        one = documents(title=EVIL)
        one.file.save(name, ContentFile(b"innhold"))
        one.save()
        made.append(one)
    picture = images(title=EVIL)
    picture.file = ContentFile(SVG, name="bilde.svg")
    picture.save()
    term = Term.objects.create(word=EVIL, meaning=EVIL, also=EVIL, locale=Locale.objects.get(language_code="nb"))
    keys = dict(zip(("film", "captions", "sound", "form"), [one.pk for one in made], strict=True))
    yield keys | {"picture": picture.pk, "term": term.pk}
    for one in [*made, picture]:
        one.file.delete(save=False)


def body(files: dict[str, int]) -> list[dict[str, Any]]:
    feedback = {"feedback_right": EVIL, "feedback_wrong": EVIL}
    option = {"text": EVIL, "correct": True, "feedback": EVIL}
    pairs = items(*({"left": f"{EVIL}{n}", "right": EVIL} for n in range(3)))
    values: dict[str, Any] = {
        "heading": EVIL,
        "text": f"<p>{EVIL.replace('<', '&lt;')}</p>",
        "quote": {"text": EVIL, "attribution": EVIL},
        "fact": {"title": EVIL, "text": "<p>x</p>"},
        "figure": {"image": files["picture"], "alt": EVIL, "caption": EVIL},
        "video": {
            "title": EVIL, "video": files["film"], "captions": files["captions"], "silent": False, "poster": None,
            "transcript": "<p>x</p>",
        },
        "audio": {"title": EVIL, "audio": files["sound"], "transcript": "<p>x</p>"},
        "document": {"document": files["form"], "about": EVIL},
        "definition": {"term": files["term"]},
        "case": {"title": EVIL, "text": "<p>x</p>"},
        "branching_case": {
            "title": EVIL,
            "steps": items(
                {"name": "A", "text": "<p>x</p>", "choices": items({"text": EVIL, "to": "B"})},
                {"name": "B", "text": "<p>x</p>", "choices": []},
            ),
        },
        "checklist": {"title": EVIL, "items": items(EVIL)},
        "single": {"prompt": EVIL, "options": items(option, option | {"correct": False})},
        "multiple": {"prompt": EVIL, "options": items(option, option)},
        "order": {"prompt": EVIL, "items": items(EVIL, "b", "c"), **feedback},
        "match": {"prompt": EVIL, "pairs": pairs, **feedback},
        "numeric": {"prompt": EVIL, "answer": "1", "up_to": None, "unit": EVIL, **feedback},
        "gaps": {"prompt": EVIL, "text": f"{EVIL} [[{EVIL}]] {EVIL}", **feedback},
        "reflection": {"prompt": EVIL, "hint": EVIL},
        "free": {"prompt": EVIL, "hint": EVIL},
    }  # fmt: skip
    return [{"type": kind, "id": f"block-{kind}", "value": value} for kind, value in values.items()]


@pytest.fixture
def lesson(course_page: CoursePage, lessons: list[LessonPage], files: dict[str, int]) -> LessonPage:  # noqa: F811
    page = LessonPage.objects.get(pk=lessons[0].pk)
    page.body = json.dumps(body(files))
    page.save_revision().publish()
    return page


def test_there_is_no_block_that_this_does_not_try(files: dict[str, int]) -> None:
    assert {one["type"] for one in body(files)} == set(LessonBlock().child_blocks)


@pytest.mark.parametrize("prefix", ["", "/en", "/se"])
def test_hostile_text_in_every_block_is_text(
    kari_client: Client, lesson: LessonPage, prefix: str  # noqa: F811
) -> None:  # fmt: skip
    answer = kari_client.get(f"{prefix}{lesson.url}")
    assert answer.status_code == 200
    source = answer.content.decode()
    assert "<script>alert" not in source
    assert "<img src=x" not in source
    assert "{{ 7|add:7 }}" in source
    assert source.count("&lt;script&gt;alert(1)") > 25
    for mark in ('kind="captions"', "<audio", "<details", 'id="steg-block-branching_case-B"', "<dfn>"):
        assert mark in source
