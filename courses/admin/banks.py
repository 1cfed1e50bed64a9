"""Question banks in Wagtail's admin."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets import Button
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from ..models import QuestionBank


class QuestionBankEditView(EditView):
    @property
    def header_more_buttons(self) -> list[Button]:
        pk = self.object.pk
        return [
            *super().header_more_buttons,
            Button(_("Fetch questions from a file"), reverse("import-questions", args=[pk]), icon_name="upload"),
            Button(_("Questions as Moodle XML"), reverse("export-bank", args=[pk, "xml"]), icon_name="download"),
            Button(_("Questions as GIFT"), reverse("export-bank", args=[pk, "gift"]), icon_name="download"),
        ]


class QuestionBankViewSet(SnippetViewSet):
    model = QuestionBank
    edit_view_class = QuestionBankEditView
    icon = "help"
    url_prefix = "sporsmalsbanker"
    menu_order = 112
    add_to_admin_menu = True
    list_display = ["title", "subject", "locale"]
    list_filter = ["subject"]
    search_fields = ["title"]
