"""multipart/mixed (RFC 2046 5.1), whole in memory: bytes to parts and parts to bytes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .exceptions import InvalidRequestError

_SECTION = "xAPI 1.0.3 Communication 1.5.2, 2.0.0 4.1.3"
_PADDING = re.compile(rb"[ \t]*\r\n")
_MOST = 1000  # parts


@dataclass(frozen=True)
class Part:
    """Headers, their names in lower case, and content."""

    headers: Mapping[str, str]
    content: bytes


def parts(body: bytes, boundary: str) -> list[Part]:
    """Raises `InvalidRequestError`."""
    if not boundary:
        raise InvalidRequestError(f"The content type multipart/mixed names no boundary ({_SECTION}).")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"), _MOST)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise InvalidRequestError(f"The body does not begin and end with its boundary ({_SECTION}).")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    padding = _PADDING.match(piece)
    head, blank, content = piece[padding.end() - 2 if padding else 0 :].partition(b"\r\n\r\n")
    if not (padding and blank):
        raise InvalidRequestError(f"A part of the body has no end of its headers ({_SECTION}).")
    lines = [line.partition(":") for line in head.decode("latin-1").split("\r\n") if line]
    return Part({name.strip().lower(): text.strip() for name, _, text in lines}, content)


def joined(held: Iterable[Part], boundary: str) -> bytes:
    """The parts as one body; the boundary must be in none of them."""
    found = []
    for part in held:
        head = "".join(f"{name}: {text}\r\n" for name, text in part.headers.items())
        found.append(f"--{boundary}\r\n{head}\r\n".encode("latin-1") + part.content + b"\r\n")
    return b"".join(found) + f"--{boundary}--\r\n".encode()
