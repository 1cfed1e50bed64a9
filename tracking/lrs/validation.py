"""Whether a statement follows the specification. Filled in the next step; so far only that it is one JSON object."""

import msgspec

from .exceptions import InvalidStatement


def validate(raw: bytes, version: str) -> None:
    """Raises `InvalidStatement`."""
    try:
        msgspec.json.decode(raw, type=dict)
    except msgspec.MsgspecError as error:
        raise InvalidStatement(str(error)) from error
