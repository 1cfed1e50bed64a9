"""Files as they come: each that cannot be read says what it is and what to do; values are read as people write them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from learners.importing import mending, running
from learners.importing.faults import FileRefused
from learners.importing.reading import read
from learners.importing.running import Order, Report
from learners.models import Employment, ImportRun, Learner, Leave, Posting
from tests.people.conftest import AT, TODAY

Take = Callable[..., Report]
CSV = "HR-nummer;Fornavn;Etternavn;Enhet;Stilling\n7;Bjørg;Ås;HALDEN;Verksbetjent\n"


def xlsx(*rows: list[Any], change: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """An XLSX whose sheet unpacks to 500 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry:
            for _ in range(60):
                entry.write(b" " * 1024 * 1024 * 2)
    return out.getvalue()


def archive(**entries: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in entries.items():
            made.writestr(name.replace("__", "/"), text)
    return out.getvalue()


REFUSED = {
    "empty": (b"", "tom"),
    "blank": (b" \r\n\n", "tom"),
    "only a mark": (b"\xef\xbb\xbf", "tom"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, ".xls"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "passord"),
    "HTML named .xls": (b"<html><table><tr><td>HR-nummer</td></tr></table></html>", "HTML"),
    "latin-1": (CSV.encode("latin-1"), "UTF-8"),
    "UTF-16": (CSV.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (CSV.encode("utf-16-le"), "UTF-16"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "a cut archive": (b"PK\x03\x04 and then nothing", "skadet"),
    "another archive": (archive(mimetype="x", content="y"), "XLSX"),
    "a broken sheet": (archive(xl__workbook_xml="<workbook>"), "XLSX"),
    "a quotation mark too few": (b'HR-nummer;Etternavn\n1;"Dal\n2;Li\n', "anf\u00f8rselstegn"),
    "no HR number": (b"Fornavn;Etternavn\nKari;Dal\n", "HR-nummer"),
    "a header and nobody": (b"HR-nummer;Fornavn\n", "ingen"),
    "two HR numbers": (b"HR-nummer;Ansattnr\n1;2\n", "Ansattnr"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_file_that_cannot_be_read_says_what_it_is(name: str) -> None:
    content, word = REFUSED[name]
    with pytest.raises(FileRefused, match=word):
        running.run(content, Order(on=TODAY), AT)
    run = ImportRun.objects.get()
    assert not run.succeeded


def test_a_file_that_unpacks_to_much_is_not_unpacked() -> None:
    content = bomb()
    assert len(content) < 500_000
    with pytest.raises(FileRefused, match="pakkes ut"):
        read(content)


def same(content: bytes) -> list[list[Any]]:
    sheet = read(content)
    return [sheet.header, *[list(line.cells) for line in sheet.lines]]


WANTED = [["HR-nummer", "Navn"], ["007", "Dal; Kari"]]


@pytest.mark.parametrize(
    "content",
    [
        b'HR-nummer;Navn\n007;"Dal; Kari"\n',
        b'\xef\xbb\xbfHR-nummer,Navn\r\n007,"Dal; Kari"\r\n',
        b"HR-nummer\tNavn\n007\tDal; Kari\n",
        b'sep=;\nHR-nummer;Navn\n\n007;"Dal; Kari"\n',
        b'"HR-nummer","Navn"\n"007","Dal; Kari"\n',
        b'HR-nummer;Navn;;\n007;"Dal; Kari";;\n;;;\n',
        xlsx(["HR-nummer", "Navn"], ["007", "Dal; Kari"]),
        xlsx([None], ["HR-nummer", "Navn"], [None, None], ["007", "Dal; Kari"]),
    ],
)
def test_the_same_table_in_any_dress(content: bytes) -> None:
    assert same(content) == WANTED


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet = read(b'sep=;\nHR-nummer;Navn\n\n1;"a\nb"\n2;c\n3\n')
    assert [line.number for line in sheet.lines] == [4, 6]
    assert [fault.line for fault in sheet.faults] == [7]


def _zeros(sheet: Any) -> None:
    sheet["A2"].number_format = "0000"


def test_a_spreadsheet_keeps_the_zeros_it_shows(service: SimpleNamespace) -> None:
    content = xlsx(["Ansatt nr.", "Etternavn"], [1, "Dal"], change=_zeros)
    assert read(content).lines[0].cells[0] == "0001"


def test_lost_zeros_are_noticed(take: Take) -> None:
    report = take("1;Ola", header="HR-nummer;Fornavn")
    assert "001" in report.faults[0].reason


def test_a_formula_is_named_and_not_computed(service: SimpleNamespace) -> None:
    content = xlsx(["HR-nummer", "Fornavn"], ["001", '="O"&"la"'])
    (fault,) = running.run(content, Order(on=TODAY), AT).faults
    assert (fault.line, fault.column) == (2, "Fornavn")
    assert "formel" in fault.reason


def test_days_in_a_spreadsheet(service: SimpleNamespace) -> None:
    head = ["HR-nummer", "Permisjon fra", "Permisjon til"]
    content = xlsx(head, ["001", dt.datetime(2026, 12, 1), "31.12.9999"], ["002", 46357, dt.date(2027, 1, 31)])  # noqa: DTZ001
    report = running.run(content, Order(on=TODAY), AT)
    assert report.succeeded, report.faults
    rows = Leave.objects.order_by("learner")
    assert [(str(x.valid_from), str(x.valid_to)) for x in rows] == [
        ("2026-12-01", "None"),
        ("2026-12-01", "2027-02-01"),
    ]


@pytest.mark.parametrize("said", ["1.12.2026", "01.12.2026", "2026-12-01", "2026-12-01T00:00:00", " 01.12.2026 "])
def test_a_day_as_norwegians_write_it(take: Take, said: str) -> None:
    assert take(f"001;{said}", header="HR-nummer;Permisjon fra").succeeded
    assert Leave.objects.get().valid_from == dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("column", "said", "word"),
    [
        ("Permisjon fra", "12/01/2026", "01.06.2026"),
        ("Permisjon fra", "01.12.26", "01.06.2026"),
        ("Permisjon fra", "31.11.2026", "kalender"),
        ("Permisjon fra", "46357", "01.12.2026"),
        ("Permisjon fra", "snart", "dag"),
        ("Permisjon fra", "01.12.1826", "langt"),
        ("E-post", "kari@", "e-post"),
        ("Språk", "tysk", "språk"),
        ("Fornavn", "Kari <b>", "navn"),
        ("Leder", "kanskje", "ja"),
        ("Enhet", "MARS", "MARS"),
    ],
)
def test_a_wrong_value_says_what_is_wanted(take: Take, column: str, said: str, word: str) -> None:
    header = f"HR-nummer;{column};Stilling" if column == "Enhet" else f"HR-nummer;{column}"
    report = take(f"001;{said}" + (";X" if column == "Enhet" else ""), header=header)
    assert [(fault.line, fault.column) for fault in report.faults] == [(2, column)]
    assert word in report.faults[0].reason.lower() or word in report.faults[0].reason


@pytest.mark.parametrize("said", ["0", "101", "-5", "mye", "1e2000"])
def test_a_share_of_full_time_lies_between_nothing_and_all(take: Take, said: str) -> None:
    report = take(f"001;BODO;Verksbetjent;{said}", header="HR-nummer;Enhet;Stilling;Stillingsprosent")
    assert [fault.column for fault in report.faults] == ["Stillingsprosent"]


@pytest.mark.parametrize(
    "header",
    [
        "Ansattnr.;FORNAVN;etternavn;E-post;Enhetskode;Enhet;Stillingskode;Stilling;Stillingsprosent",
        "employee_id;First Name;Last Name;E-Mail;Unit Code;Unit Name;Job Code;Job Title;FTE percent",
        "tilsettnr;Førenamn;Etternamn;E-postadresse;Einingskode;Eining;Stillingskode;Stilling;prosent",
    ],
)
def test_headers_have_many_names(take: Take, header: str) -> None:
    report = take('0011;Bjørg;Åsen;B@example.no;HALDEN;"HALDEN fengsel";VB;Verksbetjent;62,5', header=header)
    assert report.succeeded, report.faults
    post = Posting.objects.get(learner__hr_number="0011")
    assert (post.unit.code, post.position.name, str(post.percent)) == ("HALDEN", "Verksbetjent", "62.50")


def test_columns_that_nobody_knows_are_named(take: Take) -> None:
    assert take("001;x;Ola", header="HR-nummer;Skostørrelse;Fornavn").columns.unread == ["Skostørrelse"]


def test_a_mapping_says_what_a_column_is(take: Take) -> None:
    report = take(
        "001;Olav;x", header="Ident;Kallenavn;Fornavn", mapping={"Ident": "hr_number", "Kallenavn": "given_name"}
    )
    assert report.succeeded, report.faults
    assert Learner.objects.get(hr_number="001").given_name == "Olav"
    with pytest.raises(FileRefused, match="Nummer"):
        take("001", header="HR-nummer", mapping={"Nummer": "email"})


CONTRADICTIONS = {
    "another name": ("HR-nummer;Etternavn;Enhet;Stilling;Hovedstilling", "001;Dal;HALDEN;V;ja", "001;Li;BODO;V;nei"),
    "two primary positions": ("HR-nummer;Enhet;Stilling;Hovedstilling", "001;HALDEN;V;ja", "001;BODO;V;ja"),
    "one address for two": ("HR-nummer;E-post", "001;a@b.no", "002;A@b.no"),
    "somebody else's address": ("HR-nummer;E-post", "001;ola@fagbenk.example", "003;ADA@fagbenk.example"),
    "an end before the beginning": ("HR-nummer;Ansatt fra;Ansatt til", "001;01.06.2026;01.05.2026"),
    "two parents": ("HR-nummer;Enhet;Overordnet enhet;Stilling", "001;HALDEN;OST;V", "002;HALDEN;KRIM;V"),
    "a circle": ("HR-nummer;Enhet;Overordnet enhet;Stilling", "001;OST;HALDEN;V", "002;HALDEN;OST;V"),
    "too few fields": ("HR-nummer;Fornavn;Etternavn", "001;Ola"),
    "nobody": ("HR-nummer;Fornavn", ";Ola"),
    "new and without a name": ("HR-nummer;E-post", "0099;ny@b.no"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CONTRADICTIONS))
def test_rows_that_contradict_one_another_are_faults(take: Take, name: str) -> None:
    header, *lines = CONTRADICTIONS[name]
    before = Employment.objects.count(), Posting.objects.count()
    report = take(*lines, header=header)
    assert report.faults
    assert (Employment.objects.count(), Posting.objects.count()) == before


def test_the_bad_rows_come_back_as_a_file_that_can_be_mended(take: Take) -> None:
    report = take("001;Ola;=1+1@;007", "002;Ada;ada2@b.no;008", header="HR-nummer;Fornavn;E-post;Annet")
    sheet = openpyxl.load_workbook(io.BytesIO(mending.as_xlsx(report))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Linje", "Feil", "HR-nummer", "Fornavn", "E-post", "Annet"]
    assert (rows[1][0], rows[1][2:]) == ("2", ["001", "Ola", "=1+1@", "007"])
    assert "E-post" in rows[1][1]
    assert len(rows) == 2
    assert sheet["E2"].data_type == "s"
    sheet["E2"] = "ola2@b.no"
    mended = io.BytesIO()
    sheet.parent.save(mended)
    again = running.run(mended.getvalue(), Order(on=TODAY), AT)
    assert again.succeeded, again.faults
    assert again.columns.unread == ["Annet"]
