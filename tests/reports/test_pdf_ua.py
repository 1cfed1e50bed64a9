"""The PDF is one that a screen reader can read: checked by a validator, and tag by tag where it is silent.

The validator (pdfua) covers the rules of PDF/UA-1 that need no eye and no Java; the tree of tags is looked at here.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfua
import pypdf
import pytest
from django.utils import translation

from tracking.reports.files import file
from tracking.reports.models import WeeklyReport

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["nb", "nn", "en"])
def pdf(report: WeeklyReport, request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """A report with bridge, units and notes, in a language."""
    with translation.override(request.param):
        return request.param, file("pdf", report.content, report).data


def tags(element: Any) -> Iterator[Any]:
    """Every element of the structure tree below `element`."""
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        found = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(found, dict) and "/S" in found:
            yield found
            yield from tags(found)


def test_the_validator_finds_no_fault(pdf: tuple[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf[1])
    found = pdfua.validate(str(path))
    assert [str(finding) for finding in found.findings] == []


def test_it_says_what_it_is_in_which_language_and_that_it_is_for_everybody(pdf: tuple[str, bytes]) -> None:
    language, data = pdf
    root = pypdf.PdfReader(BytesIO(data)).trailer["/Root"].get_object()
    assert bool(root["/MarkInfo"]["/Marked"])  # type: ignore[index]
    assert str(root["/Lang"]).startswith(language)  # type: ignore[index]
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])  # type: ignore[index]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()  # type: ignore[index]


def test_tables_have_headers_with_a_direction_pictures_have_words_and_headings_skip_no_level(
    pdf: tuple[str, bytes],
) -> None:
    root = pypdf.PdfReader(BytesIO(pdf[1])).trailer["/Root"].get_object()
    tree = root["/StructTreeRoot"]  # type: ignore[index]
    found = list(tags(tree))
    roles = tree.get("/RoleMap", {})
    kinds = [str(roles.get(one["/S"], one["/S"])) for one in found]
    counted = Counter(kinds)
    assert counted["/Table"] >= 3
    for element, kind in zip(found, kinds, strict=True):
        if kind == "/TH":
            assert _scope(element) in ("/Column", "/Row", "/Both")
        if kind == "/Figure":
            assert str(element["/Alt"]).strip()
        if kind == "/Table":
            assert any(str(cell["/S"]) == "/TH" for cell in tags(element))
    levels = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def _scope(element: Any) -> str:
    attributes = element.get("/A", {})
    for one in attributes if isinstance(attributes, list) else [attributes]:
        if "/Scope" in one.get_object():
            return str(one.get_object()["/Scope"])
    return ""
