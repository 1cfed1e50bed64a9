"""Question banks in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets import Button
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from ..models import QuestionBank
from .bank_changes import courses_that_draw, decided, is_typing_error


class QuestionBankEditView(EditView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Where people are in a course that draws from the bank, they who publish say what the change is."""
        if "questions" in form.changed_data:
            stored = QuestionBank.objects.get(pk=self.object.pk)
            courses = [] if is_typing_error(stored, form.instance) else courses_that_draw(stored)
            question = decided(self.request, stored, courses) if courses else None
            if question is not None:
                return question
        return super().form_valid(form)

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
