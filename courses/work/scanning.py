"""The hook for a virus scanner: a command or a function of the installation's own (`FAGBENK_VIRUS_SCAN`)."""

from __future__ import annotations

import logging
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.module_loading import import_string

from ..exceptions import FileRefused

PYTHON = "python:"
SECONDS = 60
log = logging.getLogger("fagbenk")


def check(file: UploadedFile) -> None:
    """Raises FileRefused("infected") or, where the scanner gives no answer, FileRefused("unchecked").

    A command gets the file's path in place of `{file}`, or as its last word: exit status 0 is clean, 1 is not, anything
    else is no answer (clamscan, clamdscan). A function gets the path and answers True for clean.
    """
    named = settings.VIRUS_SCAN
    if not named:
        return
    with tempfile.NamedTemporaryFile(prefix="fagbenk-", dir=settings.VAR_DIR) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        clean = _by_function(named, copy.name) if named.startswith(PYTHON) else _by_command(named, copy.name)
    file.seek(0)
    if not clean:
        raise FileRefused("unchecked" if clean is None else "infected")


def _by_function(named: str, path: str) -> bool | None:
    scan: Callable[[str], bool] = import_string(named.removeprefix(PYTHON))
    try:
        return bool(scan(path))
    except Exception:  # the installation's own code: whatever goes wrong in it, the file is not taken
        log.exception("virus_scan_failed")
        return None


def _by_command(named: str, path: str) -> bool | None:
    words = shlex.split(named)
    filled = [word.replace("{file}", path) for word in words]
    try:
        ended = subprocess.run(  # noqa: S603 - what the installation's own setting says
            filled if filled != words else [*words, path], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        log.exception("virus_scan_failed")
        return None
    if ended.returncode not in (0, 1):
        log.error("virus_scan_failed: exit status %s", ended.returncode)
        return None
    return ended.returncode == 0


def can_run(named: str) -> bool:
    """Whether what the setting names is there."""
    if named.startswith(PYTHON):
        try:
            return callable(import_string(named.removeprefix(PYTHON)))
        except ImportError:
            return False
    words = shlex.split(named)
    return bool(words) and (shutil.which(words[0]) is not None or Path(words[0]).is_file())
