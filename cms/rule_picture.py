"""The folding rule as a picture: its words in the active language, and a file of its own."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from . import rule
from .figures import percent


def reading(
    share: float | None,
    *,
    target: float | None = None,
    forecast_low: float | None = None,
    forecast_high: float | None = None,
    at_most: bool = False,
    last_week: float | None = None,
    share_text: str = "",
    target_text: str = "",
) -> rule.Reading:
    """Shares are fractions; texts default to "63 % i dag", "mål 90 %", "prognose 81–87 %", "forrige uke 60 %".

    `at_most`: the forecast is no more than the highest share that can be.
    """
    forecast = None if forecast_low is None or forecast_high is None else (float(forecast_low), float(forecast_high))
    return rule.Reading(
        share=None if share is None else float(share),
        target=None if target is None else float(target),
        forecast=forecast,
        last_week=None if last_week is None else float(last_week),
        share_text=share_text or (_("%(share)s today") % {"share": percent(share)}),
        target_text=target_text or (_("target %(share)s") % {"share": percent(target)}),
        forecast_text=_forecast_text(forecast, at_most=at_most),
        last_week_text=_("last week %(share)s") % {"share": percent(last_week)},
    )


def _forecast_text(forecast: tuple[float, float] | None, *, at_most: bool) -> str:
    if forecast is None:
        return ""
    if at_most:
        return _("forecast at most %(share)s") % {"share": percent(forecast[1])}
    low, high = (percent(share) for share in forecast)
    spread = low if low == high else f"{low.rstrip('%').rstrip()}–{high}"
    return _("forecast %(spread)s") % {"spread": spread}


def sentence(read: rule.Reading) -> str:
    """What the picture says, for one who does not see it."""
    parts = [read.share_text if read.share is not None else _("The figure is not shown")]
    if read.target is not None:
        parts.append(read.target_text)
    if read.forecast is not None:
        parts.append(read.forecast_text)
    if read.last_week is not None:
        parts.append(read.last_week_text)
    return ", ".join(parts) + "."


def pictures(read: rule.Reading, label: str, size: str = "large", steps: int | None = None) -> list[dict[str, Any]]:
    """Template contexts of components/rule_svg.html: one for a small rule, a wide and a narrow one for a large."""
    label = label or sentence(read)
    if size == "small":
        return [_picture("small", rule.draw_small(read, steps), label)]
    return [
        _picture("wide", rule.draw(rule.WIDE, read), label),
        _picture("narrow", rule.draw(rule.NARROW, read), label),
    ]


def _picture(kind: str, drawing: rule.Drawing, label: str) -> dict[str, Any]:
    seed = f"{kind}{label}{drawing.fill}{drawing.target}{drawing.forecast}{drawing.week}"
    uid = hashlib.sha256(seed.encode()).hexdigest()[:8]
    return {"kind": kind, "drawing": drawing, "label": label, "uid": f"r{uid}"}


# What no XML may hold (XML 1.0, 2.2): with such a character in a name there would be no picture.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def svg_file(read: rule.Reading, *, title: str, lead: str, note: str, language: str) -> str:
    """A rule as a file of its own, on paper: `title` and `lead` above it, `note` (as-of date, demo) below.

    Where no share is shown there is no rule either: an empty one would look like 0 %.
    """
    picture = _picture("wide", rule.draw(rule.WIDE, read), f"{title}. {lead}")
    drawing: rule.Drawing = picture["drawing"]
    height = 134 if read.share is None else drawing.height + 150
    file = render_to_string(
        "components/rule_file.svg",
        picture
        | {
            "title": title,
            "lead": lead,
            "note": note,
            "language": language,
            "height": height,
            "is_drawn": read.share is not None,
            "note_y": height - 22,
            "width": drawing.form.width + 48,
        },
    )
    return NO_XML.sub("", file)
