"""`import_people FILE` as an operator runs it: the file on disk, the words on the screen, the exit, what is stored."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from learners.models import Employment, ImportRun, Learner, Posting
from tests.people.conftest import employments, postings
from tests.people.test_files import CSV, REFUSED, xlsx

ROWS = [line.split(";") for line in CSV.splitlines()]
# The same two lines as other systems write them.
DRESSES = {
    "semicolons": CSV.encode(),
    "a mark in front": b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode(),
    "commas": CSV.replace(";", ",").encode(),
    "commas and a mark": b"\xef\xbb\xbf" + CSV.replace(";", ",").encode(),
    "spreadsheet": xlsx(*ROWS),
}
Command = Callable[..., str]


@pytest.fixture
def command(service: SimpleNamespace, tmp_path: Path) -> Command:
    """Runs the command on a file with the content; returns what it said."""

    def run(content: bytes, *arguments: str, name: str = "folk.csv") -> str:
        path, said = tmp_path / name, io.StringIO()
        path.write_bytes(content)
        call_command("import_people", str(path), *arguments, stdout=said, stderr=said)
        return said.getvalue()

    return run


def facts() -> list[tuple]:
    """Everything that is known now, and was."""
    rows = [tuple(row) for model in (Employment, Posting) for row in model.objects.order_by("pk").values_list()]
    return [*rows, *Learner.objects.order_by("pk").values_list("hr_number", "given_name", "family_name", "email")]


@pytest.mark.parametrize("dress", DRESSES)
def test_the_same_people_come_from_any_dress_of_the_file_and_again_is_no_change(command: Command, dress: str) -> None:
    said = command(DRESSES[dress], "--on", "16.11.2026")
    assert "Importert: 1 ny person, 0 endret." in said
    bjorg = Learner.objects.get(hr_number="7")
    assert (bjorg.given_name, bjorg.family_name) == ("Bjørg", "Ås")
    assert postings(bjorg) == [("HALDEN", "2026-11-16", None)]
    before = facts()
    assert "Ingenting er endret" in command(DRESSES[dress], "--on", "16.11.2026")
    assert facts() == before
    assert list(ImportRun.objects.values_list("source", "succeeded")) == [("import_people", True)] * 2


@pytest.mark.parametrize("name", ["encrypted", "HTML named .xls", "empty", "latin-1", "UTF-16", "a cut archive"])
def test_what_is_no_such_file_is_refused_in_words_and_nothing_is_changed(command: Command, name: str) -> None:
    content, word = REFUSED[name]
    before = facts()
    with pytest.raises(CommandError, match=word) as refused:
        command(content, name="folk.xls")
    assert "Ingenting er endret" in str(refused.value)
    assert facts() == before


def test_a_truncated_full_picture_stops_and_the_share_can_be_set(command: Command) -> None:
    cut = b"HR-nummer;Fornavn;Enhet;Stilling\n001;Ola;HALDEN;Verksbetjent\n"
    before = facts()
    with pytest.raises(CommandError, match="ville"):
        command(cut, "--full", "--on", "2026-11-16")
    assert facts() == before
    command(cut, "--full", "--on", "2026-11-16", "--max-gone", "80")
    assert employments(Learner.objects.get(hr_number="002")) == [("2020-01-01", "2026-11-16")]


def test_one_bad_row_stops_all_and_comes_as_a_file_to_be_mended(command: Command, tmp_path: Path) -> None:
    bad = tmp_path / "feil.xlsx"
    with pytest.raises(CommandError, match="1 rad"):
        command(CSV.encode() + b"8;Per;Li;FINNESIKKE;Verksbetjent\n", "--errors", str(bad))
    assert not Learner.objects.filter(hr_number="7").exists()
    rows = list(openpyxl.load_workbook(bad).active.values)  # type: ignore[union-attr]
    assert any("FINNESIKKE" in map(str, row) for row in rows)
    assert not any("Bjørg" in map(str, row) for row in rows)


def test_a_dry_run_tells_and_stores_nothing(command: Command) -> None:
    before = facts()
    assert "1 ny person" in command(CSV.encode(), "--dry-run")
    assert facts() == before
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [("--on", "i går"), ("--max-gone", "101"), ("--mapping", "finnes ikke"), ("--column", "tull"), ("--by", "x@y.no")],
)
def test_an_argument_that_cannot_be_is_named(command: Command, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        command(CSV.encode(), *arguments)
    assert not Learner.objects.filter(hr_number="7").exists()
