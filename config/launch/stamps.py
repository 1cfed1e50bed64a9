"""What was set up from which files, so that a second start skips what has not changed.

A stamp is written when its step is finished, never before: a step that was cut off is done again.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | Path) -> str:
    """One digest of texts and of files or folders, by their names and contents; what is missing counts as empty."""
    state = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            state.update(b"text\0" + part.encode() + b"\0")
            continue
        for path in _files(part):
            state.update(str(path.relative_to(part.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
    return state.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return sorted(found for found in path.rglob("*") if found.is_file() and "__pycache__" not in found.parts)


class Stamps:
    """The stamps of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fits(self, name: str, value: str) -> bool:
        path = self.folder / name
        return path.is_file() and path.read_text(encoding="utf-8") == value

    def write(self, name: str, value: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(value, encoding="utf-8")

    def has(self, name: str) -> bool:
        return (self.folder / name).is_file()

    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
