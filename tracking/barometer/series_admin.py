"""Series over years in the admin: what is measured, and each year's figure with its source."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.views import generic
from wagtail.admin.widgets import SlugInput

from courses.admin.access import RuledViewSet
from courses.admin.addresses import AddressedForm

from . import series
from .models import YearlyFigure, YearlySeries


class YearlySeriesViewSet(RuledViewSet):
    model = YearlySeries
    icon = "history"
    url_prefix = "serier"
    url_namespace = "yearly-series"
    menu_label = gettext_lazy("Series over years")
    menu_order = 117
    list_display = ["title", "target", "public"]
    edit_handler = ObjectList(
        [
            TitleFieldPanel("title", targets=["slug"], placeholder=False, classname=""),
            FieldPanel("title_nn"),
            FieldPanel("slug", widget=SlugInput),
            FieldPanel("about"),
            FieldPanel("about_nn"),
            FieldPanel("target"),
            FieldPanel("campaign"),
            FieldPanel("public"),
        ],
        base_form_class=AddressedForm,
    )


class _Entering:
    """Saving says who and when; what stood before is kept."""

    def save_instance(self) -> YearlyFigure:
        one = self.form.save(commit=False)  # type: ignore[attr-defined]
        return series.enter(one, self.request.user, timezone.now())  # type: ignore[attr-defined]


class FigureCreateView(_Entering, generic.CreateView):
    pass


class FigureEditView(_Entering, generic.EditView):
    def get_success_url(self) -> Any:
        return self.get_index_url() if hasattr(self, "get_index_url") else super().get_success_url()


class FigureIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[YearlyFigure]:
        """What stands: a figure that was corrected is kept, and shown no more."""
        return super().get_base_queryset().filter(known_to=None).select_related("series", "entered_by")


class YearlyFigureViewSet(RuledViewSet):
    model = YearlyFigure
    icon = "edit"
    url_prefix = "serietall"
    url_namespace = "yearly-figures"
    menu_label = gettext_lazy("Figures of years")
    menu_order = 118
    index_view_class = FigureIndexView
    add_view_class = FigureCreateView
    edit_view_class = FigureEditView
    list_display = ["series", "year", "percent", "source", "entered_by", "known_from"]
    list_filter = ["series"]
    panels = [FieldPanel("series"), FieldPanel("year"), FieldPanel("percent"), FieldPanel("source")]
