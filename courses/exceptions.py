"""What can go wrong with courses, questions and campaigns."""


class CoursesError(Exception):
    """Something about a course could not be done."""


class BadResponse(CoursesError):
    """The answer is empty, or not one that the question allows."""


class NoVersion(CoursesError):
    """The course has no published version to begin on."""


class AlreadyToday(CoursesError):
    """The course has begun a new version today; the next one can begin tomorrow."""


class RegistrationRefused(CoursesError):
    """Somebody cannot be registered, or cannot give up the seat, just now; `reason` is one of gatherings.reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotExempt(CoursesError):
    """An exemption cannot be proposed or decided so; the message is a key: "own", "reason", "end", "there", "over",
    "decided"."""


class TooManyReports(CoursesError):
    """Somebody has reported more errors within an hour than a reader finds."""


class FileRefused(CoursesError):
    """A file is not taken; `reason` is one of work.files.WORDS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WorkRefused(CoursesError):
    """Work cannot be handed in, or assessed, just now; `reason` is one of work.words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyAnswered(CoursesError):
    """Somebody has answered this evaluation before."""
