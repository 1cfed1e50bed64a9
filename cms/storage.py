"""Where uploaded files lie: pictures where a proxy may serve them, documents where only a view gives them out."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage

DOCUMENTS = "documents"


class MediaFiles(FileSystemStorage):
    """The default storage. A document's collection says who may have it; by the address of its file anybody could."""

    def path(self, name: str) -> str:
        before: str = super().path(name)
        if not _is_document(name):
            return before
        private: str = _private().path(name)
        # Uploaded before documents were kept apart, and not moved yet (docs/operations.md).
        return before if not Path(private).exists() and Path(before).is_file() else private

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        whole = name or content.name
        if _is_document(whole):
            whole = self.get_available_name(whole, max_length)  # free here: the old place counts too
            return str(_private().save(whole, content, max_length))
        return super().save(name, content, max_length)


def _is_document(name: str) -> bool:
    return PurePosixPath(str(name).replace("\\", "/")).parts[:1] == (DOCUMENTS,)


def _private() -> FileSystemStorage:
    return FileSystemStorage(location=settings.PRIVATE_ROOT)
