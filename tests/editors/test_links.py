"""Links to other places are tried at night; what fails is told with its place, and nothing private is ever asked."""

from __future__ import annotations

import datetime as dt
import json
from http.client import HTTPConnection
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms import links
from cms.links import CheckedLink
from cms.models import TextPage
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tracking.lrs import egress

GOOD, GONE, MOVED = "https://example.org/her", "https://example.org/borte", "https://example.org/flyttet?a=1&b=2"
ANSWERS = {GOOD: (200, ""), GONE: (404, ""), MOVED: (301, "/borte")}


class Asked:
    """Stands in for the network: what was asked, and the answers above."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def __call__(self, url: str, *, timeout: float) -> tuple[int, str]:
        self.urls.append(url)
        return ANSWERS[url]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    fake = Asked()
    monkeypatch.setattr(links, "_reach", lambda: fake)
    return fake


@pytest.fixture
def linking(site: object) -> TextPage:
    TextPage.objects.all().update(body="[]")
    found = TextPage.objects.get(slug="kontakt", locale__language_code="nb")
    anchors = "".join(f'<p><a href="{url.replace("&", "&amp;")}">Siden {n}</a></p>' for n, url in enumerate(ANSWERS))
    found.body = json.dumps([{"type": "text", "id": "here", "value": anchors}])
    found.save_revision().publish()
    return found


def test_what_does_not_answer_is_told_with_its_place_until_it_answers_again(
    as_pia: Client, asked: Asked, linking: TextPage, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now()
    assert links.check(at) == 3
    failing = dict(CheckedLink.objects.filter(failing_since__isnull=False).values_list("url", "said"))
    assert failing == {GONE: "404", MOVED: "404"}
    home = as_pia.get("/admin/").content.decode()
    assert f"/admin/pages/{linking.pk}/edit/#block-here-section" in home
    found = as_pia.get(reverse("look-over", args=[linking.pk])).content.decode()
    assert "Ingenting har svart på lenken «Siden 1» siden" in found
    monkeypatch.setitem(ANSWERS, GONE, (200, ""))
    assert links.check(at + dt.timedelta(hours=1)) == 0
    assert links.check(at + dt.timedelta(days=1)) == 2
    assert not CheckedLink.objects.filter(failing_since__isnull=False).exists()


def test_a_link_that_is_no_longer_there_is_forgotten(asked: Asked, linking: TextPage) -> None:
    links.check(timezone.now())
    linking.body = "[]"
    linking.save_revision().publish()
    links.check(timezone.now())
    assert not CheckedLink.objects.exists()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, ""), ""), ((403, ""), ""), ((503, ""), ""), ((410, ""), "410"), ((302, "/igjen"), "redirects"),
        (TimeoutError(), "TimeoutError"), (PermissionError(), ""), (UnicodeError(), "UnicodeError"),
    ],
)  # fmt: skip
def test_only_what_leads_nowhere_is_a_failure(answer: Any, said: str) -> None:
    def reach(url: str, *, timeout: float) -> tuple[int, str]:
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    assert links.failure(GOOD, reach) == said


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/",
        "http://[::ffff:127.0.0.1]/", "ftp://example.org/", "http://name:word@example.org/", "http://0x7f000001/",
    ],
)  # fmt: skip
def test_nothing_private_is_asked_also_after_a_redirect(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HTTPConnection, "request", lambda *_args, **_named: pytest.fail("It was asked."))
    with pytest.raises(OSError):
        egress.reach(url, timeout=1)

    def first_elsewhere(there: str, *, timeout: float) -> tuple[int, str]:
        return (302, url) if there == GOOD else egress.reach(there, timeout=timeout)

    links.failure(GOOD, first_elsewhere)
