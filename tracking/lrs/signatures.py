"""Signed statements: the signature says what the statement says (1.0.3 Data 2.6, 2.0.0 4.2.6).

A certificate in the signature (x5c) is not looked at: who signed is for the reader to judge.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from . import attachments
from .comparing import same
from .exceptions import InvalidStatementError
from .parsing import parse, strictly
from .validation import validate

Json = Mapping[str, Any]
_USAGE = "http://adlnet.gov/expapi/attachments/signature"
_ALGORITHMS = ("RS256", "RS384", "RS512")
_SECTION = "xAPI 1.0.3 Data 2.6, 2.0.0 4.2.6"


def check(statement: Json, held: attachments.Parts, version: str) -> None:
    """Raises `InvalidStatementError` unless each signature is one of this statement."""
    for one in statement.get("attachments", ()):
        if one["usageType"] != _USAGE:
            continue
        if one["contentType"] != "application/octet-stream":
            raise InvalidStatementError(f"A signature's contentType is application/octet-stream ({_SECTION}).")
        if one["sha2"].lower() in held:
            _check_one(statement, held[one["sha2"].lower()].content, version)


def _check_one(statement: Json, signature: bytes, version: str) -> None:
    header, payload = _opened(signature)
    said = strictly(header)
    if not isinstance(said, dict) or said.get("alg") not in _ALGORITHMS:
        raise InvalidStatementError(f"A signature's algorithm is one of {', '.join(_ALGORITHMS)} ({_SECTION}).")
    signed, _ = parse(payload)
    validate(payload, version)
    if not same(_unsigned(statement), _unsigned(signed[0].said)):
        raise InvalidStatementError(f"The signature is not of this statement ({_SECTION}).")


def _opened(signature: bytes) -> tuple[bytes, bytes]:
    """Header and payload of a JWS in compact form (RFC 7515 7.1)."""
    pieces = signature.strip().split(b".")
    try:
        header, payload, _ = (base64.b64decode(one + b"=" * (-len(one) % 4), altchars=b"-_") for one in pieces)
    except (binascii.Error, ValueError) as error:
        raise InvalidStatementError(f"A signature is no JSON Web Signature ({_SECTION}).") from error
    return header, payload


def _unsigned(statement: Json) -> dict[str, Any]:
    rest = [one for one in statement.get("attachments", ()) if one["usageType"] != _USAGE]
    said = {name: value for name, value in statement.items() if name != "attachments"}
    return {**said, "attachments": rest} if rest else said
