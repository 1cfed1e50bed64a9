"""Questions as Moodle XML and GIFT, there and back; files made elsewhere; files that are wrong or hostile."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.models import Locale

from courses.blocks import QuestionsBlock
from courses.exchange import gift, moodle_xml
from courses.exchange.plain import Choice, Plain, UnreadableFile
from courses.models import QuestionBank
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures

NASTY = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30).map(str.strip)
LINE = st.one_of(
    NASTY, st.sampled_from(["a = b ~ c", "{x}", "\\", "50 % # 3", "a->b", "::t::", "// nei", "<b>", "&amp;"])
)
SAFE = (LINE | st.sampled_from(["[html] nei", "%50%x", "100 %"])).filter(lambda t: t and "->" not in t)


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
    assert found.questions[0].prompt == "Er det sant?"
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


def lost(found: object) -> list[str]:
    found.blocks()  # type: ignore[attr-defined]
    return found.lost  # type: ignore[attr-defined,no-any-return]


ODD_GIFT = "\ufeff// av KRUS\r\n$CATEGORY: MI\r\n\r\n" + "\r\n\r\n".join(
    [
        "::En:: En \\\\{=rett#Ja ~gal#Nei#### Les mer i leksjon 2}",
        "Er det sant?{FALSE#Nei, tenk om igjen.#Ja, det er usant.}",
        "Best? {=A ~%50%B ~C}",
        "To er rette. {~%70%A ~%30%B ~%-100%C}",
        "Pi? {#=3.1416:0.0005#Fint. =%50%3.1:0.1#Nesten.}",
        "Hovedstad? {=Oslo =%50%Kristiania}",
        "Hva fører til hva? {=a -> b ~c -> d}",
        "Linje\\nto {=x\\=y ~z}",
        "Begge {=A =B ~C}",
        '[html]Se <img src\\="@@PLUGINFILE@@/a.png"> på. {=A ~B}',
    ]
)


def test_an_odd_gift_file_is_read_and_what_it_loses_is_said() -> None:
    found = gift.read(ODD_GIFT)
    first, verdict, best, two, pi, capital, _leads, line, both, picture = found.questions
    assert (first.prompt, [c.feedback for c in first.choices]) == ("En \\", ["Ja", "Nei"])
    assert [(c.correct, c.feedback) for c in verdict.choices] == [
        (False, "Nei, tenk om igjen."),
        (True, "Ja, det er usant."),
    ]
    assert (best.kind, [c.correct for c in best.choices]) == ("single", [True, False, False])
    assert (two.kind, [c.correct for c in two.choices]) == ("multiple", [True, True, False])
    assert (pi.low, pi.high, pi.right) == (Decimal("3.1411"), Decimal("3.1421"), "Fint.")
    assert capital.text == "[[Oslo|Kristiania]]"
    assert (line.prompt, line.choices[0].text) == ("Linje to", "x=y")
    assert picture.prompt == "Se på."
    assert len(lost(found)) == 6
    assert "Categories are not taken along: “MI”." in found.lost
    assert found.left_out == ["“Begge”: one answer is to be chosen, but several are right"]
    assert both.kind == "single"


AROUND = ["Categories are not taken along: “MI/Grunnkurs”.", "Tags are not taken along: “åpne”, “lytte”."]
TITLED = "Questions have no titles here, so these are not taken along: “MI-01”."


def test_a_gift_file_s_categories_titles_and_tags_are_not_dropped_unsaid() -> None:
    file = "$CATEGORY: $course$/top/MI/Grunnkurs\n\n// [id:7] [tag:åpne] [tag:lytte]\n::MI-01::Hva er MI?{=A ~B}\n\n"
    assert lost(gift.read(file + "::Er MI en::Er MI en samtale?{T}")) == [AROUND[0], TITLED, AROUND[1]]


def test_a_moodle_file_s_categories_titles_and_tags_are_not_dropped_unsaid() -> None:
    category = "<question type='category'><category><text>$course$/top/MI/Grunnkurs</text></category></question>"
    top = "<question type='category'><category><text>$course$/top</text></category></question>"
    tags = "<tags><tag><text>åpne</text></tag><tag><text>lytte</text></tag></tags>"
    question = asked("truefalse", worth("true", "100") + worth("false", "0") + tags, "Hva er MI?")
    titled = question.replace("<name><text>Hva er MI?", "<name><text>MI-01")
    assert lost(moodle_xml.read(moodle(top, category, titled, question))) == [AROUND[0], TITLED, AROUND[1]]


def moodle(*questions: str) -> bytes:
    return f"\ufeff<?xml version='1.0' encoding='UTF-8'?>\r\n<quiz>{''.join(questions)}</quiz>".encode()


def asked(kind: str, inside: str, text: str = "Spørsmål") -> str:
    return f"<question type='{kind}'><name><text>{text}</text></name><questiontext format='html'><text>{text}</text></questiontext>{inside}</question>"  # noqa: E501


def worth(text: str, fraction: str, more: str = "") -> str:
    return f"<answer fraction='{fraction}'><text>{text}</text>{more}</answer>"


def test_an_odd_moodle_file_is_read_and_what_it_loses_is_said() -> None:
    general = "<generalfeedback><text>Les leksjon 2.</text></generalfeedback>"
    found = moodle_xml.read(
        moodle(
            "<!-- en merknad -->",
            asked("multichoice", "<single>true</single>" + worth("A", "100") + worth("B", "50") + general, "Best"),
            asked("multichoice", "<single>false</single>" + worth("A", "70") + worth("B", "30") + worth("C", "-100")),
            asked(
                "numerical",
                worth("3,5", "100", "<tolerance>0.5</tolerance>")
                + worth("*", "0")
                + "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>",
            ),
            asked("shortanswer", worth("Oslo*", "100") + worth("Kristiania", "80")),
            asked(
                "matching",
                "".join(
                    f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
                    for left, right in (("a", "1"), ("b", "2"), ("c", "3"), ("", "4"))
                ),
            ),
            asked("cloze", "", "En {1:MULTICHOICE:=a~b} her"),
            asked("description", "", "Les dette først"),
            asked("multichoice", worth("A", "100") + worth("B", "100") + worth("C", "0"), "Begge"),
            asked("numerical", worth("1e40", "100"), "Stort"),
            asked(
                "truefalse", worth("true", "0") + worth("false", "100"), "&lt;img src='@@PLUGINFILE@@/a.png'&gt; Usant?"
            ),
        )
    )
    best, several, height, capital, pairs, *_more = found.questions
    assert [(c.correct, c.feedback) for c in best.choices] == [(True, "Les leksjon 2."), (False, "Les leksjon 2.")]
    assert (several.kind, [c.correct for c in several.choices]) == ("multiple", [True, True, False])
    assert (height.low, height.high, height.unit) == (Decimal("3.0"), Decimal("4.0"), "m")
    assert capital.text == "[[Oslo*|Kristiania]]"
    assert [right for _left, right in pairs.pairs] == ["1", "2", "3"]
    assert len(lost(found)) == 6
    assert len(found.left_out) == 4
    assert any("4" in said for said in found.lost if "fits nothing" in said)


def choices(*texts: str) -> str:
    return "".join(worth(f"<![CDATA[{text}]]>", "0" if n else "100") for n, text in enumerate(texts))


def test_markup_within_a_word_leaves_no_space_and_plain_text_is_not_taken_for_markup() -> None:
    plain = asked("multichoice", choices("2 < 3 og 4 > 1", "<b>", "&amp;")).replace("'html'", "'plain_text'")
    water = asked("multichoice", choices("H<sub>2</sub>O", "<p>m<sup>2</sup></p><p>eller så</p><!-- nei -->"))
    first, second = moodle_xml.read(moodle(plain, water)).questions
    assert [c.text for c in first.choices] == ["2 < 3 og 4 > 1", "<b>", "&amp;"]
    assert [c.text for c in second.choices] == ["H2O", "m2 eller så"]
    (ours,) = gift.read("[plain]2 < 3 og 4 > 1? {=[html]<p>j<b>a</b></p>#[plain]Ja ~a & b}").questions
    assert (ours.prompt, ours.choices) == ("2 < 3 og 4 > 1?", (Choice("ja", True, "Ja"), Choice("a & b")))


PICTURE = '<img src="data:image/png;base64,AAAA">'


@pytest.mark.parametrize(
    "question",
    [
        asked("multichoice", choices(PICTURE, "B")),
        asked("matching", "<subquestion><text>a</text><answer><text>1</text></answer></subquestion>" * 2),
        asked("numerical", worth("9e999999", "100", "<tolerance>9e999999</tolerance>")),
        asked("numerical", worth("3", "100", "<tolerance>-1</tolerance>")),
        asked("shortanswer", worth("[[x]]", "100")),
        asked("shortanswer", worth("a|b", "100")),
        asked("shortanswer", worth("|", "100")),
        asked("cloze", "", "Om [[ {1:SA:=Oslo}"),
        asked("multichoice", choices("\u200b", " ")),
        "<question><name/></question>",
    ],
)
def test_what_no_quiz_could_ask_becomes_no_block(question: str) -> None:
    found = moodle_xml.read(moodle(question))
    assert (found.blocks(), len(found.left_out)) == ([], 1)


@pytest.mark.parametrize(
    "question",
    [
        "N {#9e999999:9e999999}", "N {#5..3}", "N {#NaN}", "En? {= ~b}", "En {=a {b} ~c}", "K {=a|b}", "Om [[ {=a} to",
        "K {= -> b =d -> e =f -> g}", "Les dette først.\n\n{",
    ],
)  # fmt: skip
def test_what_no_quiz_could_ask_of_a_gift_file_becomes_no_block(question: str) -> None:
    found = gift.read(question)
    assert found.blocks() == []
    assert len(found.left_out) == len(question.split("\n\n"))


def test_a_paragraph_without_answers_is_said_and_a_sign_that_is_no_text_is_not_kept() -> None:
    found = gift.read("Les dette først.\n\nEn\x00 \ue000? {=a\x07 ~b&#0;}")
    assert found.left_out == ["Paragraph 1 (“Les dette først.”) has no answers in braces."]
    (question,) = found.questions
    assert (question.prompt, question.choices[0].text) == ("En \ue000?", "a")
    assert "\x00" not in str(found.blocks())


@pytest.mark.parametrize(
    "text",
    ["<" * 200_000, "<script " * 50_000, "<" + "a" * 200_000, "{1:SA:" * 50_000, "\n \n " * 50_000, "[tag:" * 50_000],
)
def test_a_file_of_hostile_length_is_read_to_its_end(text: str) -> None:
    """How long it takes is measured in benchmarks/editing.py; where it grew with the square, these took minutes."""
    for found in (
        gift.read(f"// {text}\nEn {text} {{=a ~b"),
        moodle_xml.read(moodle(asked("cloze", "", f"<![CDATA[{text}]]>"))),
    ):
        assert not found.questions
        assert found.left_out


@example(texts=["0", "\0"], kind="single")
@given(st.lists(st.text(max_size=12) | LINE, min_size=1, max_size=9), st.sampled_from(["single", "gaps", "order"]))
def test_whatever_becomes_a_block_is_one_that_the_editor_could_have_written(texts: list[str], kind: str) -> None:
    gap = f"[[{texts[0]}]]"
    question = Plain(kind, "?", tuple(Choice(text, not n) for n, text in enumerate(texts)), items=(*texts,), text=gap)
    block = QuestionsBlock()
    with translation.override("en"):
        try:
            made = question.block()
        except UnreadableFile:
            return
    block.clean(block.to_python([made]))


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-8"])
def test_a_file_is_read_in_the_letters_that_it_says_it_has(as_pia: Client, encoding: str) -> None:  # noqa: F811
    bank = a_bank()
    file = moodle(asked("truefalse", worth("true", "100") + worth("false", "0"), "Blåbær, ærlig og øl?"))
    text = file.decode("utf-8-sig").replace("UTF-8", encoding)
    fetch(as_pia, bank, text.encode(encoding))
    assert QuestionBank.objects.get(pk=bank.pk).as_questions()[0].prompt == "Blåbær, ærlig og øl?"


@pytest.mark.parametrize("file", ["Blåbær? {=ja ~nei}".encode("latin-1"), b"\xff\xfeB", b"\xff\xfe\x00\xd8<\x00"])
def test_letters_that_cannot_be_read_are_said(as_pia: Client, file: bytes) -> None:  # noqa: F811
    assert "ikke tekst i UTF-8. Lagre den" in fetch(as_pia, a_bank(), file)


def a_bank() -> QuestionBank:
    return QuestionBank.objects.create(title="Banken", subject="mi", locale=Locale.objects.get(language_code="nb"))


def fetch(client: Client, bank: QuestionBank, file: bytes) -> str:
    sent = {"file": SimpleUploadedFile("sporsmal.txt", file)}
    return client.post(reverse("import-questions", args=[bank.pk]), sent, follow=True).content.decode()
