"""How lessons and quizzes are served."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve

from cms import media
from learners.policy import policy

from .models.pages import LessonPage, QuizPage
from .ports import CourseProgress, LessonState, QuizState, learning
from .way import parts_of


@policy("public")
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """A document as Wagtail serves it (its collection says who may have it); films and sound in the parts asked for."""
    whole = serve(request, document_id, document_filename)
    if whole.status_code not in (200, 304) or request.method not in ("GET", "HEAD"):
        return whole
    found = get_document_model().objects.select_related("collection").get(pk=document_id)
    asked = request.headers.get("Range", "") if request.method == "GET" else ""  # RFC 9110: for no other method
    given = (media.in_parts(found, asked) if whole.status_code == 200 else None) or whole
    if found.collection.get_view_restrictions().exists():
        given["Cache-Control"] = "private, no-store"  # the next one at the PC may not be one of those
    return given


def serve_part(page: LessonPage | QuizPage, request: HttpRequest) -> HttpResponse:
    """A lesson or quiz, to somebody who has signed in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    course_page = page.course_page
    if not course_page.live:
        raise Http404("The course is not published.")
    is_quiz = isinstance(page, QuizPage)
    opened = (learning().open_quiz if is_quiz else learning().open_lesson)(
        request.user, course_page, page, timezone.now()
    )
    lessons, quiz = parts_of(course_page)
    context = opened.page.get_context(request) | {
        "course_page": course_page,
        "state": opened.state,
        "progress": opened.progress,
        "lessons": lessons,
        "quiz": opened.page if is_quiz else quiz,
    }
    return TemplateResponse(request, opened.page.template, context)


def preview_part(page: LessonPage | QuizPage, request: HttpRequest) -> HttpResponse:
    """A lesson or quiz as its editor is about to publish it. Nobody learns by it: nothing is begun, told or stored."""
    page.pk = page.pk or 0  # one that is not saved yet; its forms lead nowhere
    course_page = page.course_page
    is_quiz = isinstance(page, QuizPage)
    others = [lesson for lesson in course_page.lessons() if lesson.pk != page.pk]
    lessons = others if is_quiz else sorted([*others, page], key=lambda lesson: lesson.path)
    state = QuizState("", "") if is_quiz else LessonState("", "")
    context = page.get_context(request) | {
        "course_page": course_page,
        "state": state,
        "progress": CourseProgress(lessons_total=len(lessons)),
        "lessons": lessons,
        "quiz": page if is_quiz else course_page.quiz(),
    }
    return TemplateResponse(request, page.template, context)
