"""What a translation still owes its source, paragraph by paragraph: read from revisions, but for what is confirmed.

The source is the page that was made first, in whichever language. A block of a translation was written when its text
last changed, or was confirmed; if the source's block has changed since, it is stale. Nothing has to be recorded when
somebody translates.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, Revision

from cms.models import BasePage

from .models import TranslationCheck
from .written import written

FIELDS = ("title", "summary", "intro", "outcomes")
STREAMS = ("body", "questions_field")
WHOLE = "*"  # the key of a check of the whole page
SHORT = 25  # letters: a shorter text may be the same in both written forms
_TEXT = re.compile(r"<[^>]+>|[\W\d_]+")
Blocks = dict[str, Any]


class State(StrEnum):
    """How a paragraph of the translation stands to its source."""

    FRESH = "fresh"
    STALE = "stale"  # the source has changed since
    SAME = "same"  # it is the source's own text
    MISSING = "missing"  # the translation has no such paragraph
    EXTRA = "extra"  # the source has no such paragraph (any more)


@dataclass(frozen=True)
class Paragraph:
    """`key`: the block's id or the field's name. `was`: the source when this was written, where that is another."""

    key: str
    state: State
    source: Any
    was: Any
    here: Any

    @property
    def is_block(self) -> bool:
        return self.key not in FIELDS


def source_of(page: Page) -> Page | None:
    """The page that `page` is a translation of; None for that page itself, a mirror, or one without."""
    if page.alias_of_id or not isinstance(page, BasePage):
        return None
    found = written_first(page.translation_key).select_related("locale").first()
    return None if found is None or found.pk == page.pk else found.specific


def written_first(key: Any) -> QuerySet[Page]:
    """The pages with this translation key that are no mirrors, the source first. `key`: also an OuterRef."""
    return Page.objects.filter(translation_key=key, alias_of=None).order_by("pk")


def blocks(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the paragraphs of a page's stored content say, by key, in order."""
    found = {name: content[name] for name in FIELDS if content.get(name)}
    for name in STREAMS:
        stream = content.get(name) or []
        for block in json.loads(stream) if isinstance(stream, str) else stream:
            found[block["id"]] = written(block["value"])
    return found


def paragraphs(page: Page) -> list[Paragraph]:
    """Each paragraph of the source and of its translation `page`, in the source's order, then what is only here."""
    source = source_of(page)
    if source is None:
        return []
    then = [(revision.created_at, blocks(revision.content)) for revision in _revisions(source)]
    mine = [(revision.created_at, blocks(revision.content)) for revision in _revisions(page)]
    now_there = then[-1][1] if then else blocks(source.serializable_data())
    now_here = mine[-1][1] if mine else blocks(page.serializable_data())
    checked = dict(TranslationCheck.objects.filter(page=page).values_list("key", "at"))
    compare = partial(_paragraph, now_there=now_there, now_here=now_here, then=then, mine=mine, checked=checked)
    return [compare(key) for key in dict.fromkeys([*now_there, *now_here])]


def _revisions(page: Page) -> Iterator[Revision]:
    return page.revisions.order_by("created_at", "pk").iterator()


def _paragraph(
    key: str,
    *,
    now_there: Blocks,
    now_here: Blocks,
    then: list[tuple[dt.datetime, Blocks]],
    mine: list[tuple[dt.datetime, Blocks]],
    checked: Mapping[str, dt.datetime],
) -> Paragraph:
    source, here = now_there.get(key), now_here.get(key)
    if here is None:
        return Paragraph(key, State.MISSING, source, None, None)
    if source is None:
        return Paragraph(key, State.EXTRA, None, None, here)
    written = max(filter(None, (_since(key, here, mine), checked.get(key))), default=None)
    was = _at(key, written, then) if written else source
    if was != source:
        return Paragraph(key, State.STALE, source, was, here)
    same = here == source and key not in checked and len(_TEXT.sub("", json.dumps(here))) >= SHORT
    return Paragraph(key, State.SAME if same else State.FRESH, source, None, here)


def _since(key: str, here: Any, mine: list[tuple[dt.datetime, Blocks]]) -> dt.datetime | None:
    """When the paragraph got the text that it has."""
    since = None
    for at, content in reversed(mine):
        if content.get(key) != here:
            break
        since = at
    return since


def _at(key: str, at: dt.datetime, then: list[tuple[dt.datetime, Blocks]]) -> Any:
    """The source's paragraph at the moment; its first text for what is older than all that is kept."""
    known = [content.get(key) for written, content in then if written <= at and key in content]
    return known[-1] if known else next((content[key] for _at, content in then if key in content), None)


def confirm(page: Page, key: str, at: dt.datetime) -> None:
    """Somebody has read the paragraph, or the WHOLE page, beside its source: it says the same."""
    TranslationCheck.objects.update_or_create(page=page, key=key, defaults={"at": at})
    if key != WHOLE and not owes(page):
        confirm(page, WHOLE, at)


def owes(page: Page) -> bool:
    """Whether something has changed in the source that nobody has looked at here."""
    return any(one.state in (State.STALE, State.MISSING, State.EXTRA) for one in paragraphs(page))
