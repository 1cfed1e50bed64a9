"""Certificates on paper: a tagged PDF, one page each, in the person's language; and as JSON for a new employer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from cms import typesetting
from cms.figures import STAND_IN, long_date, short_date
from learners.models import Learner, Unit

from .models import Certificate

TEMPLATE = Path(__file__).with_name("certificate.typ")


def pdf(learner: Learner, certificates: Sequence[Certificate]) -> bytes:
    """The PDF's bytes, in the active language; the same certificates make the same file, whenever it is fetched."""
    language = translation.get_language() or "nb"
    told = {
        "title": _("Certificates") if len(certificates) > 1 else _("Certificate"),
        "language": STAND_IN.get(language, language),
        "demo": _("Demo: people and figures are invented") if settings.LOCAL else "",
        "kicker": _("Certificate"),
        "issuer": issuer(),
        "verify": _("Anybody can see at this address that the certificate is genuine:"),
        "alt": _("QR code with the address that stands beside it"),
        "certificates": [_page(learner, one, language) for one in certificates],
    }
    newest = max((one.completed_on for one in certificates), default=dt.date(2000, 1, 1))
    return typesetting.pdf(TEMPLATE, told, dt.datetime.combine(newest, dt.time(12), dt.UTC))


def _page(learner: Learner, one: Certificate, language: str) -> dict[str, Any]:
    text = one.text_in(language)
    link = address(one)
    return {
        "name": learner.get_full_name(),
        "title": text["title"],
        "sentence": _("completed on %(day)s") % {"day": long_date(one.completed_on)},
        "outcomes": text["outcomes"],
        # Outcomes of a course complete this sentence; a programme's stand for themselves.
        "outcomes_heading": _("Outcomes") if one.version is None else _("After the course you can"),
        "facts": facts(one),
        "address": link,
        "code": grouped(one.code),
        "qr": _qr(link),
    }


def facts(one: Certificate) -> list[tuple[str, str]]:
    """What stands on it beside name, title and date: (word, value)."""
    found = []
    if one.hours is not None:
        found.append((_("Scope"), _("%(hours)s hours") % {"hours": _number(one.hours)}))
    if one.version is not None:
        found.append((_("Version"), str(one.version)))
    if one.valid_until:
        found.append((_("Valid until"), short_date(one.valid_until)))
    return found


def _number(hours: Any) -> str:
    return formats.number_format(hours.normalize() if hours % 1 else int(hours))


def _qr(link: str) -> str:
    out = BytesIO()
    segno.make(link, error="m").save(out, kind="svg", border=0, dark="#1c2622", xmldecl=False)
    return out.getvalue().decode()


def address(one: Certificate) -> str:
    return f"{settings.SITE_URL}/bevis/{one.code}/"


def grouped(code: str) -> str:
    """The code in groups, to be read."""
    return " ".join(code[n : n + 5] for n in range(0, len(code), 5))


def issuer() -> str:
    """The college that publishes the courses; without one, the system."""
    return (
        Unit.objects.filter(kind=Unit.Kind.COLLEGE).order_by("pk").values_list("name", flat=True).first() or "Fagbenk"
    )


def as_json(learner: Learner, certificates: Sequence[Certificate], language: str) -> dict[str, Any]:
    """For a new employer: everything that stands on the certificates, and where each can be verified."""
    rows = [
        {
            **one.text_in(language),
            "completed_on": one.completed_on,
            "valid_until": one.valid_until,
            "hours": None if one.hours is None else float(one.hours),
            "version": one.version,
            "verify": address(one),
        }
        for one in certificates
    ]
    return {"name": learner.get_full_name(), "issuer": issuer(), "demo": settings.LOCAL, "certificates": rows}
