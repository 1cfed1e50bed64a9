"""How lessons and quizzes are served."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from .models.pages import LessonPage, QuizPage
from .ports import learning


def serve_part(page: LessonPage | QuizPage, request: HttpRequest) -> HttpResponse:
    """A lesson or quiz, to somebody who has signed in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    course_page = page.course_page
    opened = learning().open_quiz if isinstance(page, QuizPage) else learning().open_lesson
    context = page.get_context(request) | {
        "course_page": course_page,
        "state": opened(request.user, course_page, page, timezone.now()),
        "progress": learning().progress(request.user, [course_page.course])[course_page.course_id],
        "lessons": course_page.lessons(),
        "quiz": page if isinstance(page, QuizPage) else course_page.quiz(),
    }
    response = TemplateResponse(request, page.template, context)
    response["Cache-Control"] = "private, no-store"
    return response
