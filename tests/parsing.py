"""Python's parser, where it fails if two threads use it at once.

A live server's thread that prints a traceback parses source, and so does pytest for a failing test; in Python before
3.11.8 one of them then gets a SystemError (github.com/python/cpython/issues/106905), and the whole run ends without
saying which test failed. Parsed again, it works.
"""

from __future__ import annotations

import ast
import functools
import sys
from typing import Any

ATTEMPTS = 20


def stand_two_threads() -> None:
    """From now on `ast.parse` tries again where the interpreter is one of those."""
    if sys.version_info >= (3, 11, 8):
        return
    parse = ast.parse

    @functools.wraps(parse)
    def parse_again(*args: Any, **kwargs: Any) -> Any:
        for _ in range(ATTEMPTS):
            try:
                return parse(*args, **kwargs)
            except SystemError:
                continue
        return parse(*args, **kwargs)

    ast.parse = parse_again  # type: ignore[assignment]
