"""The short form of each fault runs with the other tests; the long one where FAULTS=long is set."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def long() -> bool:
    return os.environ.get("FAULTS") == "long"
