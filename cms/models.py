"""The site around the courses: start page, plain pages, news, resources; knows no learning."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from csp.constants import SELF
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Orderable, Page, PageViewRestriction
from wagtail.search import index

from . import stems
from .blocks import BodyBlock
from .common import common
from .glossary import Term, by_letter
from .links import CheckedLink as CheckedLink
from .routing import at_address


def language_of(locale: int) -> str:
    """The language's code."""
    return common("languages", lambda: dict(Locale.objects.values_list("pk", "language_code")))[locale]


class BasePage(Page):
    """What all our pages share: a summary, and the language that the content is really in."""

    policy = "public"  # see learners.policy
    admin_default_ordering = "ord"  # the editor's list of pages is in the readers' order, and is where it is changed
    summary = models.CharField(_("summary"), max_length=220, blank=True)

    content_panels: ClassVar[list] = [*Page.content_panels, FieldPanel("summary")]
    search_fields: ClassVar[list] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("title_stems", boost=4),
        index.SearchField("text_stems"),
    ]

    class Meta:
        abstract = True

    @property
    def title_stems(self) -> str:
        """What the site's search finds the page by (cms.searching)."""
        return stems.indexed(self.title)

    @property
    def text_stems(self) -> str:
        return stems.indexed(" ".join((self.summary, *self.searched_texts())))

    def searched_texts(self) -> list[str]:
        """What of the page's text the site's search looks in, beside title and summary."""
        kinds = (StreamField, RichTextField)
        written = [field for field in self._meta.get_fields() if isinstance(field, kinds)]
        return [text for one in written for text in one.get_searchable_content(getattr(self, one.attname))]

    def may_be_found(self) -> bool:
        """Whether the search may show the page to those whom its policy lets in; its own `live` is asked before."""
        return True

    @property
    def content_language(self) -> str:
        """The language of the text: a page that mirrors another language's page is in that language."""
        return language_of(self.locale_id if self.alias_of_id is None else self._source_locale)

    @property
    def _source_locale(self) -> int:
        """The mirrored page's locale, which is read once for everybody where it has not come along."""
        if self._meta.get_field("alias_of").is_cached(self):
            return self.alias_of.locale_id
        source = Page.objects.filter(pk=self.alias_of_id).values_list("locale_id", flat=True)
        return common(("locale", self.alias_of_id), source.get)

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """As Wagtail's, which looks through the pages above also where nothing at all is restricted."""
        if not common("restricted", PageViewRestriction.objects.exists):
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

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

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        if not path_components:
            return super().route(request, path_components)
        return at_address(self, path_components).route(request, [])

    def news(self) -> list[NewsPage]:
        """The three newest, in the page's language."""
        today = timezone.localdate()
        return common(("newest news", self.locale_id, today), lambda: self._newest(today))

    def _newest(self, today: dt.date) -> list[NewsPage]:
        found = NewsPage.objects.live().filter(locale=self.locale_id, published_on__lte=today).defer("body")
        return list(found.select_related("alias_of__locale", "locale").order_by("-published_on", "-pk")[:3])


class GlossaryPage(BasePage):
    """Every word of the glossary in the page's language."""

    parent_page_types: ClassVar[list[str]] = ["cms.StartPage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1
    template = "cms/glossary_page.html"

    class Meta:
        verbose_name = _("glossary page")

    def letters(self) -> list[tuple[str, list[Term]]]:
        return by_letter(list(Term.objects.filter(locale__language_code=self.content_language)))


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


class NewsIndexPage(BasePage):
    """The news, the newest first."""

    parent_page_types: ClassVar[list[str]] = ["cms.StartPage"]
    subpage_types: ClassVar[list[str]] = ["cms.NewsPage"]
    max_count_per_parent = 1
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("news page")

    def news(self) -> list[NewsPage]:
        found = NewsPage.objects.child_of(self).live().filter(published_on__lte=timezone.localdate())
        return list(found.select_related("alias_of__locale", "locale").order_by("-published_on", "-pk")[:100])


class NewsPage(BasePage):
    """One piece of news."""

    published_on = models.DateField(
        _("date"), default=timezone.localdate, help_text=_("Stands above the text; it is listed from that day.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("published_on"), FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/news_page.html"

    class Meta:
        verbose_name = _("piece of news")


class ResourceIndexPage(BasePage):
    """The library: documents that are used in the workshops."""

    parent_page_types: ClassVar[list[str]] = ["cms.StartPage"]
    subpage_types: ClassVar[list[str]] = ["cms.ResourcePage"]
    max_count_per_parent = 1
    template = "cms/resource_index_page.html"

    class Meta:
        verbose_name = _("resource library")

    def resources(self) -> list[ResourcePage]:
        found = ResourcePage.objects.child_of(self).live().select_related("alias_of__locale", "locale")
        return list(found.prefetch_related("versions__document").order_by("title"))


class ResourcePage(BasePage):
    """A document with its versions: the address stays, the newest stands first."""

    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        InlinePanel("versions", label=_("version"), heading=_("versions"), min_num=1),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["cms.ResourceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/resource_page.html"

    class Meta:
        verbose_name = _("resource")

    def by_date(self) -> list[ResourceVersion]:
        """The versions that hold today or held, the newest first."""
        today = timezone.localdate()
        found = [one for one in self.versions.all() if one.dated_on <= today]
        return sorted(found, key=lambda one: (one.dated_on, one.sort_order or 0), reverse=True)

    @property
    def newest(self) -> ResourceVersion | None:
        return next(iter(self.by_date()), None)

    def searched_texts(self) -> list[str]:
        newest = self.newest
        return [*super().searched_texts(), *((newest.document.title, newest.note) if newest else ())]


class ResourceVersion(Orderable):
    """One version of a resource's document."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="versions")
    document = models.ForeignKey(
        "wagtaildocs.Document", on_delete=models.PROTECT, related_name="+", verbose_name=_("document")
    )
    label = models.CharField(_("version"), max_length=40, help_text=_("Such as 3, or 2026."))
    dated_on = models.DateField(_("holds from"), default=timezone.localdate)
    note = models.CharField(_("what is new"), max_length=250, blank=True)

    panels: ClassVar[list] = [
        FieldPanel("document"),
        FieldPanel("label"),
        FieldPanel("dated_on"),
        FieldPanel("note"),
    ]

    def __str__(self) -> str:
        return f"{self.document} {self.label}"
