"""Which files are taken, and putting them beside a draft and away again."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exceptions import FileRefused
from ..models import Work, WorkFile
from . import scanning

MOST_FILES = 10
BEGINNINGS = {".pdf": b"%PDF-", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
OPEN_DOCUMENT = {".odt": "text", ".ods": "spreadsheet", ".odp": "presentation"}
OFFICE = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
KINDS = (*BEGINNINGS, *OFFICE, *OPEN_DOCUMENT)
WORDS = {
    "kind": gettext_lazy("“%(name)s” is not taken: only %(kinds)s are."),
    "size": gettext_lazy("“%(name)s” is not taken: it is larger than %(most)d MB."),
    "empty": gettext_lazy("“%(name)s” is not taken: it is empty."),
    "content": gettext_lazy("“%(name)s” is not taken: it is not what its name says. Save it anew, and try again."),
    "macros": gettext_lazy("“%(name)s” is not taken: there are macros in it. Save it without them, or as a PDF."),
    "many": gettext_lazy("“%(name)s” is not taken: there are %(files)d files already, and there is room for no more."),
    "infected": gettext_lazy("“%(name)s” is not taken: the virus scanner found something in it. Tell your IT desk."),
    "unchecked": gettext_lazy("“%(name)s” is not taken: the virus scanner gives no answer just now. Try again later."),
}


def refused(reason: str, name: str) -> str:
    """The sentence for a FileRefused's reason."""
    return WORDS[reason] % {
        "name": name[:80],
        "kinds": ", ".join(kind.lstrip(".") for kind in KINDS),
        "most": settings.WORK_FILE_MB,
        "files": MOST_FILES,
    }


def add(work: Work, file: UploadedFile, at: dt.datetime) -> WorkFile:
    """Put a file beside the draft. Raises FileRefused; the draft is not touched."""
    name = PurePath((file.name or "").replace("\\", "/")).name.replace("\x00", "")[-150:] or _("file")
    _check(name, file)
    scanning.check(file)
    with transaction.atomic():
        Work.objects.select_for_update().get(pk=work.pk)
        if work.files.filter(in_draft=True).count() >= MOST_FILES:
            raise FileRefused("many")
        return WorkFile.objects.create(work=work, file=file, name=name, size=file.size or 0, added_at=at)


def _check(name: str, file: UploadedFile) -> None:
    kind = PurePath(name).suffix.lower()
    if kind not in KINDS:
        raise FileRefused("kind")
    if not file.size:
        raise FileRefused("empty")
    if file.size > settings.WORK_FILE_MB * 1024 * 1024:
        raise FileRefused("size")
    if kind in BEGINNINGS:
        begins = file.read(16).startswith(BEGINNINGS[kind])
        if not begins:
            raise FileRefused("content")
    else:
        _check_archive(kind, file)
    file.seek(0)


def _check_archive(kind: str, file: UploadedFile) -> None:
    """Office files are archives: looked at from outside, nothing in them is unpacked but their first word."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            fits: Callable[[], bool] = (
                (lambda: any(one.startswith(OFFICE[kind]) for one in names) and "[Content_Types].xml" in names)
                if kind in OFFICE
                else (lambda: _mimetype(archive) == f"application/vnd.oasis.opendocument.{OPEN_DOCUMENT[kind]}")
            )
            if not fits():
                raise FileRefused("content")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefused("content") from error
    lowered = [one.lower() for one in names]
    if any(one.endswith("vbaproject.bin") or one.startswith(("basic/", "scripts/")) for one in lowered):
        raise FileRefused("macros")


def _mimetype(archive: zipfile.ZipFile) -> str:
    found = next((one for one in archive.infolist() if one.filename == "mimetype"), None)
    if found is None or found.file_size > 200:
        return ""
    return archive.read(found).decode("ascii", "replace").strip()


def remove(work: Work, key: str) -> bool:
    """Take a file away from the draft; what was handed in keeps it. False: there is none."""
    row = next((one for one in work.files.filter(in_draft=True) if str(one.key) == key), None)
    if row is None:
        return False
    if row.handins.exists():
        row.in_draft = False
        row.save(update_fields=["in_draft"])
    else:
        destroy([row])
    return True


def destroy(rows: list[WorkFile]) -> None:
    """The rows at once, the files when that is certain."""
    for row in rows:
        storage, name = row.file.storage, row.file.name
        row.delete()
        if name:
            transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
