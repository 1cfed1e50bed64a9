"""Is this ID token good? A pure question: the token, the issuer's keys and what we expect. OIDC Core 3.1.3.7."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jwt

from .exceptions import TokenRefused

# Signatures with a public key only: "none" is no signature, and HS256 would take the public key for a shared secret.
KINDS = {"RS256": "RSA", "RS384": "RSA", "PS256": "RSA", "ES256": "EC", "ES384": "EC"}
LEEWAY = 60  # seconds that clocks may differ by
CLAIMS = ["exp", "iat", "iss", "aud", "sub"]


@dataclass(frozen=True)
class Expected:
    """`nonce` is what this browser took along; `acr` and `amr` the levels and methods that will do (empty: any)."""

    issuer: str
    client_id: str
    nonce: str
    acr: Sequence[str] = field(default_factory=tuple)
    amr: Sequence[str] = field(default_factory=tuple)


def verify(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, access_token: str = "") -> dict[str, Any]:
    """The token's claims. Raises TokenRefused; the message has no part of the token in it."""
    header = _header(token)
    key = _key(header, keys)
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[header["alg"]],
            audience=expected.client_id,
            issuer=expected.issuer,
            leeway=LEEWAY,
            options={"require": CLAIMS},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenRefused(type(error).__name__) from error
    _check(claims, expected)
    _check_hash(claims, header["alg"], access_token)
    return claims


def has_key(token: str, keys: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the key that the token names is among `keys`; else they may have been changed since we read them."""
    return any(key.get("kid") == _header(token).get("kid") for key in keys)


def _header(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenRefused("no token") from error
    if header.get("alg") not in KINDS or "crit" in header:
        raise TokenRefused("algorithm")
    return header


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> Any:
    """The one key that the header names, of the kind that its algorithm takes."""
    kind, kid = KINDS[header["alg"]], header.get("kid")
    named = [key for key in keys if kid is None or key.get("kid") == kid]
    fit = [
        key
        for key in named
        if key.get("kty") == kind and key.get("use", "sig") == "sig" and key.get("alg", header["alg"]) == header["alg"]
    ]
    if len(fit) != 1:
        raise TokenRefused("key")
    try:
        return jwt.PyJWK(dict(fit[0]), algorithm=header["alg"]).key
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenRefused("key") from error


def _check(claims: Mapping[str, Any], expected: Expected) -> None:
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
        raise TokenRefused("audience")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise TokenRefused("authorised party")
    nonce = claims.get("nonce")
    if not expected.nonce or not isinstance(nonce, str) or not hmac.compare_digest(nonce, expected.nonce):
        raise TokenRefused("nonce")
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise TokenRefused("subject")
    if expected.acr and claims.get("acr") not in expected.acr:
        raise TokenRefused("acr")
    methods = claims.get("amr", [])
    if expected.amr and not (isinstance(methods, list) and set(map(str, methods)) & set(expected.amr)):
        raise TokenRefused("amr")


def _check_hash(claims: Mapping[str, Any], algorithm: str, access_token: str) -> None:
    """Where the token says which access token came with it, it is that one."""
    said = claims.get("at_hash")
    if said is None or not access_token:
        return
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    wanted = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), wanted.encode()):
        raise TokenRefused("access token")
