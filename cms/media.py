"""Documents that are films, sound or captions: their media types, and parts of them by Range (RFC 9110, section 14).

A browser asks for a film in parts, so that one can begin in the middle; Wagtail's own view sends the whole.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any, BinaryIO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

VIDEO = {"mp4": "video/mp4", "webm": "video/webm"}
AUDIO = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg"}
CAPTIONS = {"vtt": "text/vtt; charset=utf-8"}
TYPES = VIDEO | AUDIO | CAPTIONS
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
CHUNK = 64 * 1024
HEADERS = {
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}


def suffix(filename: str) -> str:
    """ "mp4" of "Film.MP4" """
    return PurePath(filename).suffix.lower().removeprefix(".")


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that `header` asks for, both counted.

    None where the header is to be ignored: no single range of bytes (several may be answered with the whole). Raises
    ValueError where the range lies outside a file of `size` bytes (416).
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        start, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise ValueError("An empty range.")
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise ValueError("The range begins behind the end.")
    return start, end


class _Part:
    """A file from where it stands, `left` bytes on."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self.file, self.left = file, left

    def read(self, size: int = CHUNK) -> bytes:
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def in_parts(document: Any, asked: str) -> HttpResponseBase | None:
    """A film, sound or captions, in part where the Range header `asked` says so; None for any other document."""
    kind = TYPES.get(suffix(document.filename))
    if kind is None:
        return None
    size = document.file.size
    try:
        wanted = byte_range(asked, size)
    except ValueError:
        return HttpResponse(status=416, headers=HEADERS | {"Content-Range": f"bytes */{size}"})
    file = document.file.open("rb")
    if wanted is None:
        return FileResponse(file, content_type=kind, headers=HEADERS)
    first, last = wanted
    file.seek(first)
    headers = HEADERS | {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    return FileResponse(_Part(file, last - first + 1), status=206, content_type=kind, headers=headers)
