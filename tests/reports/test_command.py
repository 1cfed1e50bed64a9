"""`manage.py weekly_report`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from tracking.reports.models import WeeklyReport
from tracking.reports.weeks import current, newest_closed

from .conftest import Cast


def run(*words: str) -> str:
    said = StringIO()
    call_command("weekly_report", *words, stdout=said)
    return said.getvalue()


def test_it_writes_the_three_files(cast: Cast, tmp_path: Path) -> None:
    run("--week", "2026-W40", "--output", str(tmp_path / "new" / "folder"))
    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == ["2026-W40-KRIM.json", "2026-W40-KRIM.pdf", "2026-W40-KRIM.xlsx"]


def test_its_json_is_what_is_stored(cast: Cast, tmp_path: Path) -> None:
    run("--week", "2026-W40", "--unit", "NORD", "--output", str(tmp_path))
    said = json.loads((tmp_path / "2026-W40-NORD.json").read_text(encoding="utf-8"))
    assert said == WeeklyReport.objects.get().content


def test_running_it_twice_makes_one_report_and_one_mail(cast: Cast) -> None:
    for _ in range(2):
        run("--week", "2026-W40", "--send")
    assert WeeklyReport.objects.count() == 1
    assert [message.to for message in django_mail.outbox] == [["director@fagbenk.example"]]


def test_by_itself_it_takes_the_last_ended_week_and_the_whole_service(cast: Cast) -> None:
    assert run().startswith(newest_closed(timezone.now()).name)
    assert WeeklyReport.objects.get().unit.code == "KRIM"


def test_the_unfinished_week_gives_files_but_is_neither_stored_nor_sent(cast: Cast, tmp_path: Path) -> None:
    week = current(timezone.now()).name
    run("--week", week, "--output", str(tmp_path))
    assert (tmp_path / f"{week}-KRIM.pdf").exists()
    with pytest.raises(CommandError, match="not finished"):
        run("--week", week, "--send")
    assert not WeeklyReport.objects.exists()
    assert django_mail.outbox == []


@pytest.mark.parametrize(
    "words",
    [
        *(["--week", week] for week in ("2026-W99", "2026-W10", "2099-W01", "")),
        *(["--unit", unit] for unit in ("NOWHERE", "")),
    ],
)
def test_what_it_cannot_do_it_says_in_a_sentence(cast: Cast, words: list[str]) -> None:
    with pytest.raises(CommandError) as refusal:
        run(*words)
    assert str(refusal.value).endswith((".", "W47."))


def test_a_folder_that_cannot_be_written_is_said(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="could not be written"):
        run("--week", "2026-W40", "--output", str(tmp_path / "file"))


@pytest.mark.django_db
def test_without_units_it_says_so() -> None:
    with pytest.raises(CommandError, match="no units"):
        run("--week", "2026-W40")
