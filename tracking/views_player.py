"""What a learner's forms reach: begin a course, answer, finish a lesson, hand in the quiz, see the receipt.

The forms carry a signed token that says whose they are (tracking.player.tokens). It also stands in for the CSRF token,
which would change with a new sign-in and so lose the answers of a form that was open before.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from cms.figures import moment
from courses import questions
from courses.exceptions import BadResponse, NoVersion
from courses.models import CoursePage, LessonPage, QuizPage
from courses.ports import Given, LessonState
from courses.questions import Question
from courses.way import way
from learners.models import Learner
from learners.policy import policy, signed_in

from .completions.models import Completion
from .exceptions import ForeignForm, NotAllowedNow, StaleForm, TooEarly
from .player import attempts, play, serving, tokens, versions
from .player.models import Attempt
from .player.port import PlayerPort, given_answers

P = TypeVar("P", CoursePage, LessonPage, QuizPage)
L = TypeVar("L", LessonPage, QuizPage)


def _page(model: type[P], pk: int) -> P:
    """The published page, of a published course. Raises Http404."""
    page = get_object_or_404(model.objects.live(), pk=pk)
    if isinstance(page, LessonPage | QuizPage) and not page.course_page.live:
        raise Http404("The course is not published.")
    return page


def _sent_from(request: HttpRequest, page: L) -> tuple[Learner, Attempt | None, L]:
    """Whose form it is, their attempt at the course, and the part as its version has it. Raises ForeignForm."""
    learner = serving.sender(request, page.key)
    attempt = attempts.current(learner, page.course_page.course)
    return learner, attempt, versions.as_attempted(attempt, page) if attempt else page


@require_POST
@policy("signed_in")
def begin(request: HttpRequest, page_id: int) -> HttpResponse:
    """Begin the course and go to its first part that is not done."""
    page = _page(CoursePage, page_id)
    try:
        attempts.take(signed_in(request), page.course, timezone.now())
    except NoVersion:
        messages.error(request, _("The course is not open yet. Come back later."))
        return redirect(page.get_url(request))
    progress = PlayerPort().progress(signed_in(request), [page.course])[page.course_id]
    left = way(page.lessons(), page.quiz(), progress).left
    return redirect((left[0].page if left else page).get_url(request))


@csrf_exempt
@require_POST
@policy("form")
def answer(request: HttpRequest, page_id: int, question_key: str) -> HttpResponse:
    """Store an answer to a lesson's question."""
    page, at = _page(LessonPage, page_id), timezone.now()
    try:
        learner, attempt, page = _sent_from(request, page)
    except ForeignForm:
        return _tampered(request)
    question = page.questions().get(question_key)
    if question is None:
        raise Http404("The question is not in the lesson any more.")
    fields: dict[str, list[str]] = {"answer": ["not read yet"]}
    number = 0
    try:
        fields = serving.fields_of(request)
        if serving.keep_if_not_signed_in(request, learner, page.key, question_key, fields, at):
            return _kept(request, f"{page.get_url(request)}#q-{question_key}")
        number = serving.counter(request, "try")
        given = play.answer(learner, page, question, questions.parse(question, fields), number, at)
    except ForeignForm:
        return _tampered(request)
    except BadResponse:
        empty = not "".join(fields.get("answer", [])).strip()
        emptied = play.take_back(learner, page, question, number, at) if empty else None
        return _question(request, page, question, emptied, "" if emptied else _bad_response(question), attempt)
    except StaleForm:
        said = _("Your answer was stored already. It counts once; this is what is stored.")
        return _question(request, page, question, None, said, attempt)
    return _question(request, page, question, given, "", attempt)


def _bad_response(question: Question) -> str:
    if not question.marked:
        return _("That was not stored: write something first, at most %(most)d characters.") % {
            "most": questions.TEXT_MAX
        }
    if question.kind == "numeric":
        return _("That was not stored: write a number, such as 12 or 3.5.")
    if question.kind == "gaps":
        return _("That was not stored: write something in each gap.")
    if question.kind == "order":
        return _("That was not stored: use each number once.")
    if question.kind == "match":
        return _("That was not stored: choose an answer on each line.")
    return _("That was not stored: choose an answer first.")


def _question(
    request: HttpRequest, page: LessonPage, question: Question, given: Given | None, said: str, attempt: Attempt | None
) -> HttpResponse:
    """The question as it now stands: alone for htmx, else the lesson at that place."""
    if not (request.htmx and request.user.is_authenticated):  # type: ignore[attr-defined]
        if said:
            messages.error(request, said, extra_tags=question.key)  # the lesson says it at the question too
        return _go(request, f"{page.get_url(request)}#q-{question.key}")
    attempt = attempt or attempts.begin(signed_in(request), page.course_page.course, timezone.now())
    stored = given or given_answers(attempt, page.key, {question.key: question}).get(question.key)
    state = LessonState(str(attempt.registration), tokens.make(signed_in(request), page.key))
    context = {"question": question, "given": stored, "page": page, "state": state, "message": said}
    return render(request, "courses/question.html", context)


