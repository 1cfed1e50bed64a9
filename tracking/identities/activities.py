"""Course <-> activity IRI. The IRIs' base is fixed at installation and says nothing of the web address."""

from __future__ import annotations

from django.conf import settings


def course_iri(code: str) -> str:
    return f"{settings.XAPI_BASE}/activities/course/{code}"


def version_iri(code: str, number: int) -> str:
    return f"{course_iri(code)}/version/{number}"


def part_iri(code: str, key: str) -> str:
    """A lesson or the closing quiz, by its page's translation key."""
    return f"{course_iri(code)}/part/{key}"


def question_iri(code: str, part_key: str, question_key: str) -> str:
    return f"{part_iri(code, part_key)}/question/{question_key}"


def version_number(iri: str, code: str) -> int | None:
    """The version that a version IRI of the course names, or None where it is not one."""
    head, _, tail = iri.rpartition("/version/")
    return int(tail) if head == course_iri(code) and tail.isdigit() and len(tail) < 5 else None


def elearning_iri(code: str) -> str:
    """The e-learning of a course that needs a gathering too."""
    return f"{course_iri(code)}/e-learning"


def is_elearning(iri: str) -> bool:
    return iri.startswith(f"{settings.XAPI_BASE}/activities/course/") and iri.endswith("/e-learning")


def course_of_elearning(iri: str) -> str:
    """The code of the course that an e-learning's IRI names."""
    return iri.removesuffix("/e-learning").rpartition("/")[2]


def gathering_iri(slug: str) -> str:
    return f"{settings.XAPI_BASE}/activities/gathering/{slug}"


def session_iri(slug: str, uid: str) -> str:
    """One session of a gathering, by its calendar's UID."""
    return f"{gathering_iri(slug)}/session/{uid}"


def programme_iri(slug: str) -> str:
    return f"{settings.XAPI_BASE}/activities/programme/{slug}"


def programme_part_iri(slug: str, key: str) -> str:
    """A part of a programme that is neither course nor gathering: work handed in, practice."""
    return f"{programme_iri(slug)}/part/{key}"


def is_achievement(iri: str) -> bool:
    """Whether what is completed under this IRI is an achievement (tracking.completions), not a course."""
    base = f"{settings.XAPI_BASE}/activities/"
    if iri.startswith((f"{base}gathering/", f"{base}programme/")):
        return "/session/" not in iri
    return is_elearning(iri)
