"""Secrets of other systems, kept so that only this installation reads them: sealed with its SECRET_KEY."""

import hashlib
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from .exceptions import SealBrokenError


def seal(secret: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises `SealBrokenError` where it was sealed with another SECRET_KEY."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBrokenError from error


def _box(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=32, person=b"fagbenk-seal").digest()))
