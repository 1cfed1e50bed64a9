"""What can go wrong in tracking."""

import datetime as dt


class TrackingError(Exception):
    """Something about what happened could not be told or stored."""


class UnknownCampaign(TrackingError):
    """There is no such campaign for the one who asks."""


class SignInNeeded(TrackingError):
    """The campaign is for signed-in people, and nobody has signed in."""


class BadQuery(TrackingError):
    """A figure was asked for with a parameter that cannot be honoured; the message says which."""


class StaleForm(TrackingError):
    """The form was shown before something that has since been stored."""


class ForeignForm(TrackingError):
    """The form was shown to somebody else, or was tampered with."""


class NotAllowedNow(TrackingError):
    """The deed is not open to the learner now; the message says why."""


class TooEarly(NotAllowedNow):
    """The next attempt has to wait; `until` is when it may come (aware UTC)."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(f"The next attempt may come from {until.isoformat()}.")
        self.until = until
