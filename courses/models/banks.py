"""Question banks: what closing quizzes draw from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin

from ..blocks import QuestionsBlock
from ..questions import Question, from_block
from .course import Subject


class QuestionBank(TranslatableMixin, models.Model):
    """Questions that several quizzes may draw from; a question's key is its block id, the same in every language."""

    title = models.CharField(_("title"), max_length=120)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices)
    questions = StreamField(QuestionsBlock(), verbose_name=_("questions"))

    panels = [FieldPanel("title"), FieldPanel("subject"), FieldPanel("questions")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")

    def __str__(self) -> str:
        return self.title

    def as_questions(self) -> list[Question]:
        """Its questions, in the bank's order."""
        return [from_block(b.block_type, b.id, b.value) for b in self.questions]
