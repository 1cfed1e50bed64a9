"""128-bit keys of agents and IRIs: the same identity always gives the same key, without a shared row to look up.

A key is 32 hexadecimal digits, the form in which every database takes a UUID column.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

ACCOUNT = "account"
NOTHING = "0" * 32  # where an address has no such part
_SHORT = 400  # characters; what is longer is not kept in memory
# The inverse functional identifiers (1.0.3 Data 2.4.2.3, 2.0.0 4.2.2.3); an agent has exactly one.
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", ACCOUNT)


def _digest(text: str) -> str:
    return _short(text) if len(text) <= _SHORT else _hashed(text)


def _hashed(text: str) -> str:
    # surrogatepass: a key is made of whatever a query asks for, and asking must not fail.
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=b"fagbenk-lrs").hexdigest()


_short = lru_cache(maxsize=2048)(_hashed)


def iri_key(iri: str) -> str:
    """The key of a verb or an activity. IRIs are compared character by character."""
    return _digest(f"iri\n{iri}")


def account_key(home_page: str, name: str) -> str:
    """The key of the agent or group with this account."""
    return _digest(f"account\n{home_page}\n{name}")


def agent_key(agent: Mapping[str, Any]) -> str | None:
    """The key of an agent or identified group; None for an anonymous group."""
    account = agent.get(ACCOUNT)
    if account is not None:
        return account_key(account["homePage"], account["name"])
    if "mbox" in agent:
        return _digest(f"mbox\n{agent['mbox']}")
    if "mbox_sha1sum" in agent:
        return _digest(f"mbox_sha1sum\n{agent['mbox_sha1sum'].lower()}")
    if "openid" in agent:
        return _digest(f"openid\n{agent['openid']}")
    return None


def document_key(*address: str) -> str:
    """The key of a document: of its kind, its parts' keys and its id."""
    return _digest("document\n" + "\n".join(address))
