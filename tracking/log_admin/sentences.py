"""A statement as a sentence that people read: who did what, with what result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.figures import percent

from .. import vocabulary

Json = Mapping[str, Any]
_NEAREST = {"nb": ("nb", "nb-NO", "no", "nn", "en"), "nn": ("nn", "nn-NO", "nb", "no", "en"), "en": ("en", "nb")}


def sentence(said: Json, who: str) -> str:
    """`who` is what the actor is called for the one who reads."""
    words = {"who": who, "verb": verb(said), "what": target(said["object"])}
    told = _("%(who)s %(verb)s “%(what)s”") % words
    return " ".join([f"{told}.", *result(said.get("result", {}), said["object"])])


def verb(said: Json) -> str:
    iri = said["verb"]["id"]
    display = vocabulary.DISPLAY.get(iri) or said["verb"].get("display") or {}
    return in_words(display) or _last(iri)


def target(held: Json) -> str:
    """What the statement is about."""
    kind = held.get("objectType", "Activity")
    if kind == "Activity":
        definition = held.get("definition", {})
        named = in_words(definition.get("name") or {}) or in_words(definition.get("description") or {})
        return named or _last(held["id"])
    if kind == "StatementRef":
        return _("the statement %(id)s") % {"id": held["id"]}
    if kind == "SubStatement":
        return f"{agent(held['actor'])} {verb(held)} {target(held['object'])}"
    return agent(held)


def agent(held: Json) -> str:
    """An agent of whom we know no more than what the statement says."""
    if "name" in held:
        return str(held["name"])
    if "account" in held:
        return str(held["account"]["name"])
    return str(held.get("mbox") or held.get("openid") or held.get("mbox_sha1sum") or _("a group"))


def result(held: Json, about: Json) -> list[str]:
    """One short sentence a fact; `about` is what was answered."""
    told = []
    if "success" in held:
        told.append(_("Right.") if held["success"] else _("Not right."))
    if "scaled" in held.get("score", {}):
        told.append(_("Score: %(score)s.") % {"score": percent(held["score"]["scaled"])})
    if held.get("response"):
        told.append(_("Answer: %(response)s.") % {"response": _response(str(held["response"]), about)[:200]})
    return told


def _response(text: str, about: Json) -> str:
    """The chosen alternatives in words, where the question says them (1.0.3 Data 2.4.4.1)."""
    definition = about.get("definition", {})
    named = {
        component["id"]: in_words(component.get("description") or {})
        for kind in ("choices", "source", "target", "scale", "steps")
        for component in definition.get(kind, ())
    }
    pairs = [[named.get(part) or part for part in one.split("[.]")] for one in text.split("[,]")]
    return "; ".join(" – ".join(pair) for pair in pairs)


def in_words(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in the nearest one there is."""
    for language in _NEAREST.get(get_language() or "nb", _NEAREST["nb"]):
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")


def _last(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2] or iri
