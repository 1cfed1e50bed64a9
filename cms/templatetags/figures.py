"""Shares and dates in templates: `{{ share|percent }}`, `{{ day|long_date }}`, `{{ day|short_date }}`."""

from django import template

from .. import figures

register = template.Library()
register.filter("percent", figures.percent)
register.filter("long_date", figures.long_date)
register.filter("short_date", figures.short_date)
