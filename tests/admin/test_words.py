"""The admin speaks Norwegian where editors meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import wagtail
import wagtail.admin
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation import trans_real

from config import catalogues
from courses.models import CoursePage
from learners.models import Learner
from tests.look.conftest import course, course_page  # noqa: F401 - fixtures

OWN_WORDS = Path(wagtail.admin.__file__).parent / "locale" / "en" / "LC_MESSAGES"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_word_of_the_editors_scripts_is_translated(client: Client, language: str) -> None:
    with (OWN_WORDS / "djangojs.po").open("rb") as file:
        english = {message.id[0] if isinstance(message.id, tuple) else message.id for message in read_po(file)} - {""}
    told = client.get("/admin/jsi18n/", headers={"accept-language": language}).content.decode()
    assert "Lukk alle" in told
    assert not [words for words in english if f"{json.dumps(words)}: " not in told]


def test_what_an_editor_sends_in_goes_to_approval(client: Client, edvard: Learner, course_page: CoursePage) -> None:  # noqa: F811
    client.force_login(edvard)
    page = client.get(f"/admin/pages/{course_page.pk}/edit/").content.decode()
    assert "Send inn til godkjenning" in page


def test_a_courses_parts_are_listed_in_the_readers_order(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    page = as_pia.get(f"/admin/pages/{course_page.pk}/").content.decode()
    assert page.index("Første") < page.index("Andre") < page.index("Prøve")


EDITORS_MEET = (
    "admin",
    "documents",
    "images",
    "locales",
    "snippets",
    "users",
    "sites",
    "contrib/redirects",
    "contrib/simple_translation",
)


def _is_shown(where: str) -> bool:
    return where.startswith(("templates/", "views", "./templates/", "./views"))


def shown_by_wagtail() -> set[str]:
    """What Wagtail's templates and views say to editors, in English."""
    found: set[str] = set()
    for app in EDITORS_MEET:
        with (Path(wagtail.__file__).parent / app / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
            shown = [one for one in read_po(file) if one.id and any(_is_shown(at) for at, _line in one.locations)]
        found |= {str(one.id[0]) if isinstance(one.id, tuple) else str(one.id) for one in shown}
    return found


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_what_wagtail_says_to_editors_is_in_norwegian(language: str) -> None:
    """Nynorsk falls back to bokmål, never to English."""
    held = [trans_real.translation(code)._catalog for code in ("nb", language)]  # type: ignore[attr-defined]
    shown = shown_by_wagtail()
    assert len(shown) > 700
    english = [words for words in shown if not any(words in one or (words, 1) in one for one in held)]
    assert english == []


def test_nynorsk_has_words_of_its_own_for_what_editors_meet() -> None:
    held = catalogues.read("nn")
    own = {str(one.id[0]) if isinstance(one.id, tuple) else str(one.id) for one in held if one.string}
    catalogue = trans_real.translation("nn")._catalog  # type: ignore[attr-defined]
    missing = [w for w in shown_by_wagtail() - own if w not in catalogue and (w, 1) not in catalogue]
    assert missing == []
