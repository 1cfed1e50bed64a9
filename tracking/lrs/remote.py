"""Another record store, reached with tincan's client: with a time limit, and connection errors as sentences.

tincan's own methods turn statements into objects and back, which changes them (durations, newer UUIDs); so whole
statements go and come as text through its lowest step, `_send_request`.
"""

import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

from django.utils import timezone
from tincan import RemoteLRS
from tincan.http_request import HTTPRequest
from tincan.lrs_response import LRSResponse

from . import egress, multipart
from .connections import Remote
from .exceptions import RemoteError
from .sealing import unseal

TIMEOUT = 20.0  # seconds without a byte
LONGEST = 60.0  # seconds for a whole answer
MOST = 64 * 1024 * 1024  # bytes of an answer
_CHUNK = 64 * 1024
_LONGEST_WAIT = 24 * 3600  # seconds that a Retry-After may ask for


@dataclass(frozen=True)
class Answer:
    """What came back; `text` is for people, at most 500 characters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body[:2000].decode(errors="replace").strip()[:500]

    @property
    def retry_after(self) -> int:
        """Seconds; 0 where nothing is said."""
        said = self.headers.get("retry-after", "").strip()
        if said.isdigit():
            return min(int(said), _LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(said) - timezone.now()
        except (ValueError, TypeError):
            return 0
        return max(0, min(int(until.total_seconds()), _LONGEST_WAIT))


class BytesRequest(HTTPRequest):
    """tincan's request takes text only; attachments are bytes."""

    @property
    def content(self) -> Any:
        return self._content

    @content.setter
    def content(self, value: Any) -> None:
        self._content = value


class Client(RemoteLRS):
    """tincan's `RemoteLRS` on a connection that ends in time. Raises `RemoteError`, `EgressRefusedError`."""

    _props = [*RemoteLRS._props, "speaks"]  # what tincan lets be set

    def __init__(self, remote: Remote) -> None:
        auth = b64encode(f"{remote.key}:{unseal(remote.sealed_secret)}".encode()).decode()
        endpoint = remote.endpoint.rstrip("/") + "/"
        super().__init__(endpoint=endpoint, version="1.0.3", auth=f"Basic {auth}")
        self.speaks = remote.version  # `version` takes no 2.0.0

    def post(self, payloads: Sequence[str], parts: Sequence[multipart.Part] = ()) -> Answer:
        """Sends statements as they are, in one request."""
        body, kind = f"[{','.join(payloads)}]".encode(), "application/json"
        if parts:
            boundary = f"xapi-{uuid4().hex}"
            body = multipart.joined([multipart.Part({"Content-Type": kind}, body), *parts], boundary)
            kind = f"multipart/mixed; boundary={boundary}"
        return self._answer(
            BytesRequest(method="POST", resource="statements", headers={"Content-Type": kind}, content=body)
        )

    def get(self, **parameters: str) -> Answer:
        return self._answer(BytesRequest(method="GET", resource="statements", query_params=parameters))

    def more(self, address: str) -> Answer:
        """The next page; the address must be the same host's."""
        whole = urljoin(self.endpoint, address)
        if urlsplit(whole)[:2] != urlsplit(self.endpoint)[:2]:
            raise RemoteError("The next page lies on another host; it is not fetched.")
        return self._answer(BytesRequest(method="GET", resource=whole))

    def _send_request(self, request: HTTPRequest) -> LRSResponse:
        """What all of tincan's own methods go through."""
        response, data = self._exchanged(request)
        fine = 200 <= response.status < 300 or (response.status == 404 and bool(request.ignore404))
        return LRSResponse(success=fine, request=request, response=response, data=data)

    def _answer(self, request: HTTPRequest) -> Answer:
        response, data = self._exchanged(request)
        return Answer(response.status, {name.lower(): text for name, text in response.getheaders()}, data)

    def _exchanged(self, request: HTTPRequest) -> tuple[HTTPResponse, bytes]:
        url = request.resource if request.resource.startswith("http") else self.endpoint + request.resource
        parts = urlsplit(url)
        query = "&".join(filter(None, (parts.query, urlencode(request.query_params or {}))))
        path = (parts.path or "/") + (f"?{query}" if query else "")
        headers = {
            "X-Experience-API-Version": self.speaks,
            "Authorization": self.auth,
            "Connection": "close",
            **request.headers,
        }
        content = request.content
        try:
            connection = egress.connect(url, timeout=TIMEOUT)
            try:
                body = content.encode() if isinstance(content, str) else content
                connection.request(request.method, path, body=body, headers=headers)
                response = connection.getresponse()
                return response, _read(response)
            finally:
                connection.close()
        except (OSError, HTTPException) as error:
            raise RemoteError(f"{parts.hostname} cannot be reached: {_in_words(error)}.") from error


def _read(response: HTTPResponse) -> bytes:
    """The whole body; a server that drips or never ends is left."""
    deadline, held = time.monotonic() + LONGEST, bytearray()
    while chunk := response.read1(_CHUNK):
        held += chunk
        if time.monotonic() > deadline or len(held) > MOST:
            raise RemoteError("The other store's answer is too slow or too large.")
    if response.length:
        raise RemoteError("The other store's answer did not arrive whole.")
    return bytes(held)


def _in_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return str(error) or type(error).__name__
