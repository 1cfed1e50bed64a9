"""Where the specifications speak of a property: what an error cites."""

import re

# property: (xAPI 1.0.3, part Data; xAPI 2.0.0)
_SECTIONS = {
    "id": ("2.4.1", "4.2.4.2"),
    "actor": ("2.4.2", "4.2.2.1"),
    "_agent": ("2.4.2.1", "4.2.2.1"),
    "_group": ("2.4.2.2", "4.2.2.1"),
    "member": ("2.4.2.2", "4.2.2.1"),
    "mbox": ("2.4.2.3", "4.2.2.1"),
    "mbox_sha1sum": ("2.4.2.3", "4.2.2.1"),
    "openid": ("2.4.2.3", "4.2.2.1"),
    "account": ("2.4.2.4", "4.2.2.1"),
    "verb": ("2.4.3", "4.2.2.2"),
    "object": ("2.4.4", "4.2.2.3"),
    "definition": ("2.4.4.1", "4.2.2.3"),
    "result": ("2.4.5", "4.2.2.4"),
    "score": ("2.4.5.1", "4.2.2.4"),
    "duration": ("4.6", "4.2.7"),
    "context": ("2.4.6", "4.2.2.5"),
    "registration": ("2.4.6.1", "4.2.2.5"),
    "contextActivities": ("2.4.6.2", "4.2.2.5"),
    "contextAgents": ("2.4.6", "4.2.2.5"),
    "contextGroups": ("2.4.6", "4.2.2.5"),
    "timestamp": ("2.4.7", "4.2.4.2"),
    "stored": ("2.4.8", "4.2.4.2"),
    "authority": ("2.4.9", "4.2.4.2"),
    "version": ("2.4.10", "4.2.4.3"),
    "attachments": ("2.4.11", "4.2.2.6"),
    "extensions": ("4.1", "4.2.7"),
    "display": ("4.2", "4.2.7"),
}
_NAME = re.compile(r"[A-Za-z_0-9]+")
_MARK = "\x1f"  # between the name under which a rule's section is found and its words


def broken(name: str, words: str) -> ValueError:
    """A rule between several properties that does not hold; `name` says where the specifications have it."""
    return ValueError(f"{name}{_MARK}{words}")


def parted(complaint: str) -> tuple[str, str]:
    """The name of a broken rule, empty if it is none, and the words."""
    name, mark, words = complaint.partition(_MARK)
    return (name, words) if mark else ("", complaint)


def cited(path: str, version: str) -> str:
    """The section for the last property of `path` that has one: "xAPI 1.0.3 Data 2.4.2.3", "xAPI 2.0.0 4.2.2.1"."""
    names = _NAME.findall(path)
    if len(names) > 1 and names[-1] == "id":  # an id within something: that section knows more
        names.pop()
    old, new = next((_SECTIONS[name] for name in reversed(names) if name in _SECTIONS), ("2.2", "4.2"))
    return f"xAPI 1.0.3 Data {old}" if version.startswith("1.") else f"xAPI 2.0.0 {new}"
