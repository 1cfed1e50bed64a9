"""A share as people write it: "90 %", "87,5 %", "0,9"."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

STEP = Decimal("0.001")
NO_BREAK = "\N{NO-BREAK SPACE}"


def share_text(share: Decimal | float) -> str:
    """`0.875` as "87,5 %", exactly."""
    percent = (Decimal(str(share)) * 100).normalize()
    gap = "" if get_language() == "en" else NO_BREAK
    return f"{number_format(Decimal(f'{percent:f}'))}{gap}%"


def parse_share(text: str) -> Decimal:
    """The fraction that `text` says: with "%" or above 1 it is in percent. Raises ValueError where it is no number."""
    bare = "".join(text.split()).replace(",", ".")
    try:
        number = Decimal(bare.removesuffix("%"))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a share.") from error
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a share.")
    return number / 100 if bare.endswith("%") or number > 1 else number


class ShareField(forms.CharField):
    """A fraction above 0 and up to 1, with at most one decimal of a percent."""

    default_error_messages = {
        "invalid": _("Write the share as a number, such as 90 %."),
        "out_of_range": _("The share must be above 0 % and at most 100 %."),
        "too_fine": _("Use at most one decimal, such as 87.5 %."),
    }

    def prepare_value(self, value: Any) -> Any:
        return share_text(value) if isinstance(value, Decimal | float) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            share = parse_share(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not 0 < share <= 1:
            raise ValidationError(self.error_messages["out_of_range"], code="out_of_range")
        if share != share.quantize(STEP):
            raise ValidationError(self.error_messages["too_fine"], code="too_fine")
        return share.quantize(STEP)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return parse_share(data or "") != Decimal(str(initial))
        except (ValueError, InvalidOperation):
            return True
