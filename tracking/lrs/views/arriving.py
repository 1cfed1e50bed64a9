"""What must hold of a request before it is looked into: its address can be read, its body is whole and bearable."""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from ..exceptions import InvalidRequestError, TooLargeError

_ESCAPED = re.compile(rb"(?:[^%]++|%[0-9A-Fa-f]{2})*+")


class Request(WSGIRequest):
    """A request that is read as UTF-8 where its content type names a charset that is none, as rot13.

    Python has such codecs too, and Django would stumble over them before any view is asked.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc] # its types do not know it
        except (LookupError, ValueError):
            self._encoding = None


def check_address(request: HttpRequest) -> None:
    """Raises `InvalidRequestError` where parameters are not UTF-8 in percent-encoding (RFC 3986 2.1), or too many."""
    check_escapes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"), "address")
    try:
        request.encoding = "utf-8"  # the charset of a body's content type says nothing about the address
        request.GET  # noqa: B018
    except TooManyFieldsSent as error:
        raise InvalidRequestError("The address has too many parameters.") from error


def check_escapes(text: bytes, where: str) -> None:
    """Raises `InvalidRequestError`: else what cannot be read would silently become something else."""
    if not _ESCAPED.fullmatch(text):
        raise InvalidRequestError(f"The {where} has a % without two hexadecimal digits (RFC 3986 2.1).")
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"The {where} is not UTF-8 (xAPI 1.0.3 Communication 1.4, 2.0.0 4.1.3).") from error


def body(request: HttpRequest) -> bytes:
    """Raises `InvalidRequestError`, `TooLargeError`."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise InvalidRequestError(f"The body is encoded as {encoding[:40]!r}: send it as it is (RFC 9110 8.4).")
    _lose_patience(request)
    try:
        return _in_chunks(request) if "Transfer-Encoding" in request.headers else request.body
    except RequestDataTooBig as error:
        raise TooLargeError from error
    except (UnreadablePostError, OSError) as error:
        raise InvalidRequestError("The body did not arrive whole.") from error


def _lose_patience(request: HttpRequest) -> None:
    """A client that stops in the middle keeps a thread only for a while: gunicorn itself would wait for ever."""
    line = request.META.get("gunicorn.socket")
    if line is not None:
        line.settimeout(settings.XAPI_PATIENCE)


def _in_chunks(request: HttpRequest) -> bytes:
    """A body without a length: Django knows none, but a server that marks its end lets us read up to there."""
    if not request.META.get("wsgi.input_terminated"):
        raise InvalidRequestError("This server takes a body only with Content-Length.")
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    found: bytes = request.META["wsgi.input"].read(most + 1)
    if len(found) > most:
        raise TooLargeError
    return found
