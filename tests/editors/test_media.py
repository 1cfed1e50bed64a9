"""Films and sound: in parts where the browser asks so (RFC 9110, section 14), captions, private where set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from cms.media import byte_range
from learners.models import Learner

DATA = bytes(range(256)) * 10


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=10-", (10, 99)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
    ],
)
def test_a_range_is_read_as_the_specification_says(header: str, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=500-600"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="range"):
        byte_range(header, 100)


@pytest.fixture
def film(db: None) -> Iterator[Any]:
    document = get_document_model()(title="Film")
    document.file.save("Film fra verkstedet.mp4", ContentFile(DATA))
    document.save()
    yield document
    document.file.delete(save=False)


def sent(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_film_is_sent_whole_and_in_parts(client: Client, film: Any) -> None:
    whole = client.get(film.url)
    assert (whole.status_code, whole["Accept-Ranges"], whole["Content-Type"]) == (200, "bytes", "video/mp4")
    assert sent(whole) == DATA
    part = client.get(film.url, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 1000-1999/{len(DATA)}")
    assert sent(part) == DATA[1000:2000]
    assert part["Content-Length"] == "1000"


def test_a_part_behind_the_end_is_refused_with_the_size(client: Client, film: Any) -> None:
    answer = client.get(film.url, headers={"Range": "bytes=999999-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(DATA)}")


def test_only_a_get_is_answered_in_parts(client: Client, film: Any) -> None:
    """RFC 9110, section 14.2: with any other method the header is ignored."""
    answer = client.head(film.url, headers={"Range": "bytes=0-99"})
    assert (answer.status_code, answer["Content-Length"], answer["Accept-Ranges"]) == (200, str(len(DATA)), "bytes")


def test_captions_have_their_own_type(client: Client, db: None) -> None:
    document = get_document_model()(title="Teksting")
    document.file.save("film.vtt", ContentFile(b"WEBVTT\n"))
    document.save()
    answer = client.get(document.url)
    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    assert sent(answer) == b"WEBVTT\n"
    document.file.delete(save=False)


def test_a_document_is_not_given_out_by_the_address_of_its_file(client: Client, film: Any) -> None:
    """Nothing asks there who it is: neither we, nor a proxy that serves the folder of pictures."""
    assert Path(film.file.path).is_relative_to(settings.PRIVATE_ROOT)
    before = Path(settings.MEDIA_ROOT) / film.file.name
    before.parent.mkdir(parents=True, exist_ok=True)
    before.write_bytes(DATA)
    for there in (film.file.url, f"/media/./{film.file.name}", f"/media//{film.file.name}"):
        assert client.get(there).status_code == 404, there
    before.unlink()


def test_a_document_from_before_is_found_where_it_lies(client: Client, film: Any) -> None:
    before = Path(settings.MEDIA_ROOT) / film.file.name
    before.parent.mkdir(parents=True, exist_ok=True)
    Path(film.file.path).replace(before)
    assert sent(client.get(film.url)) == DATA


def test_a_document_that_is_not_for_everybody_stays_in_no_browser(client: Client, film: Any) -> None:
    private = Collection.get_first_root_node().add_child(name="Internt")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    assert "Cache-Control" not in client.get(film.url)
    type(film).objects.filter(pk=film.pk).update(collection=private)
    client.force_login(Learner.objects.create_user("kari@fagbenk.example"))
    answer = client.get(film.url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_a_private_film_is_not_sent_in_parts_either(client: Client, film: Any) -> None:
    private = Collection.get_first_root_node().add_child(name="Internt")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    type(film).objects.filter(pk=film.pk).update(collection=private)
    assert client.get(film.url, headers={"Range": "bytes=0-9"}).status_code == 302
