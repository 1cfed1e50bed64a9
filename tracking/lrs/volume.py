"""How many statements came in, by hour and by who vouches for them: counted again from the log, never incremented."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import TruncHour
from django.db.models.query import QuerySet

from .models import Statement
from .telling import Volume

_ON_ITS_WAY = dt.timedelta(hours=1)  # what was stamped in an hour may be committed in the next one
KEPT = dt.timedelta(days=400)


def count_up() -> None:
    """Counts the hours that are missing, and the newest ones again."""
    newest = Volume.objects.aggregate(hour=Max("hour"))["hour"]
    start = newest - _ON_ITS_WAY if newest else Statement.objects.aggregate(first=Min("stored"))["first"]
    if start is None:
        return
    hours = Statement.objects.filter(stored__gte=start.replace(minute=0, second=0, microsecond=0))
    counted = hours.annotate(hour=TruncHour("stored", tzinfo=dt.UTC)).values("hour", "authority_key")
    lines = counted.order_by().annotate(count=Count("id")).values_list("hour", "authority_key", "count")
    rows = [Volume(hour=hour, authority_key=key, statements=count) for hour, key, count in lines]
    with transaction.atomic():
        Volume.objects.filter(hour__gte=start.replace(minute=0, second=0, microsecond=0)).delete()
        Volume.objects.bulk_create(rows, batch_size=500)


def by_day(since: dt.date, until: dt.date, zone: dt.tzinfo, authority_key: str | None = None) -> Mapping[dt.date, int]:
    """Statements by day in `zone`, both ends included; days without any are there with 0."""
    begin = dt.datetime.combine(since, dt.time(), zone)
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone)
    found = {since + dt.timedelta(days=n): 0 for n in range((until - since).days + 1)}
    rows: QuerySet[Volume] = Volume.objects.filter(hour__gte=begin, hour__lt=end)
    if authority_key:
        rows = rows.filter(authority_key=authority_key)
    for hour, statements in rows.values_list("hour", "statements"):
        found[hour.astimezone(zone).date()] += statements
    return found


def of_authorities(since: dt.datetime) -> dict[str, int]:
    """Statements since a moment, by authority key (hexadecimal)."""
    rows = Volume.objects.filter(hour__gte=since).values("authority_key").annotate(sum=Sum("statements"))
    return {key.hex: total for key, total in rows.values_list("authority_key", "sum") if key}


def forget(at: dt.datetime) -> None:
    Volume.objects.filter(hour__lt=at - KEPT).delete()
