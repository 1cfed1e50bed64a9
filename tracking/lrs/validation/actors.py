"""Agents and groups (1.0.3 Data 2.4.2, 2.0.0 4.2.2.1)."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from .sections import broken
from .texts import Iri, Mailbox, Sha1


class Account(Struct, forbid_unknown_fields=True):
    homePage: Iri  # noqa: N815
    name: str


class Agent(Struct, forbid_unknown_fields=True):
    """An agent where nothing else may stand: the member of a group."""

    objectType: Literal["Agent"] | UnsetType = UNSET  # noqa: N815
    name: str | UnsetType = UNSET
    mbox: Mailbox | UnsetType = UNSET
    mbox_sha1sum: Sha1 | UnsetType = UNSET
    openid: Iri | UnsetType = UNSET
    account: Account | UnsetType = UNSET

    def __post_init__(self) -> None:
        if identifiers(self) != 1:
            raise broken("_agent", "An agent has exactly one of mbox, mbox_sha1sum, openid and account")


class Actor(Struct, forbid_unknown_fields=True):
    """An agent, also without objectType, or a group."""

    objectType: Literal["Agent", "Group"] | UnsetType = UNSET  # noqa: N815
    name: str | UnsetType = UNSET
    member: list[Agent] | UnsetType = UNSET
    mbox: Mailbox | UnsetType = UNSET
    mbox_sha1sum: Sha1 | UnsetType = UNSET
    openid: Iri | UnsetType = UNSET
    account: Account | UnsetType = UNSET

    def __post_init__(self) -> None:
        found = identifiers(self)
        if self.objectType == "Group":
            _check_group(found, self.member)
        elif self.member is not UNSET:
            raise broken("_agent", 'Only a group (objectType "Group") has member')
        elif found != 1:
            raise broken("_agent", "An agent has exactly one of mbox, mbox_sha1sum, openid and account")


class Group(Actor, forbid_unknown_fields=True, kw_only=True):
    """A group where no agent may stand: a team."""

    objectType: Literal["Group"]  # noqa: N815


class Authority(Actor, forbid_unknown_fields=True):
    """An agent, or the pair of OAuth consumer and user (1.0.3 Data 2.4.9, 2.0.0 4.2.4.2)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.objectType == "Group" and (identifiers(self) or len(self.member or ()) != 2):
            raise ValueError("As authority, a group is anonymous and has exactly two members")


def identifiers(actor: Agent | Actor) -> int:
    """How many inverse functional identifiers there are."""
    held = (actor.mbox, actor.mbox_sha1sum, actor.openid, actor.account)
    return sum(one is not UNSET for one in held)


def _check_group(found: int, member: list[Agent] | UnsetType) -> None:
    if found > 1:
        raise broken("_group", "A group has at most one of mbox, mbox_sha1sum, openid and account")
    if not found and not member:
        raise broken("_group", "An anonymous group has at least one member")
