"""Certificates in a signature's header (x5c): whether they and the signature belong together (RFC 7515 4.1.6, 5.2).

Who is to be trusted, and whether a certificate was good on the day, is for the reader of the statement to judge: it
stands in the signature, which is given back as it came.
"""

import base64
import binascii
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_der_x509_certificate

from .exceptions import InvalidStatementError

SECTION = "xAPI 1.0.3 Data 2.6, 2.0.0 4.2.6"
ALGORITHMS = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
_MOST = 10  # certificates of a chain


def check(chain: Any, algorithm: str, signed: bytes, signature: bytes) -> None:
    """Raises `InvalidStatementError` unless the first certificate's key made the signature of `signed`, and each
    certificate of the chain is issued by the next.
    """
    first, *others = _certificates(chain)
    key = first.public_key()
    if not isinstance(key, RSAPublicKey):
        raise InvalidStatementError(f"The signature's certificate (x5c) has no RSA key ({SECTION}).")
    try:
        key.verify(signature, signed, PKCS1v15(), ALGORITHMS[algorithm])
    except InvalidSignature as error:
        raise InvalidStatementError(f"The signature is not made with its certificate (x5c) ({SECTION}).") from error
    for one, issuer in pairwise([first, *others]):
        _check_issued(one, issuer)


def _certificates(chain: Any) -> list[Certificate]:
    """DER in base64, not base64url (RFC 7515 4.1.6)."""
    if not (isinstance(chain, list) and 0 < len(chain) <= _MOST and all(isinstance(one, str) for one in chain)):
        raise InvalidStatementError(f"x5c is an array of one to {_MOST} certificates ({SECTION}).")
    try:
        return [load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in chain]
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise InvalidStatementError(f"A certificate in x5c cannot be read ({SECTION}).") from error


def _check_issued(certificate: Certificate, issuer: Certificate) -> None:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidStatementError(f"A certificate in x5c is not issued by the next ({SECTION}).") from error
