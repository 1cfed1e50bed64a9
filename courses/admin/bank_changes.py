"""Before a question bank is saved that quizzes draw from while people are in the course: the same choice as for a page.

A bank has no drafts, so the choice comes first: what was typed waits in the form that asks.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from learners.models import Learner
from learners.policy import may_decide_campaigns, signed_in

from ..exceptions import AlreadyToday
from ..models import Course, QuestionBank, QuizPage
from ..ports import learning
from ..publishing import needs_choice
from ..requirements import Requirement, begin_requirement
from ..small import typing_errors
from .publishing import REQUIREMENT, ChangeForm, already_today, told_of

CHOICE = {"kind", "deadline", "note", "safe"}


def courses_that_draw(bank: QuestionBank) -> list[Course]:
    """Those with people in them, where a published quiz draws from the bank."""
    keys = ReferenceIndex.get_references_to(bank).values_list("object_id", flat=True)
    today = timezone.localdate()
    quizzes = QuizPage.objects.live().filter(pk__in=[key for key in keys if key.isdigit()])
    found = {quiz.course_page.course for quiz in quizzes if bank in quiz.banks() and needs_choice(quiz, today)}
    return sorted(found, key=str)


def is_typing_error(before: QuestionBank, after: QuestionBank) -> bool:
    return typing_errors(*({"questions": _written(bank)} for bank in (before, after))) is not None


def _written(bank: QuestionBank) -> Any:
    """Its questions as JSON, each value read: as they are stored they may lack what has been added to a block since."""
    read = [(block.block_type, block.id, block.block.get_prep_value(block.value)) for block in bank.questions]
    return json.loads(json.dumps(read, cls=DjangoJSONEncoder))


def ask(request: HttpRequest, bank: QuestionBank, courses: list[Course], form: ChangeForm) -> HttpResponse:
    """What saving does to people, and the choice; what was typed in the bank's own form is kept in this one."""
    today = timezone.localdate()
    typed = [(name, value) for name, values in request.POST.lists() if name not in CHOICE for value in values]
    context = {
        "bank": bank,
        "form": form,
        "may_decide": may_decide_campaigns(signed_in(request), today),
        "courses": [(course, told_of(learning().standing(course, today))) for course in courses],
        "typed": [(name, value) for name, value in typed if name != "csrfmiddlewaretoken"],
    }
    return render(request, "courses/admin/bank_change.html", context)


def change_form(sent: Any = None) -> ChangeForm:
    return ChangeForm(sent, since=timezone.localdate(), others=Page.objects.none())


def decided(request: HttpRequest, bank: QuestionBank, courses: list[Course]) -> HttpResponse | None:
    """The question, where it is not answered yet; else None, with the new versions begun: now the bank may be saved."""
    by = signed_in(request)
    asked = "kind" in request.POST and may_decide_campaigns(by, timezone.localdate())
    form = change_form(request.POST if asked else None)
    if not form.is_valid() or not _begun(request, courses, form.cleaned_data, by):
        return ask(request, bank, courses, form)
    return None


def _begun(request: HttpRequest, courses: list[Course], chosen: dict[str, Any], by: Learner) -> bool:
    if chosen["kind"] != REQUIREMENT:
        return True
    at, today = timezone.now(), timezone.localdate()
    requirement = Requirement(chosen["deadline"], chosen["note"], chosen["safe"])
    try:
        with transaction.atomic():
            for course in courses:
                begin_requirement(course, requirement, by, at, today)
    except AlreadyToday:
        messages.error(request, already_today())
        return False
    return True
