"""docs/data_protection.md is made from the models; every table that is keyed to a person is on it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import models

from learners.data_protection import models_of, parts, personal_models
from learners.personal_data import SHORT, UNTIL_ERASED, Rows, holdings


def test_the_page_is_up_to_date() -> None:
    call_command("data_protection", "--check")


def test_every_table_that_is_keyed_to_a_person_has_a_purpose_and_a_limit() -> None:
    covered = {key for holding in holdings() for key in holding.covers}
    missing = {key for keys in personal_models().values() for key in keys} - covered
    assert not missing, "enter them in the app's holdings.py: why, and for how long"


@pytest.mark.parametrize("model", sorted(parts(), key=str))
def test_what_belongs_to_a_person_s_row_has_them_too(model: type[models.Model]) -> None:
    said = {one for holding in holdings() for one in models_of(holding)}
    by_key = {m for m in personal_models() if personal_models()[m]}
    assert model in said | by_key, f"{model._meta.label}: enter it in the app's holdings.py"


@pytest.mark.parametrize("holding", holdings(), ids=lambda holding: holding.key)
def test_every_holding_says_why_for_how_long_and_what_an_erasure_does(holding: object) -> None:
    assert str(holding.purpose) and str(holding.retention)  # type: ignore[attr-defined]
    if holding.retention in (UNTIL_ERASED, SHORT):  # type: ignore[attr-defined]
        can = holding.erase or isinstance(holding.export, Rows)  # type: ignore[attr-defined]
        assert can, "say how it is erased"
