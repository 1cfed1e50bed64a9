"""The figure as a picture of its own, for intranets: the folding rule with its sentence and its day."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms import rule_picture, typesetting
from cms.figures import STAND_IN, long_date, percent, short_date

from .published import Figure
from .rule import RULE_VERSION
from .words import bar_name, count


def svg(figure: Figure, today: dt.date) -> str:
    """An SVG file in the active language."""
    language = get_language() or "nb"
    title = figure.campaign.title_in(language)
    own, told, last = figure.own, figure.forecast, figure.last_sunday
    at = _("%(share)s today") if figure.as_of == today else _("%(share)s on %(day)s")
    read = rule_picture.reading(
        own.share,
        target=float(figure.campaign.target),
        forecast_low=told.low if told else None,
        forecast_high=told.high if told else None,
        at_most=bool(told and told.at_most),
        last_week=last.share if last else None,
        share_text=at % {"share": percent(own.share), "day": short_date(figure.as_of)},
    )
    return rule_picture.svg_file(
        read,
        title=title if figure.country else f"{title}: {figure.unit.name}",
        lead=lead(figure),
        note=_note(figure),
        language=STAND_IN.get(language, language),
    )


def png(figure: Figure, today: dt.date) -> bytes:
    """The same as a PNG; a picture that was asked for lately is not made again."""
    drawn = svg(figure, today)
    key = "barometer-png-" + hashlib.sha256(drawn.encode()).hexdigest()
    made: bytes | None = cache.get(key)
    if made is None:
        made = typesetting.png(drawn)
        cache.set(key, made, timeout=3600)
    return made


def lead(figure: Figure) -> str:
    own = figure.own
    if own.counted is None or own.completed is None:
        return _("The figures are not shown.")
    counts = _("%(completed)s of %(counted)s") % {"completed": count(own.completed), "counted": count(own.counted)}
    if len(figure.bars) < 2:
        return f"{counts} {_('have completed.')}"
    return f"{counts} {_('have completed %(what)s.') % {'what': bar_name(figure.bar, figure.courses)}}"


def _note(figure: Figure) -> str:
    said = [_("As of %(day)s") % {"day": long_date(figure.as_of)}, _("rule %(number)s") % {"number": RULE_VERSION}]
    if settings.LOCAL:
        said.append(_("Demo: people and figures are invented"))
    return " · ".join(said)
