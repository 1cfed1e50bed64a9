"""The blocks of a lesson: a case, a checklist, and the five kinds of question.

A question's key is its block id, an option's key its list item's id: both stay through edits and translation.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import BodyBlock, TextBlock


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    text = TextBlock()

    class Meta:
        icon = "group"
        label = _("Case")
        template = "courses/blocks/case.html"


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    items = blocks.ListBlock(blocks.CharBlock(label=_("Item")), label=_("Items"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Checklist for the workshop")
        template = "courses/blocks/checklist.html"


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Option"))
    correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = blocks.CharBlock(label=_("Feedback"), help_text=_("Shown to those who choose this option."))


class _ChoiceBlock(blocks.StructBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    options = blocks.ListBlock(OptionBlock(), label=_("Options"), min_num=2, max_num=8)


class SingleBlock(_ChoiceBlock):
    class Meta:
        icon = "radio-full"
        label = _("Question with one answer")

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if sum(option["correct"] for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(_("Mark exactly one option as correct."))}
            )
        return cleaned


class MultipleBlock(_ChoiceBlock):
    class Meta:
        icon = "check"
        label = _("Question with several answers")

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not any(option["correct"] for option in cleaned["options"]):
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(_("Mark at least one option as correct."))}
            )
        return cleaned


class _SequenceFeedbackBlock(blocks.StructBlock):
    feedback_right = blocks.CharBlock(label=_("Feedback when right"))
    feedback_wrong = blocks.CharBlock(label=_("Feedback when wrong"))


class OrderBlock(_SequenceFeedbackBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    items = blocks.ListBlock(
        blocks.CharBlock(label=_("Item")), label=_("Items in the right order"), min_num=3, max_num=8
    )

    class Meta:
        icon = "list-ol"
        label = _("Put in order")


class PairBlock(blocks.StructBlock):
    left = blocks.CharBlock(label=_("Left"))
    right = blocks.CharBlock(label=_("Right"))


class MatchBlock(_SequenceFeedbackBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), min_num=3, max_num=8)

    class Meta:
        icon = "link"
        label = _("Match")


class ReflectionBlock(blocks.StructBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    hint = blocks.CharBlock(label=_("Hint"), required=False)

    class Meta:
        icon = "edit"
        label = _("Reflection")


class QuestionsBlock(blocks.StreamBlock):
    """The marked questions of a closing quiz."""

    single = SingleBlock()
    multiple = MultipleBlock()
    order = OrderBlock()
    match = MatchBlock()


class LessonBlock(BodyBlock):
    """What a lesson is made of."""

    case = CaseBlock()
    checklist = ChecklistBlock()
    single = SingleBlock()
    multiple = MultipleBlock()
    order = OrderBlock()
    match = MatchBlock()
    reflection = ReflectionBlock()
