"""The admin's security policy: no script of a page's own runs there, nothing from elsewhere is loaded.

Wagtail's fields for dates and its choosers, and its lists of lines, end in a script in the page. Here they end in an
element that says the same (`templates/wagtailadmin`, `static/js/admin.js`). Styles in attributes stay allowed:
Wagtail's menus and editor place things by them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser

PREFIX = "/admin/"
DIRECTIVES = {
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],  # the editor shows the preview beside the form
}


def admin_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(PREFIX) and not hasattr(response, "_csp_replace"):
            response._csp_replace = DIRECTIVES  # type: ignore[attr-defined] # django-csp's
        return response

    return middleware


def chooser_without_script(
    self: BaseChooser, name: str, value: Any, attrs: dict[str, Any], renderer: Any = None
) -> Any:
    """As `BaseChooser.render`, with an element in the place of its script."""
    data = self.get_value_data(value)
    shown = SafeString(self.render_html(name, data, attrs))
    if isinstance(self, AdminTaskChooser):
        return shown + format_html('<fb-start name="createTaskChooser" about="{}"></fb-start>', attrs["id"])
    options = json.dumps(self.get_js_init_options(attrs["id"], name, data))
    start = '<fb-start name="{}" about="{}" with="{}"></fb-start>'
    return shown + format_html(start, self.js_constructor, attrs["id"], options)


def start_without_scripts() -> None:
    BaseChooser.render = chooser_without_script
