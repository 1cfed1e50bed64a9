"""What a campaign's page in the admin shows beside its fields."""

from __future__ import annotations

from django import template

from ..decisions import Decision, decisions
from ..models import Campaign

register = template.Library()


@register.simple_tag
def decisions_of(campaign: Campaign) -> list[Decision]:
    """Every decision on the audience, the newest first."""
    return decisions(campaign)
