"""The translations' catalogues: `python -m config.catalogues compile | update | check`, with no system gettext.

`compile` writes the `.mo` files beside the `.po` files, `update` brings the `.po` files in line with the sources and
keeps their translations, `check` says what is missing, doubtful or left over, and exits 1 where there is any.
An entry for another package's text (Wagtail's, allauth's) has the translator's comment `from <package>` and is kept.
"""

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nb", "nn")  # the sources are English; Northern Sami waits for its translators
APPS = ("cms", "config", "courses", "learners", "tracking")
TEMPLATES = {".html", ".txt", ".svg"}
# What marks a string, and which of its arguments are context, singular and plural (babel's notation).
_PLAIN = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
KEYWORDS = _PLAIN | {f"{name}_lazy": spec for name, spec in _PLAIN.items() if name != "_"}


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of `language`, empty where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Fagbenk", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(catalogue: Catalog, language: str) -> None:
    """Without line numbers and dates, so that a commit shows only what was changed."""
    catalogue.fuzzy = False
    catalogue.obsolete.clear()
    target = BytesIO()
    write_po(target, catalogue, width=110, no_location=True, omit_header=False, sort_output=True)
    lines = target.getvalue().decode().splitlines(keepends=True)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By'))]
    path.write_text("".join(kept), encoding="utf-8")


def sources() -> Iterator[Path]:
    """Every Python file and template that may hold a string for people."""
    for folder in (*APPS, "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            in_python = path.suffix == ".py" and not {"migrations", "launch"} & set(path.parts)
            if in_python or (path.suffix in TEMPLATES and "templates" in path.parts):
                yield path


def extracted() -> Catalog:
    """The strings of the sources, without translations."""
    catalogue = Catalog(project="Fagbenk", fuzzy=False)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = _as_python(text, path)
        for line, message, comments, context in extract(
            "python", BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
        ):
            catalogue.add(message, None, [(str(path), line)], auto_comments=comments, context=context)
    return catalogue


def _as_python(template: str, path: Path) -> str:
    """A template's marked strings as calls; in brackets, since its indentation is not Python's."""
    from django.utils.translation.template import templatize

    return f"# coding: utf-8\n({templatize(template, origin=str(path))}\n)"


def update() -> None:
    """Add what is new, drop what no source uses; no guesses, so nothing becomes fuzzy."""
    template = extracted()
    for language in LANGUAGES:
        catalogue = read(language)
        foreign = [message for message in catalogue if _is_foreign(message)]
        catalogue.update(template, no_fuzzy_matching=True)
        for message in foreign:
            catalogue[message.id] = message
        write(catalogue, language)


def compile_all() -> None:
    """Write each `.mo` whose `.po` exists."""
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as source, path.with_suffix(".mo.new").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parts[-3] if path.parts[-3] != "se" else None))
        path.with_suffix(".mo.new").replace(path.with_suffix(".mo"))


def problems() -> list[str]:
    """A sentence for each string that is missing, doubtful, left over, or has lost a placeholder."""
    template = extracted()
    found = []
    for language in LANGUAGES:
        catalogue = read(language)
        for message in template:
            if message.id:
                found += _problems_of(message, catalogue.get(message.id, message.context), language)
        for message in catalogue:
            if message.id and not _is_foreign(message) and template.get(message.id, message.context) is None:
                found.append(f"{language}: no source uses {message.id!r}")
    return found


def _problems_of(message: Message, translated: Message | None, language: str) -> list[str]:
    path, line = message.locations[0]
    where = f"{Path(path).relative_to(ROOT)}:{line}"
    string = translated.string if translated else ""
    strings = [string] if isinstance(string, str) else string
    if translated is None or not strings or not all(strings):
        return [f"{language}: not translated: {message.id!r} ({where})"]
    if translated.fuzzy:
        return [f"{language}: fuzzy: {message.id!r} ({where})"]
    return [f"{language}: {error} in {message.id!r} ({where})" for error in translated.check()]


def _is_foreign(message: Message) -> bool:
    return any(comment.startswith("from ") for comment in message.user_comments)


def main(words: list[str]) -> int:
    if words == ["compile"]:
        compile_all()
    elif words == ["update"]:
        update()
    elif words == ["check"]:
        found = problems()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    else:
        sys.stderr.write(f"usage: python -m config.catalogues compile|update|check{os.linesep}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
