"""`/metrics`: what operations watch, as Prometheus reads it, counted when asked for: every process answers alike.

No name, address or id of a person is among it. Requests are the proxy's to count.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from learners.models import ImportRun, OutgoingMail
from learners.policy import policy
from tracking.barometer import alarm
from tracking.barometer.models import Checked
from tracking.completions import following
from tracking.lrs.models import Statement
from tracking.reports.models import WeeklyReport

from .models import Heartbeat
from .readiness import Status, look

LOOPBACK = {"127.0.0.1", "::1"}
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
STATES = {Status.OK: 1, Status.RED: 0, Status.OFF: -1}


class Metrics:
    """A collector for one moment; a database that does not answer costs its own figures only."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield self._checks()
        for family in (_mails, _statements, _reports, _ages, _figures):
            try:
                yield from list(family(self.at))
            except DatabaseError:
                continue

    def _checks(self) -> Metric:
        found = GaugeMetricFamily("fagbenk_check", "1 well, 0 red, -1 not configured: as /readyz", labels=["name"])
        for name, finding in look(self.at).items():
            found.add_metric([name], STATES[finding.status])
        return found


def _mails(at: dt.datetime) -> Iterator[Metric]:
    found = GaugeMetricFamily("fagbenk_mails", "Mails in the outbox by state", labels=["state"])
    counted = dict(OutgoingMail.objects.values_list("state").annotate(Count("pk")).order_by())
    for state in OutgoingMail.State.values:
        found.add_metric([state], counted.get(state, 0))
    yield found
    oldest = OutgoingMail.objects.filter(state="waiting", not_before__lte=at).aggregate(first=Min("not_before"))
    yield _seconds("fagbenk_mail_waiting_seconds", "Since when the oldest mail that is due waits", oldest["first"], at)


def _statements(at: dt.datetime) -> Iterator[Metric]:
    # The number of the last row: counting twenty million of them would take longer than the scrape may.
    last = Statement.objects.aggregate(last=Max("pk"))["last"] or 0
    yield CounterMetricFamily("fagbenk_statements", "Statements stored, by the number of the last row", value=last)
    yield _seconds(
        "fagbenk_projection_lag_seconds", "How old the oldest unread statement is", following.read_until(at), at
    )


def _reports(at: dt.datetime) -> Iterator[Metric]:
    newest = WeeklyReport.objects.aggregate(week=Max("week"), made=Max("made_at"))
    made = WeeklyReport.objects.filter(week=newest["week"]).count() if newest["week"] else 0
    yield GaugeMetricFamily("fagbenk_reports_of_newest_week", "Weekly reports made of the newest week", value=made)
    yield _moment("fagbenk_report_made_timestamp_seconds", "When a weekly report was last made", newest["made"])


def _ages(at: dt.datetime) -> Iterator[Metric]:
    imported = ImportRun.objects.filter(succeeded=True).aggregate(last=Max("finished_at"))["last"]
    yield _moment("fagbenk_people_received_timestamp_seconds", "When people data last came in", imported)
    found = GaugeMetricFamily("fagbenk_heartbeat_timestamp_seconds", "The last sign of life", labels=["part"])
    for name, moment in Heartbeat.objects.values_list("name", "at"):
        found.add_metric([name], moment.timestamp())
    yield found


def _figures(at: dt.datetime) -> Iterator[Metric]:
    found = alarm.state(at)
    yield _seconds("fagbenk_figures_behind_seconds", "How far figures are behind, if they are", found.behind_since, at)
    yield GaugeMetricFamily("fagbenk_figures_wrong", "Units whose figures differ from a count anew", value=found.wrong)
    checked = Checked.objects.aggregate(last=Max("checked_at"))["last"]
    yield _moment("fagbenk_figures_checked_timestamp_seconds", "When figures were last counted anew", checked)


def _seconds(name: str, said: str, since: dt.datetime | None, at: dt.datetime) -> Metric:
    return GaugeMetricFamily(name, said, value=max((at - since).total_seconds(), 0) if since else 0)


def _moment(name: str, said: str, moment: dt.datetime | None) -> Metric:
    """Zero where it has never been."""
    return GaugeMetricFamily(name, said, value=moment.timestamp() if moment else 0)


@policy("operations")
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For those who hold FAGBENK_METRICS_KEY (`Authorization: Bearer KEY`); without such a key from this machine only,
    and not through a proxy. To others the address is not there."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Metrics(timezone.now()))  # type: ignore[arg-type]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_KEY:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_KEY}".encode())
    direct = not any(name in request.META for name in FORWARDED)
    return direct and request.META.get("REMOTE_ADDR") in LOOPBACK
