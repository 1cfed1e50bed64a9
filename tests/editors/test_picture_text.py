"""Text in pictures: what cannot be read is found, and stops publishing; what a person must judge is only said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from wagtail.images import get_image_model

from cms.picture_text import contrast, of_drawing, of_photograph
from courses.admin.quality import findings
from courses.models import LessonPage
from tests.player.conftest import course, course_page, lessons, loaded  # noqa: F401 - fixtures

BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (170, 170, 170)


def test_contrast_is_wcags() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast((119, 119, 119), WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("drawing", "most"),
    [
        ("<text>a</text>", 21),
        ('<text fill="#fff">a</text>', 1),
        ('<rect fill="#000"/><text fill="#fff">a</text>', 21),
        ('<rect fill="none" stroke="#000"/><text fill="#fff">a</text>', 1),
        ('<g fill="white"><text>a</text></g><text>b</text>', 1),
        ('<style>.x { stroke: red; fill: #aaaaaa }</style><text class="x">a</text>', 2.32),
        ('<text fill="black" style="fill: #aaa">a</text>', 2.32),
        ('<text>a<tspan fill="#aaa">b</tspan></text>', 2.32),
    ],
)
def test_a_drawings_text_is_measured_on_the_ground_that_suits_it_best(drawing: str, most: float) -> None:
    measured = of_drawing(f"<svg>{drawing}</svg>")
    assert measured
    assert measured.most == pytest.approx(most, abs=0.01)


@pytest.mark.parametrize("drawing", ["", "<svg><rect/></svg>", "<svg", "\x00"])
def test_a_drawing_without_text_has_nothing_to_measure(drawing: str) -> None:
    assert of_drawing(drawing) is None


def photograph(ground: tuple[int, int, int], *lines: tuple[int, int, int]) -> bytes:
    """A picture with a row of strokes in each of the colours."""
    picture = Image.new("RGB", (320, 320), ground)
    pen = ImageDraw.Draw(picture)
    for row, colour in enumerate(lines):
        for x in range(10, 310, 6):
            pen.line((x, row * 80 + 10, x, row * 80 + 70), colour, 2)
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def test_a_pictures_light_and_dark_are_the_most_that_its_text_can_have() -> None:
    faint = of_photograph(BytesIO(photograph(WHITE, GREY, GREY)))
    clear = of_photograph(BytesIO(photograph(WHITE, BLACK, BLACK)))
    assert faint
    assert clear
    assert (round(faint.most, 1), faint.weak) == (2.3, 1.0)
    assert (round(clear.most), clear.weak) == (21, 0.0)


def test_a_picture_with_faint_places_beside_a_clear_one_is_to_be_looked_at() -> None:
    mixed = of_photograph(BytesIO(photograph(WHITE, BLACK, GREY, GREY, GREY)))
    assert mixed
    assert mixed.most > 20
    assert 0.5 < mixed.weak < 1


def test_a_file_that_is_no_picture_is_not_measured() -> None:
    assert of_photograph(BytesIO(b"tekst")) is None


Figure = Callable[[bytes, str, bool], LessonPage]


@pytest.fixture
def figure(lessons: list[LessonPage]) -> Iterator[Figure]:  # noqa: F811
    """A lesson of nothing but a figure with this file."""
    made = []

    def lesson(data: bytes, name: str, holds_text: bool) -> LessonPage:
        image = get_image_model()(title="Figur", file=ContentFile(data, name=name))
        image.save()
        made.append(image)
        value = {"image": image.pk, "alt": "Et skilt.", "caption": "", "holds_text": holds_text}
        page = LessonPage.objects.get(pk=lessons[1].pk)
        page.body = json.dumps([{"type": "figure", "id": "the-figure", "value": value}])
        return page

    yield lesson
    for image in made:
        image.file.delete(save=False)


def said_of(page: LessonPage) -> list[tuple[str, bool]]:
    return [(one.said, one.serious) for one in findings(page) if one.block == "the-figure"]


def test_text_that_nobody_can_read_stops_publishing_and_leads_to_its_figure(figure: Figure) -> None:
    ((said, serious),) = said_of(figure(photograph(WHITE, GREY), "skilt.png", True))
    assert "kontrast på 2,3 i beste fall" in said
    assert serious


def test_a_picture_that_holds_no_text_is_not_looked_at(figure: Figure) -> None:
    assert said_of(figure(photograph(WHITE, GREY), "benk.png", False)) == []


def test_faint_places_are_said_and_stop_nothing(figure: Figure) -> None:
    ((said, serious),) = said_of(figure(photograph(WHITE, BLACK, GREY, GREY, GREY), "skilt.png", True))
    assert "se på det på avstand" in said.lower()
    assert not serious


def test_a_drawings_text_is_found_without_being_told(figure: Figure) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text fill="#eee">a</text></svg>'
    assert [serious for _said, serious in said_of(figure(drawing, "tegning.svg", False))] == [True]
