"""Certificates: what stands on them, that they never change, and what anybody may verify."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from courses.models import Course
from learners.models import RoleGrant
from learners.roles import grant
from tests import staff
from tests.player.conftest import *  # noqa: F403 - a small course with its pages
from tests.rows import Remembered
from tracking.certificates import proof
from tracking.certificates.models import Certificate
from tracking.completions.models import Completion

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 12)


def client_of(learner: object) -> Client:
    client = Client()
    client.force_login(learner)  # type: ignore[arg-type]
    return client


@pytest.fixture
def ola_has(course: Course) -> SimpleNamespace:
    """Ola has completed the small course (12 hours) on 12 March; Eva works beside him."""
    Course.objects.filter(pk=course.pk).update(hours="12.5", title="Lite kurs", title_nn="Lite kurs på nynorsk")
    halden = staff.unit("HALDEN")
    ola, eva = staff.employ("Ola", halden), staff.employ("Eva", halden)
    course.refresh_from_db()
    return SimpleNamespace(ola=ola, eva=eva, course=course, completion=staff.complete(ola, course, DAY))


def address(completion: Completion) -> str:
    return f"/min-laering/bevis/{completion.statement_id}.pdf"


def read(content: Iterable[bytes] | bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content if isinstance(content, bytes) else b"".join(content)))


def text(pdf: PdfReader, page: int = 0) -> str:
    return " ".join(pdf.pages[page].extract_text().split())


def fetch(learner: object, completion: Completion) -> PdfReader:
    return read(client_of(learner).get(address(completion)).content)


def test_a_certificate_says_who_what_when_and_where_it_is_verified(ola_has: SimpleNamespace) -> None:
    found = text(fetch(ola_has.ola, ola_has.completion))
    made = Certificate.objects.get()
    for word in ("Kursbevis", "Ola Dal", "Lite kurs", "torsdag 12. mars 2026", "12,5 timer", "Versjon 1", "prøve"):
        assert word in found, word
    assert f"{settings.SITE_URL}/bevis/{made.code}/" in found


def test_it_is_in_the_persons_language(ola_has: SimpleNamespace) -> None:
    ola_has.ola.language = "nn"
    ola_has.ola.save()
    found = text(fetch(ola_has.ola, ola_has.completion))
    assert "Lite kurs på nynorsk" in found
    assert "12,5 timar" in found


def test_it_is_a_tagged_pdf_with_headings_and_a_described_picture(ola_has: SimpleNamespace) -> None:
    pdf = fetch(ola_has.ola, ola_has.completion)
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    kinds, alternatives = _structure(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/L", "/Figure"} <= kinds
    assert any("QR" in words for words in alternatives)


def _structure(node: Any) -> tuple[set[str], list[str]]:
    kinds, words = set(), []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        here = here.get_object() if hasattr(here, "get_object") else here
        if isinstance(here, list):
            waiting += here
        elif isinstance(here, dict):
            kinds.add(str(here.get("/S", "")))
            words += [str(here["/Alt"])] if "/Alt" in here else []
            waiting += [here["/K"]] if "/K" in here else []
    return kinds, words


def test_its_date_is_the_completions_however_often_and_late_it_is_fetched(ola_has: SimpleNamespace) -> None:
    first = client_of(ola_has.ola).get(address(ola_has.completion)).content
    Certificate.objects.update(made_at=timezone.now() - dt.timedelta(days=900))
    second = client_of(ola_has.ola).get(address(ola_has.completion)).content
    assert first == second, "the same bytes"
    assert read(second).metadata.creation_date.date() == DAY  # type: ignore[union-attr]


def test_a_certificate_is_frozen_when_its_course_is_renamed(ola_has: SimpleNamespace) -> None:
    fetch(ola_has.ola, ola_has.completion)
    Course.objects.update(title="Et annet navn", hours=99)
    found = text(fetch(ola_has.ola, ola_has.completion))
    assert "Lite kurs" in found
    assert "12,5 timer" in found


def test_a_new_name_of_the_person_is_the_same_certificate(ola_has: SimpleNamespace) -> None:
    fetch(ola_has.ola, ola_has.completion)
    ola_has.ola.family_name = "Dal-Berg"
    ola_has.ola.save()
    assert "Ola Dal-Berg" in text(fetch(ola_has.ola, ola_has.completion))
    assert Certificate.objects.count() == 1


def test_looking_issues_nothing_and_neither_does_an_upgrade(ola_has: SimpleNamespace) -> None:
    """Certificates come about one by one, when their owner fetches them."""
    from django.core.management import call_command

    client_of(ola_has.ola).get("/min-laering/bevis/")
    client_of(ola_has.ola).get("/min-laering/")
    call_command("migrate", verbosity=0)
    assert not Certificate.objects.exists()


def test_nobody_fetches_anothers(ola_has: SimpleNamespace) -> None:
    assert client_of(ola_has.eva).get(address(ola_has.completion)).status_code == 404
    assert Client().get(address(ola_has.completion)).status_code == 302
    assert not Certificate.objects.exists()


def test_all_of_them_as_one_pdf_and_as_json(ola_has: SimpleNamespace) -> None:
    staff.complete(ola_has.ola, staff.course("PED", title="Pedagogikk"), DAY + dt.timedelta(days=9))
    ola = client_of(ola_has.ola)
    pdf = read(ola.get("/min-laering/bevis.pdf").content)
    assert ["Pedagogikk" in text(pdf, 0), "Lite kurs" in text(pdf, 1), len(pdf.pages)] == [True, True, 2]
    found = json.loads(ola.get("/min-laering/bevis.json").content)
    assert (found["name"], found["demo"]) == ("Ola Dal", True)
    assert [one["completed_on"] for one in found["certificates"]] == ["2026-03-21", "2026-03-12"]
    assert found["certificates"][1]["verify"].endswith(
        f"/bevis/{Certificate.objects.get(version=1, hours='12.5').code}/"
    )
    assert client_of(ola_has.eva).get("/min-laering/bevis.pdf").status_code == 404
    assert json.loads(client_of(ola_has.eva).get("/min-laering/bevis.json").content)["certificates"] == []


# --- Verifying --------------------------------------------------------------------------------------------------------
def page(code: str) -> tuple[int, str]:
    answer = Client().get(f"/bevis/{code}/")
    return answer.status_code, answer.content.decode()


def test_anybody_verifies_it_and_sees_no_more_than_what_is_on_it(ola_has: SimpleNamespace) -> None:
    fetch(ola_has.ola, ola_has.completion)
    status, content = page(Certificate.objects.get().code)
    assert status == 200
    assert "Kursbeviset er ekte." in content
    for word in ("Ola Dal", "Lite kurs", "torsdag 12. mars 2026"):
        assert word in content
    for word in (ola_has.ola.email, str(ola_has.ola.opaque_id), "Halden", str(ola_has.completion.statement_id)):
        assert word not in content


def test_an_unknown_code_is_no_certificate(ola_has: SimpleNamespace) -> None:
    assert page("a" * 26)[0] == 404
    assert "Ingen kursbevis har denne adressen." in page("a" * 26)[1]


def test_codes_cannot_be_guessed(ola_has: SimpleNamespace) -> None:
    from tracking.certificates.models import new_code

    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {26}, "26 signs of 32: 130 bits"


def test_a_revoked_one_says_so_and_cannot_be_fetched(ola_has: SimpleNamespace) -> None:
    fetch(ola_has.ola, ola_has.completion)
    code = Certificate.objects.get().code
    assert client_of(ola_has.eva).post(f"/bevis/{code}/trekk/", {"reason": "mistake"}).status_code == 403
    admin = staff.employ("Pia", staff.unit("KRUS"), "KONSULENT")
    grant(admin, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    pia = client_of(admin)
    assert "Trekk beviset tilbake" in pia.get(f"/bevis/{code}/").content.decode()
    pia.post(f"/bevis/{code}/trekk/", {"reason": "noe annet"})
    assert "ekte." in page(code)[1], "a reason is needed"
    pia.post(f"/bevis/{code}/trekk/", {"reason": "mistake"})
    assert "Kursbeviset er trukket tilbake." in page(code)[1]
    assert client_of(ola_has.ola).get(address(ola_has.completion)).status_code == 404
    assert client_of(ola_has.ola).get("/min-laering/bevis/").context["count"] == 0


def test_a_completion_that_is_taken_back_takes_its_certificate_with_it(ola_has: SimpleNamespace) -> None:
    fetch(ola_has.ola, ola_has.completion)
    Completion.objects.update(known_to=timezone.now())
    assert "Kursbeviset er trukket tilbake." in page(Certificate.objects.get().code)[1]


def test_one_that_has_run_out_says_when(ola_has: SimpleNamespace) -> None:
    Completion.objects.update(valid_until=dt.date(2026, 6, 12))
    fetch(ola_has.ola, ola_has.completion)
    assert "gikk ut fredag 12. juni 2026" in page(Certificate.objects.get().code)[1]
    assert proof.verify(Certificate.objects.get().code, dt.date(2026, 6, 11)).holds  # type: ignore[union-attr]


def test_text_in_a_title_is_never_markup(ola_has: SimpleNamespace) -> None:
    Course.objects.update(title='#panic("!") <b>fet</b> *stjerne* $x$')
    assert '#panic("!") <b>fet</b> *stjerne* $x$' in text(fetch(ola_has.ola, ola_has.completion))
    assert "<b>fet</b>" not in page(Certificate.objects.get().code)[1]


@pytest.mark.usefixtures("site")
def test_a_course_that_comes_with_us_has_the_scope_that_stands_on_its_certificate(
    remembered_course: Remembered,
) -> None:
    """Two lessons of ten minutes: half an hour, the least that is said."""
    remembered_course.put()
    assert Course.objects.get().hours == Decimal("0.5")