@csrf_exempt
@require_POST
@policy("form")
def finish(request: HttpRequest, page_id: int) -> HttpResponse:
    """The lesson is gone through; on to the next part."""
    page, at = _page(LessonPage, page_id), timezone.now()
    try:
        learner = serving.sender(request, page.key)
    except ForeignForm:
        return _tampered(request)
    if request.user.pk != learner.pk:
        return _signed_out(request, page.get_url(request))
    completed = play.finish_lesson(learner, page, at)
    if completed:
        return _completed(page.course_page, request)
    following = serving.next_part(page)
    return redirect((following or page.course_page).get_url(request))


@csrf_exempt
@require_POST
@policy("form")
def hand_in(request: HttpRequest, page_id: int) -> HttpResponse:
    """Hand in the closing quiz."""
    page, at = _page(QuizPage, page_id), timezone.now()
    address = page.get_url(request)
    try:
        learner, attempt, page = _sent_from(request, page)
        fields = serving.fields_of(request)
        number = serving.counter(request, "number")
        if serving.keep_if_not_signed_in(request, learner, page.key, "", fields, at):
            return _kept(request, f"{address}#try")
        attempt = attempt or attempts.begin(learner, page.course_page.course, at)
        responses, unanswered = serving.quiz_responses(attempts.asked(attempt, page, number), fields)
        if unanswered:
            play.keep(learner, page.key, "", fields, at)
            return _unanswered(request, address, unanswered)
        completed = play.hand_in(learner, page, responses, number, at)
    except (ForeignForm, BadResponse):
        return _tampered(request)
    except StaleForm:
        messages.error(request, _("These answers were handed in already. They count once; this is what is stored."))
        return redirect(address)
    except TooEarly as wait:
        play.keep(learner, page.key, "", fields, at)
        said = _("You can try again from %(when)s. Your answers are kept.") % {"when": moment(wait.until)}
        messages.error(request, said)
        return redirect(address)
    except NotAllowedNow:
        play.keep(learner, page.key, "", fields, at)
        messages.error(
            request, _("You have no attempts left today. Your answers are kept; you can try again tomorrow.")
        )
        return redirect(address)
    return _completed(page.course_page, request) if completed else redirect(f"{address}#result")


def _unanswered(request: HttpRequest, address: str, unanswered: list[str]) -> HttpResponse:
    said = ngettext(
        "%(count)d question is without an answer. What you have answered is kept; nothing is handed in yet.",
        "%(count)d questions are without an answer. What you have answered is kept; nothing is handed in yet.",
        len(unanswered),
    ) % {"count": len(unanswered)}
    messages.error(request, said)
    return redirect(f"{address}#q-{unanswered[0]}")


@csrf_exempt
@require_POST
@policy("form")
def place(request: HttpRequest, page_id: int) -> HttpResponse:
    """Remember where in the lesson the learner is."""
    page = _page(LessonPage, page_id)
    block = request.POST.get("place", "")
    try:
        learner, _attempt, page = _sent_from(request, page)
    except ForeignForm:
        return HttpResponse(status=400)
    if request.user.pk != learner.pk:
        return HttpResponse(status=403)
    if block not in {b.id for b in page.body}:
        return HttpResponse(status=400)
    attempts.remember_place(learner, page.course_page.course, page.key, block)
    return HttpResponse(status=204)


@require_safe
@policy("signed_in")
def receipt(request: HttpRequest, page_id: int) -> HttpResponse:
    """What the server has stored of a completed course."""
    page = _page(CoursePage, page_id)
    mine = Completion.objects.filter(learner=signed_in(request), version__course=page.course, known_to=None)
    completion = mine.select_related("version").order_by("-completed_on").first()
    context: dict[str, Any] = {
        "page": page,
        "course_page": page,
        "learner": request.user,
        "progress": PlayerPort().progress(signed_in(request), [page.course])[page.course_id],
    }
    if completion:
        context |= {
            "completed_on": completion.completed_on,
            "valid_until": completion.valid_until,
            "version": completion.version,
            "reference": completion.statement_id,
        }
    return render(request, "courses/receipt.html", context, status=200 if completion else 404)


def _completed(page: CoursePage, request: HttpRequest) -> HttpResponse:
    return redirect("receipt", page_id=page.pk)


def _kept(request: HttpRequest, address: str) -> HttpResponse:
    """The answer is kept for its giver; whoever is at the screen now is told no more than that."""
    if request.user.is_authenticated:
        messages.error(
            request, _("The answer was given by somebody who was signed in before you. It is kept for that person.")
        )
        return _go(request, address)
    messages.info(
        request, _("You had been signed out. Your answer is kept: sign in, and you find it where you left it.")
    )
    return _go(request, redirect_to_login(address)["Location"])


def _signed_out(request: HttpRequest, address: str) -> HttpResponse:
    if request.user.is_authenticated:
        messages.error(
            request, _("That page belonged to somebody who was signed in before you. Nothing was stored for you.")
        )
        return redirect(address)
    messages.info(request, _("You had been signed out. Sign in and press the button once more."))
    return redirect_to_login(address)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


def _tampered(request: HttpRequest) -> HttpResponse:
    said = _(
        "The form was too old or had been changed on the way. Nothing was stored. Open the page anew and answer there."
    )
    context: dict[str, Any] = {"said": said}
    return render(request, "400.html", context, status=400)
