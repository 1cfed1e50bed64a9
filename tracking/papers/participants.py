"""The list of those who take part, on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms import typesetting
from cms.figures import STAND_IN, long_date
from courses.models import Gathering, Session

TEMPLATE = Path(__file__).with_name("participants.typ")


def render(gathering: Gathering, sessions: list[Session], people: list[tuple[str, str]], at: dt.datetime) -> bytes:
    """`people`: (name, unit), in the order in which they stand. The PDF's bytes, in the active language."""
    language = translation.get_language() or "nb"
    seated = ngettext("%(count)d has a seat.", "%(count)d have a seat.", len(people)) % {"count": len(people)}
    told: dict[str, Any] = {
        "title": gathering.title_in(language),
        "language": STAND_IN.get(language, language),
        "when": [_when(one) for one in sessions],
        "sentence": seated,
        "columns": ["", _("Name"), _("Unit"), _("Signature")],
        "people": [{"name": name, "unit": unit, "said": ""} for name, unit in people],
        "demo": _("Demo: people and figures are invented") if settings.LOCAL else "",
    }
    return typesetting.pdf(TEMPLATE, told, at)


def _when(session: Session) -> str:
    starts, ends = timezone.localtime(session.starts), timezone.localtime(session.ends)
    where = f" – {session.place}" if session.place else ""
    return f"{long_date(starts)}, {starts:%H:%M}–{ends:%H:%M}{where}"
