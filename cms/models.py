"""The site around the courses: start page and plain pages; knows no learning."""

from __future__ import annotations

from typing import ClassVar

from csp.constants import SELF
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from .blocks import BodyBlock


class BasePage(Page):
    """What all our pages share: a summary, and the language that the content is really in."""

    policy = "public"  # see learners.policy
    admin_default_ordering = "ord"  # the editor's list of pages is in the readers' order, and is where it is changed
    summary = models.CharField(_("summary"), max_length=220, blank=True)

    content_panels: ClassVar[list] = [*Page.content_panels, FieldPanel("summary")]
    search_fields: ClassVar[list] = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        abstract = True

    @property
    def content_language(self) -> str:
        """The language of the text: a page that mirrors another language's page is in that language."""
        source = self.alias_of or self
        return source.locale.language_code

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """What the editor sees beside the form: only there may a page of ours stand in a frame."""
        request.is_preview = True  # type: ignore[attr-defined] # Wagtail's own mark
        response = self.preview(request)
        response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined] # django-csp's
        return response

    def preview(self, request: HttpRequest) -> HttpResponse:
        return self.serve(request)


class StartPage(BasePage):
    """The root of one language."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    template = "cms/start_page.html"

    class Meta:
        verbose_name = _("start page")


class TextPage(BasePage):
    """A plain page: about, accessibility, privacy."""

    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("body")]
    search_fields: ClassVar[list] = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.StartPage", "cms.TextPage"]
    subpage_types: ClassVar[list[str]] = ["cms.TextPage"]
    template = "cms/text_page.html"

    class Meta:
        verbose_name = _("text page")
