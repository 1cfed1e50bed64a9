"""A report's files in the active language: name, media type and bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import pdf, sheet
from .content import Content
from .models import WeeklyReport
from .words import Told, tell

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    data: bytes


def file(kind: str, content: Content, report: WeeklyReport | None) -> File:
    """`kind` is "pdf", "xlsx" or "json". The JSON is the content itself."""
    make: dict[str, Callable[[Content, Told], bytes]] = {
        "pdf": lambda _content, told: pdf.render(told),
        "xlsx": sheet.render,
        "json": lambda some, _told: as_json(some),
    }
    name = f"{content['week']}-{content['unit']['code']}.{kind}"
    return File(name, MEDIA_TYPES[kind], make[kind](content, tell(content, report)))


def as_json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
