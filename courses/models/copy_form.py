"""The form that copies a course or a part of one."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms.pages import CopyForm


class CopyAsTemplateForm(CopyForm):
    """Without Wagtail's alias: in the same language it would be a second page of one course, with the same parts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
