"""Links of published pages that lead elsewhere: tried at night, one by one, and told to the editors where they fail.

Nothing is fetched while a page is saved or read. How another machine is reached is the setting CMS_REACH's.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

Reach = Callable[..., tuple[int, str]]
AGAIN, AGAIN_IF_FAILING = dt.timedelta(days=7), dt.timedelta(hours=20)
A_NIGHT, OF_ONE_HOST = 300, 20  # links tried at most
SECONDS, HOPS = 8.0, 4
GONE, LONGEST = {404, 410}, 1000
_LINK = re.compile(r"""href=\\?["'](https?://[^"'\\\s<>]+)""", re.IGNORECASE)


class CheckedLink(models.Model):
    """An address that a published page links to. `failing_since`: of the first of its failures in a row.

    `places`: where it stands, as [page id, block id or ""]; `said`: the status, or why nothing answered.
    """

    url = models.CharField(max_length=LONGEST, unique=True)
    places = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=120, blank=True)


@cache
def _reach() -> Reach:
    found: Reach = import_string(settings.CMS_REACH)
    return found


def check(at: dt.datetime) -> int:
    """Find the links of the published pages, forget those that are gone, try those that are due; returns how many."""
    found = _links()
    CheckedLink.objects.exclude(url__in=found).delete()
    for url, places in found.items():
        CheckedLink.objects.update_or_create(url=url, defaults={"places": places})
    due = _due(at)
    for link in due:
        _try(link, at)
    return len(due)


def _links() -> dict[str, list[list[Any]]]:
    """Each address with its places."""
    found: dict[str, list[list[Any]]] = {}
    for page in Page.objects.live().filter(alias_of=None).specific().iterator(chunk_size=50):
        for block, text in _texts(page):
            for url in dict.fromkeys(html.unescape(one) for one in _LINK.findall(text)):
                if len(url) <= LONGEST:
                    found.setdefault(url, []).append([page.pk, block])
    return found


def _texts(page: Page) -> Iterable[tuple[str, str]]:
    """The page's stored texts, each with its block's id ("" outside a stream)."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from ((block["id"], json.dumps(block["value"])) for block in getattr(page, field.name).raw_data)
        elif isinstance(field, RichTextField):
            yield "", str(getattr(page, field.name))


def _due(at: dt.datetime) -> list[CheckedLink]:
    never = models.Q(checked_at=None)
    old = models.Q(failing_since=None, checked_at__lt=at - AGAIN)
    failing = models.Q(failing_since__isnull=False, checked_at__lt=at - AGAIN_IF_FAILING)
    hosts: Counter[str] = Counter()
    due = []
    for link in CheckedLink.objects.filter(never | old | failing).order_by(
        models.F("checked_at").asc(nulls_first=True)
    ):
        host = urlsplit(link.url).netloc
        hosts[host] += 1
        if hosts[host] <= OF_ONE_HOST:
            due.append(link)
    return due[:A_NIGHT]


def _try(link: CheckedLink, at: dt.datetime) -> None:
    link.said = failure(link.url, _reach())
    link.failing_since = (link.failing_since or at) if link.said else None
    link.checked_at = at
    link.save(update_fields=["said", "failing_since", "checked_at"])


def failure(url: str, reach: Reach) -> str:
    """Why the address does not lead anywhere; "" where it does, or where nobody can tell from outside.

    A page that asks for a sign-in, or a machine that is busy or refuses programs, is no failure of the link.
    """
    for _hop in range(HOPS):
        try:
            status, onward = reach(url, timeout=SECONDS)
        except PermissionError:
            return ""
        except (OSError, HTTPException, ValueError) as error:
            return type(error).__name__
        if status in GONE:
            return str(status)
        if not onward:
            return ""
        url = urljoin(url, onward)
    return "redirects"


def failing(urls: Iterable[str]) -> dict[str, CheckedLink]:
    """Those of the addresses that have not answered, by address."""
    return {link.url: link for link in CheckedLink.objects.filter(url__in=list(urls), failing_since__isnull=False)}
