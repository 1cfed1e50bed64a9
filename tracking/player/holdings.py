"""What the player holds of a person: where they are in their courses, answers and own words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from learners.personal_data import SHORT, UNTIL_ERASED, Holding, older_than_a_year, register, rows

from .models import Answer, Attempt, FreeAnswer, Kept, PartDone, Place, QuizTry, Reflection, Visit

register(
    Holding(
        "attempts",
        _("Courses you have begun"),
        _("to let you go on where you left off"),
        UNTIL_ERASED,
        rows(Attempt, "learner", ("version__course__title", "version__number", "begun_at", "registration", "at_key")),
        frozenset({"player.Attempt.learner"}),
    )
)
register(
    Holding(
        "visits",
        _("When you have been in a course"),
        _("to end a session that was left open"),
        SHORT,
        rows(
            Visit,
            "attempt__learner",
            ("attempt__version__course__title", "language", "begun_at", "seen_at", "ended_at"),
        ),
        prune=older_than_a_year(Visit, "ended_at"),
    )
)
register(
    Holding(
        "parts_done",
        _("Lessons you have gone through"),
        _("to show you how far you have come"),
        UNTIL_ERASED,
        rows(PartDone, "attempt__learner", ("attempt__version__course__title", "key", "done_at")),
    )
)
register(
    Holding(
        "places",
        _("Where in a lesson you were"),
        _("to let you go on at the same place"),
        UNTIL_ERASED,
        rows(Place, "attempt__learner", ("attempt__version__course__title", "key", "block")),
    )
)
register(
    Holding(
        "answers",
        _("Your answers in lessons"),
        _("to show you your own answer again"),
        UNTIL_ERASED,
        rows(Answer, "attempt__learner", ("question_key", "response", "correct", "tries", "answered_at")),
    )
)
register(
    Holding(
        "quiz_tries",
        _("Your attempts at quizzes"),
        _("to say whether you have passed"),
        UNTIL_ERASED,
        rows(QuizTry, "attempt__learner", ("number", "answers", "scaled", "passed", "handed_in_at")),
    )
)
register(
    Holding(
        "reflections",
        _("Your own words in reflections"),
        _("for you alone"),
        UNTIL_ERASED,
        rows(Reflection, "learner", ("question_key", "text", "written_at")),
        frozenset({"player.Reflection.learner"}),
    )
)
register(
    Holding(
        "free_answers",
        _("What you have written for KRUS"),
        _("to make the courses better; editors read it without your name"),
        UNTIL_ERASED,
        rows(FreeAnswer, "learner", ("question_key", "text", "written_at")),
        frozenset({"player.FreeAnswer.learner"}),
    )
)
register(
    Holding(
        "kept",
        _("Answers that came after you were signed out"),
        _("to give them back to you"),
        SHORT,
        rows(Kept, "learner", ("part_key", "question_key", "fields", "kept_at")),
        frozenset({"player.Kept.learner"}),
        prune=older_than_a_year(Kept, "kept_at"),
    )
)
