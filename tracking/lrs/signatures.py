"""Signed statements: the signature says what the statement says (1.0.3 Data 2.6, 2.0.0 4.2.6)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from . import attachments, certificates
from .certificates import ALGORITHMS
from .certificates import SECTION as _SECTION
from .comparing import same
from .exceptions import InvalidStatementError
from .parsing import parse, strictly
from .validation import validate

Json = Mapping[str, Any]
_USAGE = "http://adlnet.gov/expapi/attachments/signature"


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
    header, payload, made = _opened(signature)
    said = strictly(header)
    if not isinstance(said, dict) or said.get("alg") not in ALGORITHMS:
        raise InvalidStatementError(f"A signature's algorithm is one of {', '.join(ALGORITHMS)} ({_SECTION}).")
    if "crit" in said:
        raise InvalidStatementError(f"A signature asks with crit for what is not known here ({_SECTION}).")
    statements, many = parse(payload)
    if many:
        raise InvalidStatementError(f"A signature's payload is one statement ({_SECTION}).")
    (signed,) = statements
    validate(signed.raw, version)
    if not same(_unsigned(statement), _unsigned(signed.said)):
        raise InvalidStatementError(f"The signature is not of this statement ({_SECTION}).")
    if "x5c" in said:
        certificates.check(said["x5c"], said["alg"], signature.strip().rpartition(b".")[0], made)


def _opened(signature: bytes) -> tuple[bytes, bytes, bytes]:
    """Header, payload and signature of a JWS in compact form (RFC 7515 7.1)."""
    pieces = signature.strip().split(b".")
    try:
        header, payload, made = (base64.b64decode(one + b"=" * (-len(one) % 4), b"-_", validate=True) for one in pieces)
    except (binascii.Error, ValueError) as error:
        raise InvalidStatementError(f"A signature is no JSON Web Signature ({_SECTION}).") from error
    return header, payload, made


def _unsigned(statement: Json) -> dict[str, Any]:
    rest = [one for one in statement.get("attachments", ()) if one["usageType"] != _USAGE]
    said = {name: value for name, value in statement.items() if name != "attachments"}
    return {**said, "attachments": rest} if rest else said
