"""Verbs, activities and interactions (1.0.3 Data 2.4.3 and 2.4.4.1, 2.0.0 4.2.2.2 and 4.2.2.3)."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from .texts import Extensions, Iri, LanguageMap

Interaction = Literal[
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
]
# Which lists of components go with which interaction.
_COMPONENTS: dict[str, set[str]] = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
}


class Verb(Struct, forbid_unknown_fields=True):
    id: Iri
    display: LanguageMap | UnsetType = UNSET


class Component(Struct, forbid_unknown_fields=True):
    id: str
    description: LanguageMap | UnsetType = UNSET


class Definition(Struct, forbid_unknown_fields=True):
    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    type: Iri | UnsetType = UNSET
    moreInfo: Iri | UnsetType = UNSET  # noqa: N815
    extensions: Extensions | UnsetType = UNSET
    interactionType: Interaction | UnsetType = UNSET  # noqa: N815
    correctResponsesPattern: list[str] | UnsetType = UNSET  # noqa: N815
    choices: list[Component] | UnsetType = UNSET
    scale: list[Component] | UnsetType = UNSET
    source: list[Component] | UnsetType = UNSET
    target: list[Component] | UnsetType = UNSET
    steps: list[Component] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.interactionType is UNSET and self.correctResponsesPattern is not UNSET:
            raise ValueError("correctResponsesPattern needs interactionType")
        allowed = _COMPONENTS.get(self.interactionType or "", set())
        for name in ("choices", "scale", "source", "target", "steps"):
            held = getattr(self, name)
            if held is not UNSET:
                _check_components(name, held, name in allowed)


def _check_components(name: str, held: list[Component], allowed: bool) -> None:
    if not allowed:
        raise ValueError(f"{name} does not go with this interactionType")
    if len({one.id for one in held}) != len(held):
        raise ValueError(f"Two of {name} have the same id")


class Activity(Struct, forbid_unknown_fields=True):
    id: Iri
    objectType: Literal["Activity"] | UnsetType = UNSET  # noqa: N815
    definition: Definition | UnsetType = UNSET
