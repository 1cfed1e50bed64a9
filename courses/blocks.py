"""The blocks of a lesson: a case, a checklist, and the kinds of question.

A question's key is its block id, an option's key its list item's id: both stay through edits and translation.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.blocks import BodyBlock, TextBlock

from . import branching
from .questions import gap_text


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    text = TextBlock()

    class Meta:
        icon = "group"
        label = _("Case")
        template = "courses/blocks/case.html"


class BranchChoiceBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("What one does"))
    to = blocks.CharBlock(label=_("Leads to step"), max_length=20)


class BranchStepBlock(blocks.StructBlock):
    name = blocks.RegexBlock(
        regex=r"^[A-Za-z0-9]+$",
        label=_("The step's name"),
        max_length=20,
        help_text=_("Letters and digits, such as A1; choices lead to it by this name."),
    )
    text = TextBlock(label=_("What happens"))
    choices = blocks.ListBlock(BranchChoiceBlock(), label=_("Choices"), default=[], max_num=5)


class BranchingCaseBlock(blocks.StructBlock):
    """A case in steps; the reader's choice leads to the next. Links only, so it needs no JavaScript."""

    title = blocks.CharBlock(label=_("Title"))
    steps = blocks.ListBlock(BranchStepBlock(), label=_("Steps, the first one first"), min_num=2, max_num=30)

    class Meta:
        icon = "list-ul"
        label = _("Case with choices")
        template = "courses/blocks/branching_case.html"

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        said = branching.problem([(s["name"], [c["to"] for c in s["choices"]]) for s in cleaned["steps"]])
        if said:
            raise blocks.StructBlockValidationError(block_errors={"steps": ValidationError(said)})
        return cleaned


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


class NumericBlock(_SequenceFeedbackBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    answer = blocks.DecimalBlock(label=_("Right answer"), max_digits=15, decimal_places=4)
    up_to = blocks.DecimalBlock(
        label=_("Up to"),
        required=False,
        max_digits=15,
        decimal_places=4,
        help_text=_("Where a range is right: from the answer above up to this one."),
    )
    unit = blocks.CharBlock(label=_("Unit"), required=False, max_length=20, help_text=_("Such as kr or metres."))

    class Meta:
        icon = "decimal"
        label = _("Question with a number")

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if cleaned["up_to"] is not None and cleaned["up_to"] < cleaned["answer"]:
            said = ValidationError(_("The end of the range must not be below the answer."))
            raise blocks.StructBlockValidationError(block_errors={"up_to": said})
        return cleaned


class GapsBlock(_SequenceFeedbackBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    text = blocks.TextBlock(
        label=_("Text with gaps"),
        help_text=_("Put what belongs in a gap in double brackets; others that are right come after a line: [[a|b]]."),
    )

    class Meta:
        icon = "pilcrow"
        label = _("Text with gaps")

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        try:
            gap_text.split(cleaned["text"])
        except ValueError as error:
            said = ValidationError(_("Write at least one gap as [[answer]]; each needs both pairs of brackets."))
            raise blocks.StructBlockValidationError(block_errors={"text": said}) from error
        return cleaned


class _WrittenBlock(blocks.StructBlock):
    prompt = blocks.CharBlock(label=_("Question"))
    hint = blocks.CharBlock(label=_("Hint"), required=False)


class ReflectionBlock(_WrittenBlock):
    class Meta:
        icon = "edit"
        label = _("Reflection")


class FreeBlock(_WrittenBlock):
    """Text that is sent to KRUS: editors read it without names, where enough people have written."""

    class Meta:
        icon = "mail"
        label = _("Free text, sent to KRUS")


class QuestionsBlock(blocks.StreamBlock):
    """The marked questions of a closing quiz."""

    single = SingleBlock()
    multiple = MultipleBlock()
    order = OrderBlock()
    match = MatchBlock()
    numeric = NumericBlock()
    gaps = GapsBlock()


class DrawBlock(blocks.StructBlock):
    """As many questions from a bank, drawn anew for each attempt."""

    bank = SnippetChooserBlock("courses.QuestionBank", label=_("Question bank"))
    number = blocks.IntegerBlock(label=_("How many questions to draw"), min_value=1, max_value=50)

    class Meta:
        icon = "rotate"
        label = _("Draw from a question bank")

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        held = len(cleaned["bank"].questions)
        if cleaned["number"] > held:
            said = ngettext("The bank has %(held)d question.", "The bank has %(held)d questions.", held)
            raise blocks.StructBlockValidationError(block_errors={"number": ValidationError(said % {"held": held})})
        return cleaned


class QuizBlock(QuestionsBlock):
    """What a closing quiz asks: questions of its own, and draws from banks."""

    draw = DrawBlock()


class LessonBlock(BodyBlock):
    """What a lesson is made of."""

    case = CaseBlock()
    branching_case = BranchingCaseBlock()
    checklist = ChecklistBlock()
    single = SingleBlock()
    multiple = MultipleBlock()
    order = OrderBlock()
    match = MatchBlock()
    numeric = NumericBlock()
    gaps = GapsBlock()
    reflection = ReflectionBlock()
    free = FreeBlock()
