"""People as HR writes them: one a line, the HR number or the e-mail address first; what follows is not read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners.models import Learner

SHOWN = 5


class PeopleField(forms.Field):
    """The ids of the named people. Shows each as "HR number  name", so that the list can be read and sent back."""

    widget = forms.Textarea
    default_error_messages = {"unknown": _("Nobody has this HR number or address: %(who)s")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs["rows"] = 4

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(_line(learner) for learner in _sorted(value))

    def to_python(self, value: Any) -> frozenset[int]:
        text = str(value or "")
        firsts = [
            line.replace(";", " ").replace(",", " ").split()[0] for line in text.splitlines() if line.strip(" ;,\t")
        ]
        found = _by_name(firsts)
        unknown = [first for first in firsts if first.casefold() not in found]
        if unknown:
            raise ValidationError(
                self.error_messages["unknown"], code="unknown", params={"who": ", ".join(unknown[:SHOWN])}
            )
        return frozenset(found[first.casefold()] for first in firsts)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != frozenset(initial or ())
        except ValidationError:
            return True


def _sorted(ids: Collection[int]) -> list[Learner]:
    return list(Learner.objects.filter(pk__in=list(ids)).order_by("family_name", "given_name", "pk"))


def _line(learner: Learner) -> str:
    return f"{learner.hr_number or learner.email or learner.opaque_id}  {learner.get_full_name()}".strip()


def _by_name(firsts: Collection[str]) -> dict[str, int]:
    """Ids by HR number, e-mail address and opaque id, in small letters."""
    found: dict[str, int] = {}
    numbers = [first for first in firsts if "@" not in first]
    for pk, number in Learner.objects.filter(hr_number__in=numbers).values_list("pk", "hr_number"):
        found[(number or "").casefold()] = pk
    addresses = [first.lower() for first in firsts if "@" in first]
    for pk, address in Learner.objects.filter(email__in=addresses).values_list("pk", "email"):
        found[(address or "").casefold()] = pk
    opaque = [first for first in firsts if len(first) == 36 and first.count("-") == 4]
    for pk, one in Learner.objects.filter(opaque_id__in=_uuids(opaque)).values_list("pk", "opaque_id"):
        found[str(one)] = pk
    return found


def _uuids(texts: Collection[str]) -> list[str]:
    return [text for text in texts if set(text.casefold()) <= set("0123456789abcdef-")]
