"""The folding rule's geometry: everything stands where the share says, and no label meets another."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.utils import translation

from cms import figures, rule, rule_picture

FORMATS = [rule.WIDE, rule.NARROW]
SHARES = [n / 100 for n in range(0, 101, 2)] + [0.01, 0.89, 0.99, 0.995]


def labels_meet(drawing: rule.Drawing) -> bool:
    for group in (drawing.above, drawing.below):
        for one, other in combinations([written.label for written in group], 2):
            side_by_side = one.box[1] <= other.box[0] or other.box[1] <= one.box[0]
            if one.lane == other.lane and not side_by_side:
                return True
            outer, inner = (one, other) if one.lane >= other.lane else (other, one)
            if inner.box[0] < outer.at < inner.box[1]:
                return True
    return False


@pytest.mark.parametrize("form", FORMATS)
def test_no_label_meets_another_or_its_stem_or_leaves_the_picture(form: rule.Format) -> None:
    for share in SHARES:
        for other in SHARES:
            drawing = rule.draw(
                form,
                rule.Reading(
                    share,
                    target=other,
                    forecast=(other, min(other + 0.06, 1.0)),
                    last_week=share,
                    share_text="88 % i dag",
                    target_text="mål 90 % · 30. juni",
                    forecast_text="prognose 81–87 %",
                    last_week_text="forrige uke 100 %",
                ),
            )
            assert not labels_meet(drawing), (share, other)
            for written in drawing.labels:
                assert written.label.box[0] >= 0 and written.label.box[1] <= form.width, (share, other)


def test_labels_that_have_room_stand_in_one_lane_above_their_points() -> None:
    drawing = rule.draw(rule.WIDE, rule.Reading(0.63, target=0.9, share_text="63 % i dag", target_text="mål 90 %"))
    assert {(w.label.lane, w.label.anchor) for w in drawing.above} == {(0, "middle")}


def test_the_filled_part_ends_where_the_share_stands() -> None:
    drawing = rule.draw(rule.WIDE, rule.Reading(0.5))
    assert drawing.fill == rule.WIDE.width / 2


@pytest.mark.parametrize("share", [-0.2, 1.3])
def test_nothing_is_drawn_outside_the_rule(share: float) -> None:
    drawing = rule.draw(rule.WIDE, rule.Reading(share))
    assert rule.WIDE.left <= (drawing.fill or 0) <= rule.WIDE.left + rule.WIDE.length


def test_a_hidden_figure_fills_nothing_and_says_no_number() -> None:
    with translation.override("nb"):
        read = rule_picture.reading(None, target=0.9)
        drawing = rule.draw(rule.WIDE, read)
        assert drawing.fill is None
        assert [w.label.name for w in drawing.above] == ["target"]


def test_a_forecast_is_hatched_apart_in_what_is_done_and_in_what_is_left() -> None:
    drawing = rule.draw(rule.WIDE, rule.Reading(0.5, forecast=(0.4, 0.6)))
    assert drawing.forecast_in_done and drawing.forecast_in_done[0] == rule.WIDE.x(0.4)
    assert drawing.forecast_ahead and drawing.forecast_ahead[0] == rule.WIDE.x(0.5)
    widths = (drawing.forecast_in_done[1], drawing.forecast_ahead[1])
    assert widths == pytest.approx((rule.WIDE.length / 10, rule.WIDE.length / 10))


def test_a_small_rule_has_as_many_links_as_the_course_has_parts_and_no_numbers() -> None:
    drawing = rule.draw_small(rule.Reading(0.5), steps=6)
    assert len(drawing.joints) == 5
    assert not drawing.numbers and not drawing.labels


@pytest.mark.parametrize(("share", "shown"), [(0.29, 29), (0.999, 99), (1.0, 100), (0.636, 63), (0, 0)])
def test_a_share_is_rounded_down_so_that_100_means_all(share: float, shown: int) -> None:
    assert figures.whole_percent(share) == shown


def test_a_percentage_never_breaks_over_two_lines() -> None:
    with translation.override("nb"):
        assert figures.percent(0.63) == "63\N{NO-BREAK SPACE}%"


def test_the_file_is_an_svg_of_its_own_that_needs_no_style_sheet() -> None:
    with translation.override("nb"):
        read = rule_picture.reading(0.634, target=0.9, forecast_low=0.81, forecast_high=0.87, last_week=0.6)
        text = rule_picture.svg_file(
            read, title="<Tiltak> & mål", lead="254 av 401.", note="Demo: oppdiktet.", language="nb"
        )
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "<Tiltak> & mål" in "".join(root.itertext())
    assert "Demo: oppdiktet." in "".join(root.itertext())
    assert "style=" not in text and "<style" not in text


@pytest.mark.parametrize(("last", "light"), [(0.6, True), (0.7, False)])
def test_last_week_s_line_is_marked_where_it_stands_on_what_is_filled(last: float, light: bool) -> None:
    text = rule_picture.svg_file(rule_picture.reading(0.634, last_week=last), title="", lead="", note="", language="nb")
    assert ("r-in-done" in text) is light


def test_the_picture_says_in_words_what_it_shows() -> None:
    with translation.override("en"):
        read = rule_picture.reading(0.634, target=0.9, forecast_low=0.81, forecast_high=0.87)
        assert rule_picture.sentence(read) == "63% today, target 90%, forecast 81–87%."
