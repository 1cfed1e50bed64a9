"""Texts in both written forms: `title` is bokmål, `title_nn` nynorsk; where that is empty, `title` stands."""

from __future__ import annotations


def written(one: object, field: str, language: str) -> str:
    """The text of the field, in the language as far as there is one."""
    own = getattr(one, f"{field}_nn") if language == "nn" else ""
    return str(own or getattr(one, field))


class Titled:
    """A model with a title in both."""

    def title_in(self, language: str) -> str:
        return written(self, "title", language)


class Described(Titled):
    """A model that also says in both what it is about."""

    def about_in(self, language: str) -> str:
        return written(self, "about", language)
