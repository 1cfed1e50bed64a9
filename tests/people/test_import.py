"""What a file changes: people, their numbers and names, employment, positions, leave; done again, nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from learners.importing.running import Report
from learners.models import Employment, FormerNumber, ImportRun, Leadership, Learner, Leave, Posting
from tests.people.conftest import AT, HEADER, employments, postings

Take = Callable[..., Report]
NIGHT = dt.timedelta(days=1)
SINCE = "2020-01-01"


def rows() -> int:
    return sum(model.objects.count() for model in (Employment, Posting, Leave, Leadership, Learner, FormerNumber))


def test_a_new_person_is_employed_and_posted(take: Take) -> None:
    report = take("0007;Nina;Berg;Nina.Berg@example.no;01.03.2024;;HALDEN;Verksbetjent;ja;")
    assert report.succeeded, report.faults
    nina = Learner.objects.get(hr_number="0007")
    assert (nina.given_name, nina.family_name, nina.email) == ("Nina", "Berg", "nina.berg@example.no")
    assert not nina.has_usable_password()
    assert employments(nina) == [("2024-03-01", None)]
    assert postings(nina) == [("HALDEN", "2024-03-01", None)]


def test_done_again_it_changes_nothing(take: Take, service: SimpleNamespace) -> None:
    lines = (
        "0007;Nina;Berg;nina@example.no;01.03.2024;31.12.2027;HALDEN;Verksbetjent;ja;01.02.2025",
        "0007;Nina;Berg;;;;BODO;Konsulent;nei;01.03.2025",
        "001;Ola;Nordmann;;;;BERG;Verksbetjent;ja;",
    )
    for full in (False, True):
        take(*lines, full=full)
        before = rows()
        report = take(*lines, full=full, at=AT + NIGHT, on=AT.date() + NIGHT)
        assert report.succeeded
        assert report.changes_nothing, report.counts
        assert rows() == before


def test_a_transfer_closes_the_row_and_keeps_what_was_known(take: Take, service: SimpleNamespace) -> None:
    take("001;;;;;;BODO;Verksbetjent;;01.11.2026")
    (since, *_rest), now = postings(service.Ola)
    assert since == "HALDEN"
    assert now == ("BODO", "2026-11-01", None)
    assert postings(service.Ola)[0][2] == "2026-11-01"
    then = Posting.objects.known(AT).get(learner=service.Ola)
    assert (then.unit.code, then.valid_to) == ("HALDEN", None)


def test_a_second_position_leaves_the_first_alone(take: Take, service: SimpleNamespace) -> None:
    take("001;;;;;;BODO;Verksbetjent;nei;01.11.2026")
    assert [unit for unit, _from, _to in postings(service.Ola)] == ["HALDEN", "BODO"]
    assert Posting.objects.known().get(learner=service.Ola, primary=True).unit.code == "HALDEN"


def test_a_short_primary_position_gives_way_again(take: Take, service: SimpleNamespace) -> None:
    header = HEADER + ";Til dato"
    take("001;;;;;;BODO;Verksbetjent;;01.11.2026;30.11.2026", header=header)
    assert [(unit, since) for unit, since, _to in postings(service.Ola)][1:] == [
        ("BODO", "2026-11-01"), ("HALDEN", "2026-12-01"),
    ]  # fmt: skip


def test_changes_leave_those_alone_that_the_file_has_not(take: Take, service: SimpleNamespace) -> None:
    take("001;;;;;;HALDEN;Verksbetjent;;")
    assert employments(service.Ada)[0][1] is None


def test_who_is_missing_in_the_full_picture_leaves(take: Take, service: SimpleNamespace) -> None:
    lines = [f"00{n};;;;;;{unit};Verksbetjent;;" for n, unit in ((1, "HALDEN"), (3, "BERG"), (4, "BODO"))]
    report = take(*lines, full=True)
    assert report.counts["left"] == 1
    assert employments(service.Ada)[0][1] == "2026-11-16"
    assert postings(service.Ada)[0][2] == "2026-11-16"
    assert employments(service.Ola)[0][1] is None


def test_too_many_missing_stop_the_import(take: Take, service: SimpleNamespace) -> None:
    report = take("001;;;;;;HALDEN;Verksbetjent;;", full=True, most_gone=50.0)
    assert not report.succeeded
    assert "3" in report.too_many_gone
    assert employments(service.Ada)[0][1] is None
    run = ImportRun.objects.get()
    assert not run.succeeded


def test_a_returning_person_is_the_same_person(take: Take, service: SimpleNamespace) -> None:
    take("002;;;;;30.09.2026;HALDEN;Verksbetjent;;")
    report = take("002;Ada;Dal;;01.12.2026;;BERG;Verksbetjent;;01.12.2026")
    assert report.succeeded, report.faults
    assert [end for _start, end in employments(service.Ada)] == ["2026-10-01", None]
    assert postings(service.Ada)[-1] == ("BERG", "2026-12-01", None)
    assert Learner.objects.count() == 4


def test_a_changed_number_keeps_the_person_and_the_old_number(take: Take, service: SimpleNamespace) -> None:
    header = "Ansattnr;Tidligere ansattnr;Etternavn"
    report = take("900;001;Hansen", header=header)
    assert report.succeeded, report.faults
    service.Ola.refresh_from_db()
    assert (service.Ola.hr_number, service.Ola.family_name) == ("900", "Hansen")
    assert FormerNumber.objects.get().hr_number == "001"
    late = take("001;Olsen", header="Ansattnr;Etternavn")
    assert late.succeeded
    service.Ola.refresh_from_db()
    assert (service.Ola.hr_number, service.Ola.family_name) == ("900", "Olsen")


def test_a_wrong_end_is_corrected_and_work_goes_on(take: Take, service: SimpleNamespace) -> None:
    since = employments(service.Ola)[0][0]
    take("001;;;;;31.10.2026;;;;")
    assert employments(service.Ola)[0][1] == "2026-11-01"
    assert postings(service.Ola)[0][2] == "2026-11-01"
    day = dt.date.fromisoformat(since)
    take(f"001;;;;{day:%d.%m.%Y};;HALDEN;Verksbetjent;;{day:%d.%m.%Y}", full=True, at=AT + NIGHT)
    assert employments(service.Ola) == [(since, None)]
    assert postings(service.Ola) == [("HALDEN", since, None)]


LEAVE = "HR-nummer;Permisjon fra;Permisjon til;Permisjon heltid"


def test_leave_is_told_changed_and_taken_back(take: Take, service: SimpleNamespace) -> None:
    take("001;01.12.2026;31.03.2027;ja", header=LEAVE)
    take("001;01.12.2026;;50 %", header=LEAVE, at=AT + NIGHT)
    row = Leave.objects.known().get(learner=service.Ola)
    assert (row.valid_to, row.full_time) == (None, False)
    lines = [f"00{n};;;" for n in (1, 2, 3, 4)]
    take(*lines, header=LEAVE, full=True, at=AT + 2 * NIGHT)
    assert not Leave.objects.known().filter(learner=service.Ola).exists()


def test_a_leader_leads_the_unit_and_an_own_staff_s_the_unit_above(take: Take, service: SimpleNamespace) -> None:
    header = "HR-nummer;Enhet;Stilling;Leder"
    report = take("001;HALDEN;Fengselsleder;ja", "003;OST;Regiondirektør;ja", header=header)
    assert report.succeeded, report.faults
    led = Leadership.objects.known().order_by("learner")
    assert [(row.learner.given_name, row.unit.code) for row in led] == [("Ola", "HALDEN"), ("Finn", "OST")]
    assert postings(service.Finn)[-1][0] == "OST-STAB"
    take("001;HALDEN;Fengselsleder;nei", header=header, at=AT + NIGHT)
    assert not Leadership.objects.known().on(AT.date()).filter(learner=service.Ola).exists()


def test_two_people_may_swap_addresses(take: Take, service: SimpleNamespace) -> None:
    report = take(f"001;{service.Ada.email}", f"002;{service.Ola.email}", header="HR-nummer;E-post")
    assert report.succeeded, report.faults
    assert Learner.objects.get(hr_number="001").email == service.Ada.email


def test_an_import_is_logged_with_hash_and_counts(take: Take, service: SimpleNamespace) -> None:
    take("001;;;;;;BODO;Verksbetjent;;")
    run = ImportRun.objects.get()
    assert run.succeeded and len(run.file_hash) == 64
    assert run.detail["counts"]["posted"] == 1
    assert "Ola" not in str(run.detail)


def test_a_trial_changes_and_logs_nothing(take: Take, service: SimpleNamespace) -> None:
    before = rows()
    report = take("001;;;;;;BODO;Verksbetjent;;", "009;Ny;Ås;;;;NYTT;X;;", dry_run=True)
    assert [fault.line for fault in report.faults] == [3]
    assert (rows(), ImportRun.objects.count()) == (before, 0)


def test_one_bad_row_keeps_all_of_it_out(take: Take, service: SimpleNamespace) -> None:
    before = rows()
    report = take("001;;;;;;BODO;Verksbetjent;;", "002;;;ikke en adresse;;;BODO;Verksbetjent;;")
    assert [(fault.line, fault.column) for fault in report.faults] == [(3, "E-post")]
    assert rows() == before


def test_all_faults_of_a_file_are_told_of_at_once_also_two_in_one_row(take: Take, service: SimpleNamespace) -> None:
    before = rows()
    report = take(
        "001;;;;;;BODO;Verksbetjent;;",
        "002;;;ikke en adresse;;;BODO;Verksbetjent;;",
        "003;;;;;;NYTT;Verksbetjent;;",
        "004;Liv;Moe;;31.02.2026;;NYTT;Verksbetjent;;",
    )
    told = {(fault.line, fault.column) for fault in report.faults}
    assert told == {(3, "E-post"), (4, "Enhet"), (5, "Enhet"), (5, "Ansatt fra")}
    assert rows() == before


UNITS = "HR-nummer;Fornavn;Etternavn;Enhetskode;Enhetsnavn;Overordnet enhet;Stilling"


def test_a_file_opens_moves_and_renames_units(take: Take, service: SimpleNamespace) -> None:
    report = take(
        "001;;;NY;Ny fengsel;OST;Verksbetjent",
        "004;;;BODO;Bodø fengsel;OST;Verksbetjent",
        header=UNITS,
    )
    assert report.succeeded, report.faults
    assert [unit.code for unit in report.units_opened] == ["NY"]
    assert [unit.code for unit in report.units_moved] == ["BODO"]
    service.bodo.refresh_from_db()
    assert service.bodo.name == "Bodø fengsel"
    assert service.bodo.places.known().order_by("-valid_from")[0].path == "/KRIM/OST/BODO/"


@pytest.mark.django_db
def test_an_empty_service_gets_its_tree_from_its_first_file() -> None:
    from learners.importing import running
    from learners.importing.running import Order

    lines = [UNITS, "1;Kari;Ås;HALDEN;Halden fengsel;OST;Verksbetjent", "2;Per;Li;BODO;Bodø fengsel;NORD;Verksbetjent"]
    for night in (0, 1):
        report = running.run("\n".join(lines).encode(), Order(on=AT.date()), AT + night * NIGHT)
        assert report.succeeded, report.faults
    assert report.changes_nothing, report.counts
    codes = sorted(unit.path for unit in Posting.objects.get(learner__hr_number="1").unit.places.known())
    assert codes == ["/KRIM/OST/HALDEN/"]
