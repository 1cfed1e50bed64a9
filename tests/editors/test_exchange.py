"""Questions as Moodle XML and GIFT, there and back; files made elsewhere; files that are wrong or hostile."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.exchange import gift, moodle_xml
from courses.exchange.plain import Choice, Plain, UnreadableFile

NASTY = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30).map(str.strip)
LINE = st.one_of(
    NASTY, st.sampled_from(["a = b ~ c", "{x}", "\\", "50 % # 3", "a->b", "::t::", "// nei", "<b>", "&amp;"])
)
SAFE = LINE.filter(lambda t: t and "<" not in t and "&" not in t and "\\" not in t and "[[" not in t and "->" not in t)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def single(texts: list[str]) -> Plain:
    choices = tuple(Choice(text, n == 1, f"om {n}") for n, text in enumerate(texts))
    return Plain("single", "Hva er rett?", choices=choices)


EVERY_KIND = [
    single(["ja", "nei", "kanskje"]),
    Plain("multiple", "Hvilke?", choices=(Choice("a", True, "x"), Choice("b", False, "y"), Choice("c", True, "z"))),
    Plain("match", "Hva hører sammen?", pairs=(("1", "en"), ("2", "to"), ("3", "tre")), right="Ja.", wrong="Nei."),
    Plain("order", "I hvilken rekkefølge?", items=("først", "så", "sist"), right="Ja.", wrong="Nei."),
    Plain("numeric", "Hvor mye?", low=Decimal("4.5"), high=Decimal("5.5"), right="Ja.", wrong="Nei."),
    Plain("gaps", "Fyll ut.", text="MI er [[motiverende|MI]] samtaler, [[å lytte]].", right="Ja.", wrong="Nei."),
]


def test_every_kind_comes_back_from_moodle_xml_as_it_was() -> None:
    assert moodle_xml.read(moodle_xml.write(EVERY_KIND)).questions == EVERY_KIND


def test_what_gift_can_say_comes_back_as_it_was() -> None:
    found = gift.read(gift.write(EVERY_KIND)).questions
    assert found[:2] == EVERY_KIND[:2]
    assert (found[2].kind, found[2].pairs) == ("match", EVERY_KIND[2].pairs)
    assert (found[3].low, found[3].high) == (Decimal("4.5"), Decimal("5.5"))
    assert len(found) == 4  # an order, and a text with two gaps, have no form in GIFT


@given(st.lists(SAFE, min_size=2, max_size=8, unique=True))
def test_any_text_survives_both_formats(texts: list[str]) -> None:
    with translation.override("en"):
        texts = [" ".join(text.split()) for text in texts]
        question = single(texts)
        assert moodle_xml.read(moodle_xml.write([question])).questions == [question]
        assert gift.read(gift.write([question])).questions == [question]


GIFT = """// fra et annet system
$CATEGORY: $course$/top/MI

::Q1:: Hvem har ansvaret? {=Vi alle ~Lederen#Ikke alene. ~%0%Ingen}

Er MI en samtale?{T}

Når ble strategien laget? {#2015:1}

Når varer den? {#2015..2018}

To av disse {~%50%A ~%50%B ~%-100%C}

[html]MI betyr {=motiverende samtaler =motiverende intervju} på norsk.

Koble {=a -> 1 =b -> 2 =c -> 3}

Skriv det du tenker. {}

Ulest {=bare

Escapes \\{her\\} {=2 \\= 2 ~3 \\~ 3}
"""


def test_a_gift_file_from_elsewhere_is_read() -> None:
    found = gift.read(GIFT)
    kinds = [q.kind for q in found.questions]
    assert kinds == ["single", "single", "numeric", "numeric", "multiple", "gaps", "match", "reflection", "single"]
    assert found.questions[0].choices[1] == Choice("Lederen", False, "Ikke alene.")
    assert found.questions[2].low == 2014
    assert found.questions[5].text == "MI betyr [[motiverende samtaler|motiverende intervju]] på norsk."
    assert (found.questions[8].prompt, found.questions[8].choices[0].text) == ("Escapes {her}", "2 = 2")
    assert len(found.left_out) == 1


MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
 <question type="category"><category><text>top</text></category></question>
 <question type="truefalse"><name><text>TF</text></name><questiontext format="html"><text><![CDATA[<p>Er det <b>sant</b>?</p>]]></text></questiontext>
  <answer fraction="100"><text>true</text><feedback><text>Ja!</text></feedback></answer><answer fraction="0"><text>false</text></answer></question>
 <question type="shortanswer"><name><text>SA</text></name><questiontext><text>Hovedstad?</text></questiontext>
  <answer fraction="100"><text>Oslo</text></answer><answer fraction="50"><text>Kristiania</text></answer><answer fraction="0"><text>Bergen</text></answer></question>
 <question type="calculated"><name><text>Regn</text></name></question>
 <question type="numerical"><name><text>N</text></name><questiontext><text>Pi?</text></questiontext>
  <answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer></question>
</quiz>"""  # noqa: E501


def test_a_moodle_file_from_elsewhere_is_read_and_what_cannot_be_used_is_said() -> None:
    found = moodle_xml.read(MOODLE.encode())
    assert [q.kind for q in found.questions] == ["single", "gaps", "numeric"]
    assert found.questions[0].prompt == "Er det sant ?"
    assert found.questions[1].text == "[[Oslo|Kristiania]]"
    assert found.left_out == ["“Regn”: questions of the kind “calculated” cannot be used here."]


BOMB = b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>'


@pytest.mark.parametrize(
    "data",
    [b"", b"<", b"<quiz>", b"<html/>", b"\x00\x01", BOMB, OUTSIDE, b"<?xml version='1.0' encoding='tull'?><quiz/>"],
)
def test_what_is_no_moodle_xml_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        moodle_xml.read(data)


@pytest.mark.parametrize("text", ["", "Bare tekst.", "// merknad"])
def test_what_is_no_gift_is_refused_in_words(text: str) -> None:
    with pytest.raises(UnreadableFile):
        gift.read(text)


@pytest.mark.parametrize(
    "question",
    [
        Plain("single", "?", choices=(Choice("a"), Choice("b"))),
        Plain("single", "?", choices=(Choice("a", True),)),
        Plain("multiple", "?", choices=(Choice("a"), Choice("b"))),
        Plain("match", "?", pairs=(("a", "b"),)),
        Plain("order", "?", items=("a", "b")),
        Plain("reflection", ""),
    ],
)
def test_a_question_that_breaks_our_rules_becomes_no_block(question: Plain) -> None:
    with pytest.raises(UnreadableFile):
        question.block()
