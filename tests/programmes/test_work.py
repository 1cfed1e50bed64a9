"""Work handed in: drafts that are not lost, who reads what, dates, assessments, and the part that is done by it."""

from __future__ import annotations

import datetime as dt
import io
import stat
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from courses.exceptions import WorkRefused
from courses.models import Assessment, Cohort, Handin, Part, Work, WorkFile
from courses.work import drafts, files, notices, scanning, standing
from learners import outbox, retention
from learners.erasing import erase
from learners.models import Learner, Look, OutgoingMail, RoleGrant
from learners.roles import grant
from tests.programmes.test_classes import client_of, vbu  # noqa: F401 - a fixture
from tracking.completions import achievements
from tracking.player import assessing, programmes, tokens
from tracking.views_work import Place

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PDF = b"%PDF-1.7 en oppgave"


@pytest.fixture
def here(vbu: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    """VBU's class, begun ten days ago; the work is due in fifty days, by two criteria."""
    vbu.cohort.starts = timezone.localdate() - 10 * DAY
    vbu.cohort.save()
    Part.objects.filter(pk=vbu.work.pk).update(
        task="Beskriv verkstedet.", criteria="Trygt\nLærerikt", criteria_nn="Trygt\nLærerikt nok"
    )
    vbu.work.refresh_from_db()
    vbu.address = f"/program/vbu/vbu-2026/arbeid/{vbu.work.key}/"
    vbu.place = Place(vbu.cohort, vbu.work)
    return vbu


def send(here: SimpleNamespace, who: Client, owner: Learner, do: str = "save", **fields: object) -> object:
    """As the form does: `fields` may be text, revision, files."""
    work = Work.objects.filter(member__learner=owner).first()
    own = {"who": tokens.make(owner, here.place.key), "revision": work.revision if work else 0, "do": do}
    return who.post(f"{here.address}send/", {**own, **fields})


def handed_in(here: SimpleNamespace, text: str = "Verkstedet mitt.") -> Handin:
    send(here, client_of(here.ola), here.ola, "hand_in", text=text)
    return Handin.objects.order_by("-number")[0]


def sent(passed: str, handin: Handin, *levels: str, **fields: str) -> dict[str, str]:
    return {"passed": passed, "handin": str(handin.pk), "words": "", "again_by": ""} | fields | {
        f"level-{n}": level for n, level in enumerate(levels)
    }  # fmt: skip


# --- Drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_is_stored_as_one_writes_and_read_by_its_writer_alone(here: SimpleNamespace) -> None:
    ola = client_of(here.ola)
    answer = send(here, ola, here.ola, "autosave", text="Først")
    assert answer.json()["revision"] == 1  # type: ignore[attr-defined]
    assert "Først</textarea>" in ola.get(here.address).content.decode()
    assert client_of(here.eva).get(here.address).context["text"] == ""
    page = client_of(here.tuva).get(f"{here.address}{here.ola.opaque_id}/").content.decode()
    assert "Først" not in page, "a draft is no hand-in"


def test_what_is_written_after_the_session_has_ended_waits_for_its_writer(here: SimpleNamespace) -> None:
    send(here, client_of(here.ola), here.ola, text="Før")
    for screen in (Client(), client_of(here.eva)):
        answer = send(here, screen, here.ola, "autosave", text="Etter")
        assert (answer.status_code, answer.json()) == (202, {"stored": False, "signed_in": False})  # type: ignore[attr-defined]
    mine = Work.objects.get()
    assert (mine.draft, mine.aside) == ("Før", "Etter")
    assert "Etter" not in client_of(here.eva).get(here.address).content.decode()
    ola = client_of(here.ola)
    assert "Etter" in ola.get(here.address).content.decode()
    send(here, ola, here.ola, "swap")
    mine.refresh_from_db()
    assert (mine.draft, mine.aside) == ("Etter", "Før"), "neither is lost"
    answer = send(here, Client(), here.ola, "hand_in", text="Etter")
    assert answer["Location"].startswith("/konto/login/")  # type: ignore[index]
    assert not Handin.objects.exists(), "only its writer hands it in"


def test_an_older_window_does_not_overwrite_a_newer_draft(here: SimpleNamespace) -> None:
    ola = client_of(here.ola)
    send(here, ola, here.ola, text="en")
    assert send(here, ola, here.ola, "autosave", text="to", revision=0).status_code == 202  # type: ignore[attr-defined]
    said = ola.post(f"{here.address}send/", {
        "who": tokens.make(here.ola, here.place.key), "revision": 0, "do": "hand_in", "text": "tre"
    }, follow=True).content.decode()  # fmt: skip
    assert "Begge tekstene er tatt vare på" in said
    assert Work.objects.get().draft == "en"
    assert not Handin.objects.exists()


def test_a_form_that_is_not_ours_and_a_text_that_is_too_long_change_nothing(here: SimpleNamespace) -> None:
    ola = client_of(here.ola)
    assert ola.post(f"{here.address}send/", {"who": "x", "text": "y"}).status_code == 403
    lars = client_of(here.lars)
    assert lars.get(here.address).status_code == 403, "not in the class"
    assert send(here, lars, here.lars, text="z").status_code == 403  # type: ignore[attr-defined]
    long = "å" * (drafts.MOST + 1)
    answer = send(here, ola, here.ola, "hand_in", text=long)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert long in answer.content.decode(), "what was written stands in the form"  # type: ignore[attr-defined]
    assert Work.objects.get().draft == ""
    send(here, ola, here.ola, text="a\x00b\r\nc")
    assert Work.objects.get().draft == "ab\nc"


# --- Files ------------------------------------------------------------------------------------------------------------
def archive(*names: str, **content: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name in names:
            packed.writestr(name, content.get(name, "x"))
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "Bare pdf, jpg"),
        ("side.html", b"<script>", "Bare pdf, jpg"),
        ("oppgave.pdf", b"<html>", "ikke det navnet sier"),
        ("oppgave.docx", b"PK\x03\x04 men ikke mer", "ikke det navnet sier"),
        ("regneark.docx", archive("[Content_Types].xml", "xl/workbook.xml"), "ikke det navnet sier"),
        ("makro.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "makroer"),
        ("tom.pdf", b"", "tom"),
        ("stor.pdf", PDF + b" " * 1024 * 1024, "større enn 1"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_the_text_is_stored(
    here: SimpleNamespace, settings: object, name: str, content: bytes, said: str
) -> None:
    settings.WORK_FILE_MB = 1  # type: ignore[attr-defined]
    ola = client_of(here.ola)
    file = SimpleUploadedFile(name, content)
    send(here, ola, here.ola, "hand_in", text="Teksten min", files=[file])
    page = ola.get(here.address).content.decode()
    assert name in page
    assert said in page
    assert Work.objects.get().draft == "Teksten min"
    assert not WorkFile.objects.exists()
    assert not Handin.objects.exists(), "a hand-in without the file that belongs to it is none"


def test_files_are_read_by_their_writer_and_the_class_s_teachers_alone(here: SimpleNamespace) -> None:
    ola = client_of(here.ola)
    office = archive("[Content_Types].xml", "word/document.xml")
    send(here, ola, here.ola, text="", files=[SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.docx", office)])
    row = WorkFile.objects.get(name="a.pdf")
    address = f"/arbeid/{row.key}/"
    assert client_of(here.tuva).get(address).status_code == 404, "not handed in yet"
    send(here, ola, here.ola, "hand_in", text="")
    answer = client_of(here.tuva).get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    admin = here.lars
    grant(admin, RoleGrant.Role.SYSTEM, None, timezone.now())
    for other in (here.eva, admin):
        assert client_of(other).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    here.cohort.teachers.all().delete()
    assert client_of(here.tuva).get(address).status_code == 404, "teaches the class no more"
    send(here, ola, here.ola, f"remove:{row.key}", text="")
    assert client_of(here.ola).get(address).status_code == 200, "what was handed in is kept"
    assert Work.objects.get().files.filter(in_draft=True).count() == 1


def test_there_is_room_for_ten_files(here: SimpleNamespace) -> None:
    send(here, client_of(here.ola), here.ola, text="", files=[SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(11)])
    assert WorkFile.objects.count() == files.MOST_FILES


@pytest.mark.parametrize(("status", "taken"), [(0, 1), (1, 0), (2, 0)])
def test_the_virus_scanner_decides_and_no_answer_is_no(
    here: SimpleNamespace, settings: object, tmp_path: Path, status: int, taken: int
) -> None:
    scanner = tmp_path / "scan"
    scanner.write_text(f'#!/bin/sh\ngrep -q "en oppgave" "$2" || exit 9\nexit {status}\n')
    scanner.chmod(scanner.stat().st_mode | stat.S_IXUSR)
    settings.VIRUS_SCAN = f"{scanner} --file {{file}}"  # type: ignore[attr-defined]
    assert scanning.can_run(settings.VIRUS_SCAN)  # type: ignore[attr-defined]
    send(here, client_of(here.ola), here.ola, text="Tekst", files=[SimpleUploadedFile("a.pdf", PDF)])
    assert WorkFile.objects.count() == taken
    if taken:
        assert WorkFile.objects.get().file.read() == PDF


def refuses(path: str) -> bool:
    """A scanner of an installation's own."""
    return b"EICAR" not in Path(path).read_bytes()


def test_the_scanner_may_be_a_function(here: SimpleNamespace, settings: object) -> None:
    settings.VIRUS_SCAN = f"python:{__name__}.refuses"  # type: ignore[attr-defined]
    both = [SimpleUploadedFile("a.pdf", PDF + b"EICAR"), SimpleUploadedFile("b.pdf", PDF)]
    send(here, client_of(here.ola), here.ola, text="", files=both)
    assert WorkFile.objects.get().name == "b.pdf"
    assert not scanning.can_run("python:finnes.ikke")
    assert not scanning.can_run("finnes-ikke-her {file}")


# --- Handing in, dates ------------------------------------------------------------------------------------------------
def test_one_hands_in_and_those_who_teach_get_one_mail_that_says_how_many_wait(here: SimpleNamespace) -> None:
    first = handed_in(here)
    assert handed_in(here).pk == first.pk, "the same again is the same"
    send(here, client_of(here.eva), here.eva, "hand_in", text="Mitt")
    mail = OutgoingMail.objects.get(learner=here.tuva)
    written = notices.compose(mail, timezone.now())
    assert written is not None
    assert "2 arbeider venter" in written.text
    assert "Ola" not in written.text
    page = client_of(here.tuva).get("/program/vbu/vbu-2026/").content.decode()
    assert "2 arbeider venter" in page
    assert outbox.send_due(timezone.now()) == 0, "half an hour for what else comes in"


def test_after_the_date_the_draft_is_kept_and_the_teacher_gives_more_time(here: SimpleNamespace) -> None:
    Cohort.objects.update(starts=timezone.localdate() - 61 * DAY)
    ola, tuva = client_of(here.ola), client_of(here.tuva)
    said = send(here, ola, here.ola, "hand_in", text="For sent")
    assert not Handin.objects.exists()
    assert "Fristen er ute" in ola.get(here.address).content.decode()
    assert Work.objects.get().draft == "For sent"
    teachers = f"{here.address}{here.ola.opaque_id}/"
    assert tuva.post(teachers, {"until": "i morgen"}).status_code == 400
    tomorrow = timezone.localdate() + DAY
    assert tuva.post(teachers, {"until": tomorrow.isoformat()}).status_code == 302
    assert OutgoingMail.objects.filter(learner=here.ola, key__startswith="arbeid:frist").count() == 1
    how_far = programmes.of_learners(here.programme, [here.ola.pk], here.cohort.starts)[here.ola.pk]
    assert how_far.parts[2].due == tomorrow, "the class's matrix knows it too"
    send(here, ola, here.ola, "hand_in", text="For sent")
    assert Handin.objects.get().text == "For sent"
    assert said is not None


# --- Assessing --------------------------------------------------------------------------------------------------------
def test_whoever_has_left_the_service_hands_in_nothing_more_and_keeps_what_is_written(here: SimpleNamespace) -> None:
    ola = client_of(here.ola)
    send(here, ola, here.ola, text="Nesten ferdig")
    here.ola.employments.update(valid_to=timezone.localdate())
    page = ola.get(here.address).content.decode()
    assert "Ansettelsen din er avsluttet" in page
    assert "Nesten ferdig" in page
    assert 'value="hand_in"' not in page
    send(here, ola, here.ola, "hand_in", text="Ferdig")  # a form that was open
    assert not Handin.objects.exists()
    assert Work.objects.get().draft == "Ferdig"
    with pytest.raises(WorkRefused, match="ended"):
        drafts.hand_in(Work.objects.get(), timezone.now())
    here.ola.employments.update(valid_to=timezone.localdate() + DAY)
    assert drafts.hand_in(Work.objects.get(), timezone.now()), "the last day is a day of work"


def test_work_that_passes_is_a_part_that_is_done_and_what_does_not_is_handed_in_again(here: SimpleNamespace) -> None:
    tuva, ola, teachers = client_of(here.tuva), client_of(here.ola), f"{here.address}{here.ola.opaque_id}/"
    first = handed_in(here)
    assert "Verkstedet mitt." in tuva.get(teachers).content.decode()
    assert Look.objects.filter(viewer=here.tuva, seen=here.ola, place="work").exists()
    again_by = timezone.localdate() + 5 * DAY
    answer = tuva.post(teachers, sent("no", first, "there", "not_yet", words="Litt til", again_by=str(again_by)))
    assert answer.status_code == 302
    page = ola.get(here.address).content.decode()
    assert "Litt til" in page
    assert "Lærerikt" in page
    assert standing.standing(here.members[0], here.work).due == again_by
    assert not programmes.of_learners(here.programme, [here.ola.pk])[here.ola.pk].done
    second = handed_in(here, "Bedre.")
    assert second.number == 2
    tuva.post(teachers, sent("yes", second, "there", "strong"))
    assert programmes.of_learners(here.programme, [here.ola.pk])[here.ola.pk].done == 1
    assert Assessment.objects.get(handin=second).levels[1] == {
        "nb": "Lærerikt", "nn": "Lærerikt nok", "level": "strong",
    }  # fmt: skip
    assert achievements.differences() == []
    send(here, ola, here.ola, "hand_in", text="Enda mer")
    assert Handin.objects.count() == 2, "passed is passed"
    mails = OutgoingMail.objects.filter(learner=here.ola)
    assert mails.count() == 2
    assert not any("Litt til" in mail.text for mail in mails), "what was said stands behind the sign-in"


def test_a_corrected_assessment_takes_the_part_back_and_leaves_its_trace(here: SimpleNamespace) -> None:
    handin, at = handed_in(here), timezone.now()
    assessing.assess(handin, assessing.Verdict(True, ["there", "there"], ""), here.tuva, at)
    teachers = client_of(here.tuva)
    one = {"who": str(here.ola.opaque_id), "part": str(here.work.key), "do": "take_back"}
    said = teachers.post("/program/vbu/vbu-2026/bekreft/", one, follow=True).content.decode()
    assert "endre vurderingen" in said
    assert programmes.of_learners(here.programme, [here.ola.pk])[here.ola.pk].done == 1
    assessing.assess(handin, assessing.Verdict(False, ["there", "not_yet"], "Likevel ikke"), here.tuva, at + DAY)
    assert programmes.of_learners(here.programme, [here.ola.pk])[here.ola.pk].done == 0
    assert Assessment.objects.filter(handin=handin).count() == 2
    assert Assessment.objects.get(handin=handin, known_to=None).words == "Likevel ikke"


def test_an_assessment_that_cannot_stand_is_not_stored_and_its_words_are_kept(here: SimpleNamespace) -> None:
    first = handed_in(here)
    tuva, teachers = client_of(here.tuva), f"{here.address}{here.ola.opaque_id}/"
    for wrong in (
        sent("", first, "there", "there", words="Ordene mine"),
        sent("yes", first, "there", words="Ordene mine"),
        sent("no", first, "there", "there", words="Ordene mine", again_by="2001-01-01"),
    ):
        answer = tuva.post(teachers, wrong)
        assert answer.status_code == 400
        assert "Ordene mine" in answer.content.decode()
    handed_in(here, "Nyere")
    answer = tuva.post(teachers, sent("yes", first, "there", "there", words="Ordene mine"))
    assert "nyere" in answer.content.decode()
    assert not Assessment.objects.exists()
    with pytest.raises(WorkRefused):
        assessing.assess(first, assessing.Verdict(True, ["there", "there"], ""), here.tuva, timezone.now())


def test_only_those_who_teach_the_class_read_and_assess(here: SimpleNamespace) -> None:
    first, teachers = handed_in(here), f"{here.address}{here.ola.opaque_id}/"
    grant(here.eva, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    for other in (here.ola, here.eva, here.lars):
        assert client_of(other).get(teachers).status_code == 403
        assert client_of(other).post(teachers, sent("yes", first, "there", "there")).status_code == 403
    assert not Assessment.objects.exists()


# --- What is kept -----------------------------------------------------------------------------------------------------
def test_an_erased_person_s_work_and_files_are_gone(
    here: SimpleNamespace, django_capture_on_commit_callbacks: object
) -> None:
    ola = client_of(here.ola)
    send(here, ola, here.ola, "hand_in", text="Kanarifugl", files=[SimpleUploadedFile("a.pdf", PDF)])
    path = Path(WorkFile.objects.get().file.path)
    assert "Kanarifugl" in ola.get("/personvern/mine-data.json").content.decode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erase(here.ola, timezone.now(), None)
    assert not path.exists()
    assert not Work.objects.exists()


def test_a_year_after_the_class_the_work_goes_and_the_part_stays_done(
    here: SimpleNamespace, django_capture_on_commit_callbacks: object
) -> None:
    assessing.assess(handed_in(here), assessing.Verdict(True, ["there", "there"], ""), here.tuva, timezone.now())
    ends = dt.datetime.combine(here.cohort.ends, dt.time(12), dt.UTC)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert retention.keep_limits(ends + 364 * DAY)["work"] == 0
        assert retention.keep_limits(ends + 367 * DAY)["work"] == 1
    assert programmes.of_learners(here.programme, [here.ola.pk])[here.ola.pk].done == 1
