"""The form that copies a course or a part of one."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms.pages import CopyForm


class CopyAsTemplateForm(CopyForm):
    """Without Wagtail's alias: in the same language it would be a second page of one course, with the same parts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class CopyPartForm(CopyAsTemplateForm):
    """A lesson's or quiz's copy is a draft: where people are in the course, publishing it asks what it changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("publish_copies", None)
