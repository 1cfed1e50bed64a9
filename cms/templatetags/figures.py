"""Shares and dates in templates: `|percent`, `|long_date`, `|short_date`, `{{ at|moment }}`, `{{ at|clock }}`."""

from django import template

from .. import figures

register = template.Library()
register.filter("percent", figures.percent)
register.filter("long_date", figures.long_date)
register.filter("short_date", figures.short_date)
register.filter("moment", figures.moment)
register.filter("clock", figures.clock)
