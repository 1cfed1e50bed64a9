"""What can go wrong when a leader follows up; each message is a sentence for the one who asked."""

from ..exceptions import TrackingError


class FollowupError(TrackingError):
    """Something a leader or an employee asked for could not be done; nothing was changed."""


class NotInTeam(FollowupError):
    """Somebody is named who is not in the leader's own team."""

    field = "til"


class BadTime(FollowupError):
    """A stretch of time cannot be set aside as it was written; `field`: what of it is wrong."""

    def __init__(self, said: str, field: str = "day") -> None:
        super().__init__(said)
        self.field = field


class AlreadyOpen(FollowupError):
    """The person has said so already, and waits for the answer."""


class NotYours(FollowupError):
    """The dispute is somebody else's to answer, or is answered."""
