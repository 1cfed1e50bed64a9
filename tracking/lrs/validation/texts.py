"""Kinds of text in a statement, each a pattern with the words that say what was expected."""

from typing import Annotated, Any

from msgspec import Meta

_NAMES: dict[str, str] = {}


def _of(pattern: str, words: str) -> Meta:
    whole = rf"\A(?:{pattern})\Z"
    _NAMES[repr(whole)] = words
    return Meta(pattern=whole)


def in_words(message: str) -> str:
    """msgspec's message with the words in place of the pattern."""
    for pattern, words in _NAMES.items():
        message = message.replace(f"`str` matching regex {pattern}", words)
    return message


# RFC 3987, as far as characters go: a scheme and at least one character, none that an IRI must escape.
Iri = Annotated[
    str,
    _of(
        # Possessive: else each character of a long one would cost a hundred bytes while it is looked at.
        r"[A-Za-z][A-Za-z0-9+.\-]*+:(?:[^\x00-\x20\x7f<>\"{}|\\^`%]++|%[0-9A-Fa-f]{2})++",
        "an absolute IRI (with a scheme)",
    ),
]
Mailbox = Annotated[str, _of(r"[mM][aA][iI][lL][tT][oO]:[^@\s]+@[^@\s]+", "mailto: and an e-mail address")]
Sha1 = Annotated[str, _of(r"[0-9A-Fa-f]{40}", "40 hexadecimal digits (SHA-1)")]
Sha2 = Annotated[
    str, _of(r"[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128}", "a SHA-2 hash in hexadecimal")
]
# RFC 4122 and RFC 9562: any version, so also 6 and 7.
Uuid = Annotated[str, _of(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "a UUID in its standard form")]
# RFC 5646 2.1, well-formed tags; the irregular grandfathered ones by name.
Language = Annotated[
    str,
    _of(
        r"(?i:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
        r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*+(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})++)*+(?:-x(?:-[a-z0-9]{1,8})++)?"
        r"|x(?:-[a-z0-9]{1,8})++|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)"
        r"|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu))",
        "a language tag (RFC 5646)",
    ),
]
# ISO 8601:2004 4.4.3.2: weeks alone, or the other units in order; only the last number may have a fraction.
Duration = Annotated[
    str,
    _of(
        r"P(?!\Z)(?!.*[.,][0-9]+[A-Z].)(?:[0-9]+(?:[.,][0-9]+)?W|(?:[0-9]+(?:[.,][0-9]+)?Y)?(?:[0-9]+(?:[.,][0-9]+)?M)?"
        r"(?:[0-9]+(?:[.,][0-9]+)?D)?(?:T(?=[0-9])(?:[0-9]+(?:[.,][0-9]+)?H)?(?:[0-9]+(?:[.,][0-9]+)?M)?"
        r"(?:[0-9]+(?:[.,][0-9]+)?S)?)?)",
        "an ISO 8601 duration as in PT1H30M",
    ),
]
MediaType = Annotated[str, _of(r"[!#-'*+\-.0-9A-Z^-z|~]+/[!#-'*+\-.0-9A-Z^-z|~]+(?:\s*;.*)?", "an Internet media type")]
OldVersion = Annotated[str, _of(r"1\.0(?:\.[0-9]+)?", "1.0 or 1.0.x")]
AnyVersion = Annotated[str, _of(r"[12]\.0(?:\.[0-9]+)?", "1.0, 1.0.x, 2.0 or 2.0.x")]

LanguageMap = dict[Language, str]
Extensions = dict[Iri, Any]
