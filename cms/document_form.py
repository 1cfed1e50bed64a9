"""The form that takes a document: a film, sound, picture, captions, PDF or office file that is not one is refused.

Found when it is published, it would be a film that does not play, and nobody would say why.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm

from .media import suffix

ARCHIVES = ("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "zip")
BEGINS = 1024
# Where a kind's mark stands in the file, and what it may be.
MARKS: dict[str, tuple[int, tuple[bytes, ...]]] = {
    **dict.fromkeys(ARCHIVES, (0, (b"PK\x03\x04", b"PK\x05\x06"))),
    "mp4": (4, (b"ftyp",)),
    "m4a": (4, (b"ftyp",)),
    "webm": (0, (b"\x1a\x45\xdf\xa3",)),
    "mp3": (0, (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2")),
    "ogg": (0, (b"OggS",)),
    "vtt": (0, (b"WEBVTT", b"\xef\xbb\xbfWEBVTT")),
    **dict.fromkeys(("doc", "xls", "ppt"), (0, (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",))),
    **dict.fromkeys(("jpg", "jpeg"), (0, (b"\xff\xd8\xff",))),
    "gif": (0, (b"GIF87a", b"GIF89a")),
    "webp": (8, (b"WEBP",)),
    "png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "rtf": (0, (b"{\\rtf",)),
}
WRITTEN = ("txt", "csv", "ics")


def is_what_it_says(name: str, begins: bytes) -> bool:
    """Whether a file that begins so (`BEGINS` bytes) can be what the end of its name says; kinds we do not know can."""
    if suffix(name) == "pdf":
        return b"%PDF-" in begins  # something may stand before it (ISO 32000-1, annex H, note 13)
    if suffix(name) in WRITTEN:
        return b"\0" not in begins or begins.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    place, marks = MARKS.get(suffix(name), (0, (b"",)))
    return begins[place:].startswith(marks)


def is_upload_what_it_says(file: Any) -> bool:
    """The same of an open file, which is left at its beginning."""
    begins = file.read(BEGINS)
    file.seek(0)
    return is_what_it_says(file.name or "", begins)


def not_what_it_says(name: str) -> str:
    said = _("The file is not what its name says (%(kind)s). Save it anew as that, and try again.")
    return said % {"kind": suffix(name).upper()}


class DocumentForm(BaseDocumentForm):
    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile) and not is_upload_what_it_says(file):
            raise ValidationError(not_what_it_says(file.name or ""))
        return file

    def _post_clean(self) -> None:
        """One fault a file: where it is refused above the model has none, and would complain of a name with no end."""
        said = list(self.errors.get("file", ()))
        super()._post_clean()
        if said:
            self.errors["file"] = self.error_class(said, renderer=self.renderer)
