"""What the specification says of texts, times, versions and whole statements (1.0.3 Data 2.3.2, 2.4.9 and on, 4)."""

from typing import Any

from lrs_cast import agent, build, voiding
from lrs_places import (
    MBOX,
    UUID,
)
from lrs_rules import NEW_ONLY, Rule

TAGS = ("de", "de-DE", "zh-Hant", "sr-Latn-RS", "cmn", "es-MX", "es-419", "zh-Hans-CN", "ase", "x-klingon", "i-klingon")
NO_TAGS = ("a12345678", "de-", "", "norsk bokmål", "nb_NO", "zh-z-aaa-z-bbb-c-ccc-", "a-DE", "de-419-DE-x")
LANGUAGE_RULES = [
    Rule("4.2", "4.2.7", "empty", {}),
    *(Rule("4.2", "4.2.7", f"tag {tag}", {tag: "x"}) for tag in TAGS),
]
ODD_VALUES: tuple[Any, ...] = (None, "", {}, [], True, 0, 1.5, "æ", {"a": None}, [None, {}])
EXTENSION_RULES = [
    *(Rule("4.1", "4.2.7", f"value {value!r}", {"https://fagbenk.example/e": value}) for value in ODD_VALUES),
    *(Rule("4.1", "4.2.7", f"name {name!r}", {name: 1}, "") for name in ("room", "", "/a", "a b:c")),
]
# Kinds of text whose section is the one of the property that they stand in.
UUID_RULES = [
    *(Rule("", "", f"version {n}", f"0d1c1a3e-8f5b-{n}a53-9f0e-6f1f3f1f3f1f") for n in (1, 2, 3, 4, 5, 6, 7, 8)),
    Rule("", "", "capitals", UUID.upper()),
    *(
        Rule("", "", what, value, "")
        for what, value in {
            "a digit too many": f"{UUID}1",
            "a letter beyond F": f"{UUID[:-1]}g",
            "no dashes": UUID.replace("-", ""),
            "braces": f"{{{UUID}}}",
            "a number": 12,
            "an object": {"id": UUID},
            "a list": [UUID],
            "a line's end": f"{UUID}\n",
        }.items()
    ),
]
IRI_RULES = [
    *(
        Rule("", "", f"{iri}", iri)
        for iri in ("urn:a", "https://æøå.example/ø?x=%C3%A6#y", "tag:a,2026:b", "a+b.c-1:x")
    ),
    *(
        Rule("", "", f"{iri!r}", iri, "")
        for iri in (
            "fagbenk.example/a",
            "/a",
            "",
            "a",
            "urn:",
            "urn:a b",
            "urn:%zz",
            "urn:<a>",
            "1a:b",
            12,
            {"a": 1},
        )
    ),
]
TIMESTAMP_RULES = [
    *(
        Rule("", "", text, text)
        for text in (
            "2026-11-16T08:30:00Z",
            "2026-11-16T08:30:00.123456789Z",
            "2026-11-16T08:30:00+01:00",
            "2026-02-28T23:59:60Z",
            "2026-11-16t08:30:00z",
        )
    ),
    *(
        Rule("", "", f"{text!r}", text, "")
        for text in (
            "i dag",
            "",
            "2026-11-16",
            "2026-13-01T00:00:00Z",
            "2026-02-30T10:00:00Z",
            "2026-11-16T25:00:00Z",
            "2026-11-16T08:30:00-00:00",
            "2026-11-16T08:30:00-0000",
            "2026-11-16T08:30:00-00",
            "16.11.2026 08:30",
            1763280000,
            {"at": 1},
        )
    ),
]
VERSION_RULES = [
    *(Rule("2.4.10", "4.2.4.3", text, build(version=text)) for text in ("1.0", "1.0.0", "1.0.3", "1.0.32")),
    Rule("2.4.10", "4.2.4.3", "2.0.0", build(version="2.0.0"), only=NEW_ONLY),
    Rule("2.4.10", "4.2.4.3", "2.0.0", build(version="2.0.0"), ".version", only=("1.0.3",)),
    *(
        Rule("2.4.10", "4.2.4.3", f"{text!r}", {**build(), "version": text}, ".version")
        for text in ("0.9", "0.95", "1.1.0", "3.0", "1.0.", "1", "1.0.3-beta", "", 1.0, None)
    ),
]
AUTHORITY_RULES = [
    Rule("2.4.9", "4.2.4.2", "two members", build(authority={"objectType": "Group", "member": [MBOX, agent("a")]})),
    *(
        Rule("2.4.9", "4.2.4.2", what, build(authority={"objectType": "Group", **held}), ".authority")
        for what, held in {
            "three members": {"member": [MBOX, agent("a"), agent("b")]},
            "one member": {"member": [MBOX]},
            "an identified group": {"member": [MBOX, agent("a")], **MBOX},
        }.items()
    ),
]
VOIDING_RULES = [
    Rule("2.3.2", "4.2.5", "of a statement", voiding(UUID)),
    Rule("2.3.2", "4.2.5", "of an activity", build(verb=voiding(UUID)["verb"]), ".object"),
    Rule("2.3.2", "4.2.5", "of an agent", build(verb=voiding(UUID)["verb"], object=agent("per")), ".object"),
]
