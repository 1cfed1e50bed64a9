"""A translation is stale to the paragraph: what changed in the source since it was written, and nothing else."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from courses import translating
from courses.admin.translations import told
from courses.admin.typing_errors import changes_in
from courses.models import CoursePage, LessonPage
from courses.translating import State
from tests.admin.conftest import as_pia, edvard, pia, service  # noqa: F401 - fixtures
from tests.look.conftest import course, course_page  # noqa: F401 - fixtures

LONG = "En setning som er lang nok til at den ikke er lik på begge målformer."


def write(page: LessonPage, *texts: str) -> LessonPage:
    """Publish the page with these paragraphs, under keys a, b, c …"""
    body = json.dumps(
        [{"type": "text", "id": key, "value": f"<p>{t}</p>"} for key, t in zip("abcd", texts, strict=False)]
    )
    fresh = LessonPage.objects.get(pk=page.pk)
    fresh.with_content_json({**json.loads(fresh.to_json()), "body": body}).save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)


@pytest.fixture
def source(course_page: CoursePage) -> LessonPage:  # noqa: F811
    page = LessonPage.objects.child_of(course_page).order_by("path")[0]
    page.revisions.all().delete()
    return write(page, LONG, "To.", "Tre.")


@pytest.fixture
def translation(source: LessonPage) -> LessonPage:
    page = source.get_translation(Locale.objects.get(language_code="nn"))
    page.revisions.all().delete()
    return write(page, "Ei setning.", "To på nynorsk.", "Tre på nynorsk.")


def states(page: LessonPage) -> dict[str, State]:
    return {one.key: one.state for one in translating.paragraphs(page) if one.is_block}


def test_a_translation_that_was_written_after_its_source_owes_nothing(translation: LessonPage) -> None:
    assert set(states(translation).values()) == {State.FRESH}


def test_only_the_paragraph_that_changed_in_the_source_is_stale(source: LessonPage, translation: LessonPage) -> None:
    write(source, LONG, "To, men annerledes.", "Tre.", "Fire.")
    assert states(translation) == {"a": State.FRESH, "b": State.STALE, "c": State.FRESH, "d": State.MISSING}
    stale = next(one for one in translating.paragraphs(translation) if one.key == "b")
    assert (stale.was, stale.source) == ("<p>To.</p>", "<p>To, men annerledes.</p>")


def test_writing_in_another_paragraph_does_not_make_the_stale_one_fresh(
    source: LessonPage, translation: LessonPage
) -> None:
    write(source, LONG, "To, men annerledes.", "Tre.")
    assert states(write(translation, "Ei ny setning.", "To på nynorsk.", "Tre på nynorsk."))["b"] is State.STALE
    assert states(write(translation, "Ei ny setning.", "To, men annleis.", "Tre på nynorsk."))["b"] is State.FRESH


def test_the_sources_own_text_is_not_translated_and_a_paragraph_that_went_is_said(
    source: LessonPage, translation: LessonPage
) -> None:
    page = write(translation, LONG, "To på nynorsk.", "Tre på nynorsk.")
    write(source, LONG, "To.")
    assert states(page) == {"a": State.SAME, "b": State.FRESH, "c": State.EXTRA}


def test_what_an_editor_confirms_holds_until_the_source_changes_again(
    client: Client, edvard: object, source: LessonPage, translation: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(edvard)  # type: ignore[arg-type]
    write(source, LONG, "To!", "Tre.")
    address = reverse("translation", args=[translation.pk])
    assert address in client.get("/admin/").content.decode()
    shown = client.get(address).content.decode()
    assert "Kilden er endret siden dette ble skrevet" in shown
    assert "/edit/#block-b-section" in shown
    client.post(address, {"key": "b"})
    assert states(translation)["b"] is State.FRESH
    write(source, LONG, "To?", "Tre.")
    assert states(translation)["b"] is State.STALE
    assert "To på nynorsk" in client.get(reverse("look-over", args=[translation.pk])).content.decode()


def test_only_who_may_edit_compares_and_only_a_translation(
    client: Client, service: object, as_pia: Client, source: LessonPage, translation: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    assert as_pia.get(reverse("translation", args=[source.pk])).status_code == 404
    client.force_login(service.Ola)  # type: ignore[attr-defined]
    assert client.get(reverse("translation", args=[translation.pk])).status_code == 302


@pytest.fixture
def begun_in_nynorsk(course_page: CoursePage) -> LessonPage:  # noqa: F811
    """A lesson that is written in nynorsk first; bokmål mirrors it."""
    above = course_page.get_translation(Locale.objects.get(language_code="nn"))
    made = above.add_child(instance=LessonPage(title="Ny", slug="ny", locale=above.locale, live=False))
    page = write(made, LONG)
    page.copy_for_translation(course_page.locale, alias=True)
    return page


def test_a_page_begun_in_nynorsk_is_translated_to_bokmal(as_pia: Client, begun_in_nynorsk: LessonPage) -> None:  # noqa: F811
    mirror = begun_in_nynorsk.get_translation(Locale.objects.get(language_code="nb"))
    begin = reverse("translation-begin", args=[mirror.pk])
    assert begin in as_pia.get(f"/admin/pages/{begun_in_nynorsk.pk}/edit/").content.decode()
    assert "Ny" in as_pia.get(begin).content.decode()
    as_pia.post(begin)
    bokmal = LessonPage.objects.get(pk=mirror.pk)
    assert bokmal.alias_of_id is None
    assert translating.source_of(bokmal) == begun_in_nynorsk
    assert translating.source_of(begun_in_nynorsk) is None
    assert states(bokmal) == {"a": State.SAME}
    assert "Kilden: Nynorsk" in as_pia.get(reverse("translation", args=[bokmal.pk])).content.decode()


def test_a_course_is_translated_to_english_and_looked_at_in_english(
    as_pia: Client, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    english = course_page.get_translation(Locale.objects.get(language_code="en"))
    begin = reverse("translation-begin", args=[english.pk])
    assert begin in as_pia.get(f"/admin/pages/{course_page.pk}/edit/").content.decode()
    as_pia.post(begin)
    lesson = LessonPage.objects.child_of(english).order_by("path")[0]
    assert lesson.alias_of_id is None
    write(lesson, "Ask, and listen.")
    shown = as_pia.get(f"/admin/pages/{lesson.pk}/view_draft/").content.decode()
    assert "Ask, and listen." in shown
    assert "Lesson 1 of 2" in shown
    assert '<html lang="en"' in shown


def test_a_translation_that_is_behind_its_source_waits_on_the_dashboard_and_the_source_never(
    source: LessonPage, translation: LessonPage
) -> None:
    from courses.admin.translations import behind

    assert translation.page_ptr not in behind()
    write(source, LONG, "To!", "Tre.")
    assert list(behind().filter(translation_key=source.translation_key)) == [translation.page_ptr]


LOADED = '<p>Les <strong>dette</strong> &quot;nå&quot;.</p><p><a linktype="page" id="3">Her</a><br/></p>'
SAVED = (
    '<p data-block-key="a1">Les <b>dette</b> "nå".</p><p data-block-key="d3"><a id="3" linktype="page">Her</a><br></p>'
)


def loaded_and_saved(page: LessonPage, before: str, after: str) -> LessonPage:
    """Published as it was loaded; then saved in the editor, which adds its keys and the settings a block has now."""
    for text, more in ((before, {}), (after, {"holds_text": False})):
        body = [
            {"type": "text", "id": "a", "value": text},
            {"type": "figure", "id": "b", "value": {"alt": "Et bord."} | more},
        ]
        fresh = LessonPage.objects.get(pk=page.pk)
        revision = fresh.with_content_json({**json.loads(fresh.to_json()), "body": json.dumps(body)}).save_revision()
        if not more:
            revision.publish()
    return LessonPage.objects.get(pk=page.pk)


def test_what_the_editor_adds_by_itself_makes_no_translation_stale(course_page: CoursePage) -> None:  # noqa: F811
    source = LessonPage.objects.child_of(course_page).order_by("path")[0]
    page = source.get_translation(Locale.objects.get(language_code="nn"))
    loaded_and_saved(source, LOADED, SAVED)
    write(page, "Les dette no.")
    assert states(LessonPage.objects.get(pk=page.pk))["a"] is State.FRESH
    loaded_and_saved(source, SAVED, SAVED.replace("nå", "straks"))
    assert states(LessonPage.objects.get(pk=page.pk))["a"] is State.STALE


def test_a_typing_error_in_a_page_that_was_loaded_is_one(course_page: CoursePage) -> None:  # noqa: F811
    source = LessonPage.objects.child_of(course_page).order_by("path")[0]
    page = loaded_and_saved(source, LOADED.replace("dette", "dettte"), SAVED)
    assert changes_in(page) == [("dettte", "dette")]
    assert changes_in(loaded_and_saved(source, LOADED, SAVED.replace('id="3"', 'id="4"'))) is None


def test_a_word_in_bold_stays_in_its_sentence_beside_the_source() -> None:
    assert told(SAVED) == ['Les dette "nå".', "Her"]


def test_a_translation_that_is_looked_over_waits_no_more_until_its_source_changes_again(
    as_pia: Client, source: LessonPage, translation: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    beside = reverse("translation", args=[translation.pk])
    write(source, LONG, "To!", "Tre!")
    as_pia.post(beside, {"key": "b"})
    as_pia.post(beside, {"key": translating.WHOLE})  # not while a paragraph is left
    assert beside in as_pia.get("/admin/").content.decode()
    as_pia.post(beside, {"key": "c"})
    assert beside not in as_pia.get("/admin/").content.decode()
    write(source, LONG, "To!", "Tre, igjen.")
    assert beside in as_pia.get("/admin/").content.decode()


def test_a_source_that_says_again_what_it_said_is_settled_with_one_press(
    as_pia: Client, source: LessonPage, translation: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    beside = reverse("translation", args=[translation.pk])
    write(source, LONG, "To!", "Tre.")
    write(source, LONG, "To.", "Tre.")
    assert f'name="key" value="{translating.WHOLE}"' in as_pia.get(beside).content.decode()
    as_pia.post(beside, {"key": translating.WHOLE})
    assert f'value="{translating.WHOLE}"' not in as_pia.get(beside).content.decode()
    assert beside not in as_pia.get("/admin/").content.decode()
