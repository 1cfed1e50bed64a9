"""The demo's news, documents with their versions, and glossary, in bokmål and nynorsk."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import typst
import yaml
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page

from cms import typesetting
from cms.glossary import Term
from cms.models import NewsIndexPage, NewsPage, ResourceIndexPage, ResourcePage, ResourceVersion
from cms.site import NAMESPACE, WRITTEN, mirror, publish

FILE = Path(__file__).parent / "site.yaml"
# The lines come in as data, so that nothing in them can become markup.
SHEET = b"""#set document(title: sys.inputs.title)
#set page(paper: "a5", margin: 2cm)
#set text(font: "Inter", size: 12pt, lang: "nb")
= #sys.inputs.title
#for line in json(bytes(sys.inputs.lines)) [#v(6pt) #box(width: 11pt, height: 11pt, stroke: 1pt) #h(8pt) #line \\ ]
#v(1fr)
#text(size: 9pt)[#sys.inputs.foot]
"""


def fill(on: dt.date) -> None:
    """What the site shows around the courses on the day `on`; once."""
    if NewsPage.objects.exists():
        return
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    for one in reversed(content["news"]):
        _pages(NewsIndexPage, NewsPage, one, locales, published_on=on - dt.timedelta(days=one["days"]))
    for one in content["resources"]:
        _resource(one, locales, on)
    _words(content["words"], locales)


def _pages(index: type[Page], kind: type[Page], one: dict[str, Any], locales: dict[str, Locale], **more: Any) -> None:
    """The page in both written languages, and mirrored in the others. `more`: fields, or functions of the language."""
    key = uuid.uuid5(NAMESPACE, one["slug"])
    made = []
    for code in WRITTEN:
        text = one[code]
        body = json.dumps([{"type": "text", "value": text["html"], "id": str(uuid.uuid5(key, "text"))}])
        page = kind(slug=one["slug"], locale=locales[code], translation_key=key, title=text["title"], body=body)
        page.summary = text["summary"]
        for name, value in more.items():
            setattr(page, name, value(code) if callable(value) else value)
        made.append(publish(index.objects.get(locale=locales[code]), page))
    mirror(made[0], locales)


def _resource(one: dict[str, Any], locales: dict[str, Locale], on: dt.date) -> None:
    files = [(_document(one["nb"]["title"], version), version) for version in one["versions"]]

    def versions(code: str) -> list[ResourceVersion]:
        return [
            ResourceVersion(
                document=document,
                label=version["label"],
                dated_on=on - dt.timedelta(days=version["days"]),
                note=version["note"][code] if version["note"] else "",
            )
            for document, version in files
        ]

    _pages(ResourceIndexPage, ResourcePage, one, locales, versions=versions)


def _document(title: str, version: dict[str, Any]) -> Any:
    inputs = {
        "title": title,
        "lines": json.dumps(version["lines"]),
        "foot": f"Utgave {version['label']}. Laget for demoen: innholdet er oppdiktet.",
    }
    pdf = typst.compile(SHEET, format="pdf", sys_inputs=inputs, font_paths=typesetting.fonts())
    assert isinstance(pdf, bytes)  # noqa: S101 - one file
    name = f"{title}, utgave {version['label']}"
    return get_document_model().objects.create(title=name, file=ContentFile(pdf, name=f"{name}.pdf"))


def _words(words: list[dict[str, list[str]]], locales: dict[str, Locale]) -> None:
    for one in words:
        key = uuid.uuid5(NAMESPACE, f"ord:{one['nb'][0]}")
        for code in WRITTEN:
            word, meaning, also = one[code]
            Term.objects.create(word=word, meaning=meaning, also=also, locale=locales[code], translation_key=key)
