"""Reorganisations with dates: what was before stays, people stand at leaves, and what cannot be is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.exceptions import NotPossible
from learners.importing.running import Report
from learners.models import Leadership, Posting, UnitPlace
from learners.units import reorganising
from learners.units.reorganising import preview
from learners.units.tree import below, tree, who_worked
from tests import staff
from tests.people.conftest import AT, TODAY, postings

Take = Callable[..., Report]
FIRST = dt.date(2027, 1, 1)
BEFORE, AFTER = FIRST - dt.timedelta(days=1), FIRST + dt.timedelta(days=40)


def paths(on: dt.date, before: dt.datetime | None = None) -> dict[str, str]:
    return {node.unit.code: node.path for node in tree(on, before)}


def test_a_moved_unit_takes_all_below_it_along(service: SimpleNamespace) -> None:
    nord = reorganising.open_unit("nord", "Region nord", "region", service.krim, TODAY, AT).opened[0]
    reorganising.move(service.ost, nord, FIRST, AT)
    assert paths(BEFORE)["HALDEN"] == "/KRIM/OST/HALDEN/"
    assert paths(AFTER)["HALDEN"] == "/KRIM/NORD/OST/HALDEN/"
    assert paths(AFTER, AT)["HALDEN"] == "/KRIM/OST/HALDEN/"


def test_merged_units_end_and_their_people_stand_at_the_other(service: SimpleNamespace) -> None:
    staff.lead(service.Finn, service.berg)
    outcome = reorganising.merge([service.berg], service.halden, FIRST, AT)
    assert {service.Finn.pk} == outcome.people
    assert postings(service.Finn)[1] == ("HALDEN", "2027-01-01", None)
    assert "BERG" in paths(BEFORE) and "BERG" not in paths(AFTER)
    assert not Leadership.objects.known().on(AFTER).exists()
    assert Leadership.objects.known().on(BEFORE).exists()


def test_merged_into_an_inner_unit_people_stand_at_its_own_staff(service: SimpleNamespace) -> None:
    reorganising.merge([service.bodo], service.ost, FIRST, AT)
    assert postings(service.Berit)[1][0] == "OST-STAB"


def test_a_unit_that_gets_units_below_it_keeps_its_people_in_its_own_staff(service: SimpleNamespace) -> None:
    outcome = reorganising.open_unit("BODO-2", "Bodø 2", "prison", service.bodo, FIRST, AT)
    assert sorted(unit.code for unit in outcome.opened) == ["BODO-2", "BODO-STAB"]
    assert postings(service.Berit)[1][:2] == ("BODO-STAB", "2027-01-01")


def test_a_merged_region_s_units_go_along(service: SimpleNamespace) -> None:
    vest = reorganising.open_unit("VEST", "Region vest", "region", service.krim, TODAY, AT).opened[0]
    reorganising.merge([service.ost], vest, FIRST, AT)
    assert paths(AFTER)["HALDEN"] == "/KRIM/VEST/HALDEN/"
    assert not {"OST", "OST-STAB"} & set(paths(AFTER))


@pytest.mark.parametrize("what", ["people", "children", "root", "itself", "closed parent", "code"])
def test_what_cannot_be_is_refused_and_nothing_changes(service: SimpleNamespace, what: str) -> None:
    before = UnitPlace.objects.count(), Posting.objects.count()
    deeds = {
        "people": lambda: reorganising.close_unit(service.berg, FIRST, AT),
        "children": lambda: reorganising.close_unit(service.ost, FIRST, AT),
        "root": lambda: reorganising.move(service.krim, service.ost, FIRST, AT),
        "itself": lambda: reorganising.move(service.ost, service.halden, FIRST, AT),
        "closed parent": lambda: _below_a_closed_one(service),
        "code": lambda: reorganising.open_unit("A/B", "x", "prison", service.ost, FIRST, AT),
    }
    with pytest.raises(NotPossible):
        deeds[what]()
    if what != "closed parent":
        assert (UnitPlace.objects.count(), Posting.objects.count()) == before


def _below_a_closed_one(service: SimpleNamespace) -> None:
    reorganising.close_unit(service.stab, TODAY, AT)
    reorganising.move(service.bodo, service.stab, FIRST, AT)


def test_a_preview_stores_nothing(service: SimpleNamespace) -> None:
    before = UnitPlace.objects.count(), Posting.objects.count()
    outcome = preview(lambda: reorganising.merge([service.berg], service.halden, FIRST, AT))
    assert len(outcome.people) == 1
    assert (UnitPlace.objects.count(), Posting.objects.count()) == before


def test_who_worked_where_is_as_known_then(service: SimpleNamespace) -> None:
    reorganising.merge([service.berg], service.bodo, dt.date(2026, 11, 1), AT)
    on = dt.date(2026, 11, 10)
    now = {row.learner.given_name for row in who_worked(service.bodo, on)}
    then = {row.learner.given_name for row in who_worked(service.bodo, on, AT)}
    assert (now, then) == ({"Berit", "Finn"}, {"Berit"})
    assert {row.learner.given_name for row in who_worked(service.ost, on)} == {"Ola", "Ada"}
    assert not list(who_worked(service.berg, on))
    assert len(who_worked(None, on)) == 4


def test_a_subtree_is_two_queries_by_an_index(service: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert {place.unit.code for place in below(service.ost, TODAY).select_related("unit")} == {
            "OST", "HALDEN", "BERG", "OST-STAB",
        }  # fmt: skip
    assert len(queries) == 2
    if connection.vendor == "sqlite":
        plan = below(service.ost, TODAY).explain()
        assert "unitplace_subtree (known_to=? AND path>? AND path<?)" in plan, plan


def test_a_code_that_begins_like_another_is_no_part_of_it(service: SimpleNamespace) -> None:
    reorganising.open_unit("OST2", "Øst 2", "region", service.krim, TODAY, AT)
    assert "OST2" not in {place.unit.code for place in below(service.ost, TODAY).select_related("unit")}


# --- A position outside the days of its unit --------------------------------------------------------------------------
def test_a_first_day_before_the_unit_opened_holds_from_its_opening_and_again_is_no_change(
    service: SimpleNamespace, take: Take
) -> None:
    reorganising.open_unit("VIK", "Vik fengsel", "prison", service.ost, TODAY, AT)
    row = "001;Ola;Dal;;;;VIK;Verksbetjent;ja;01.01.2015"
    report = take(row, at=AT + dt.timedelta(hours=1))
    assert report.succeeded, report.faults
    assert report.counts["shortened"] == 1
    assert postings(service.Ola) == [("HALDEN", "2020-01-01", str(TODAY)), ("VIK", str(TODAY), None)]
    again = take(row, at=AT + dt.timedelta(hours=2))
    assert again.changes_nothing


def test_a_full_picture_does_not_open_again_what_is_decided_to_close(service: SimpleNamespace, take: Take) -> None:
    end = TODAY + dt.timedelta(days=30)
    reorganising.merge([service.berg], service.halden, end, AT)
    before = postings(service.Finn)
    people = (("001", "HALDEN"), ("002", "HALDEN"), ("003", "BERG"), ("004", "BODO"))
    rows = [f"{number};;;;;;{code};Verksbetjent;ja;01.01.2020" for number, code in people]
    report = take(*rows, full=True, at=AT + dt.timedelta(hours=1))
    assert report.succeeded, report.faults
    assert postings(service.Finn) == before == [("BERG", "2020-01-01", str(end)), ("HALDEN", str(end), None)]


def test_a_position_that_ended_before_its_unit_opened_is_a_fault(service: SimpleNamespace, take: Take) -> None:
    header = "HR-nummer;Enhet;Stilling;Fra dato;Til dato"
    reorganising.open_unit("VIK", "Vik fengsel", "prison", service.ost, TODAY, AT)
    report = take("001;VIK;Verksbetjent;01.01.2015;31.12.2016", header=header)
    (fault,) = report.faults
    assert (fault.line, fault.column) == (2, "Enhet")
    assert "ble opprettet" in fault.reason
