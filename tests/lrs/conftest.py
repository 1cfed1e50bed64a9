"""Keys with which tests reach /xapi/."""

from collections.abc import Callable

import pytest
from lrs_cast import AT, Xapi

from tracking.lrs import credentials


@pytest.fixture
def key(db: None) -> Callable[..., Xapi]:
    """Makes a key with the given scopes (default: all)."""

    def make(*scopes: str, version: str = "2.0.0", name: str = "Prøvesystem") -> Xapi:
        credential, secret = credentials.create(name, at=AT, scopes=scopes or ("all",))
        return Xapi(credential.key, secret, version)

    return make


@pytest.fixture
def xapi(key: Callable[..., Xapi]) -> Xapi:
    return key()
