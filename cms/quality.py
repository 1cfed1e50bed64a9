"""What is to be looked over before a page is published: headings, link texts, pictures, how hard it is to read. Pure.

It reads what the readers will get: each block's HTML. Serious findings stop publishing, the others advise
(WCAG 2.2: 1.1.1, 1.3.1, 2.4.4, 2.4.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.translation import gettext as _

EMPTY_WORDS = {"her", "klikk her", "trykk her", "les mer", "les meir", "mer", "meir", "lenke", "here", "read more"}
_FILE_NAME = re.compile(r"\.(png|jpe?g|gif|svg|webp|avif)\s*$|^(img|dsc|image|bilde)[-_ ]?\d+$", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?:]+(?:\s|$)")
HARD = 50  # LIX: 40–50 is a newspaper, above it what specialists write for each other
WORDS_A_MINUTE = 150


@dataclass(frozen=True)
class Finding:
    """`block`: the id of the block it is in, or "" for the page; `serious`: stops publishing; `page`: the id of the
    page it is mended on, where that is another one."""

    said: str
    serious: bool = False
    block: str = ""
    page: int | None = None


@dataclass
class Content:
    """What one block says, as read from its HTML."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[tuple[str, str | None]] = field(default_factory=list)
    alts: list[str | None] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return re.findall(r"\w+(?:[-’']\w+)*", " ".join(self.text))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Content()
        self.link: list[str] | None = None
        self.heading: list[str] | None = None
        self.href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a":
            self.link, self.href = [], named.get("href")
        elif re.fullmatch("h[1-6]", tag):
            self.heading = []
        elif tag == "img":
            self.found.alts.append(named.get("alt"))
        elif tag in ("p", "li", "br", "dd", "dt", "figcaption"):
            self.found.text.append(". ")

    def handle_data(self, data: str) -> None:
        self.found.text.append(data)
        for collected in (self.link, self.heading):
            if collected is not None:
                collected.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link is not None:
            self.found.links.append(("".join(self.link).strip(), self.href))
            self.link = None
        elif self.heading is not None and re.fullmatch("h[1-6]", tag):
            self.found.headings.append((int(tag[1]), "".join(self.heading).strip()))
            self.heading = None


def read(html: str) -> Content:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def lix(text: str) -> float | None:
    """The readability index of Björnsson (1968): words a sentence, plus the percentage of words of more than six
    letters. None where there is too little to judge (fewer than 60 words)."""
    words = re.findall(r"\w+", text)
    if len(words) < 60:
        return None
    sentences = max(len(_SENTENCE.findall(re.sub(r"(?:\.\s*)+", ". ", text))), 1)
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def findings(blocks: Iterable[tuple[str, str]]) -> list[Finding]:
    """What is to be said of a page's blocks: (block id, HTML), in order."""
    read_blocks = [(key, read(html)) for key, html in blocks]
    found = list(_headings(read_blocks))
    for key, content in read_blocks:
        found += _links(key, content)
        found += _pictures(key, content)
    index = lix(" ".join(" ".join(content.text) for _key, content in read_blocks))
    if index is not None and index > HARD:
        said = _("The text is hard to read (LIX %(lix)d; below %(hard)d suits most). Shorter sentences help.")
        found.append(Finding(said % {"lix": index, "hard": HARD}))
    return found


def _headings(blocks: list[tuple[str, Content]]) -> Iterator[Finding]:
    """The page's title is level 1; no level may be left out on the way down."""
    level = 1
    for key, content in blocks:
        for here, text in content.headings:
            if not text:
                yield Finding(_("A heading is empty."), True, key)
            if here > level + 1:
                said = _("“%(heading)s” is a heading of level %(here)d right below level %(above)d: one is left out.")
                yield Finding(said % {"heading": text, "here": here, "above": level}, True, key)
            level = here


def _links(key: str, content: Content) -> Iterator[Finding]:
    for text, href in content.links:
        if href is None:
            said = _("The link “%(text)s” leads to a page or document that is gone.")
            yield Finding(said % {"text": text}, True, key)
        elif text.casefold().strip(" .!»«:") in EMPTY_WORDS:
            said = _("The link text “%(text)s” does not say where it leads.")
            yield Finding(said % {"text": text}, True, key)
        elif text.startswith(("http://", "https://", "www.")):
            said = _("A link is written as its address (%(text)s). Write what is there instead.")
            yield Finding(said % {"text": text[:60]}, False, key)


def _pictures(key: str, content: Content) -> Iterator[Finding]:
    for alt in content.alts:
        if not (alt or "").strip():
            yield Finding(_("A picture has no alternative text."), True, key)
        elif _FILE_NAME.search(alt or ""):
            said = _("The alternative text “%(alt)s” is the name of a file. Say what the picture shows.")
            yield Finding(said % {"alt": alt}, True, key)


def minutes(contents: Iterable[Content]) -> float:
    """How long the texts take to read at 150 words a minute."""
    return sum(len(content.words) for content in contents) / WORDS_A_MINUTE
