"""What can go wrong with courses, questions and campaigns."""


class CoursesError(Exception):
    """Something about a course could not be done."""


class BadResponse(CoursesError):
    """The answer is empty, or not one that the question allows."""


class NoVersion(CoursesError):
    """The course has no published version to begin on."""
