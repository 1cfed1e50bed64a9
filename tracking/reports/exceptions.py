"""What can go wrong with weekly reports; each message is a sentence for the one who asked."""

from ..exceptions import TrackingError


class ReportError(TrackingError):
    """A weekly report could not be made or found."""


class BadWeek(ReportError):
    """What was asked for is no ISO week."""


class NoReport(ReportError):
    """There is no report for that week: it lies ahead, or nothing was measured then."""


class NotSent(ReportError):
    """A report of an unfinished week is not sent."""


class FiguresDisagree(ReportError):
    """The lists behind the figures do not add up to the figures; nothing was stored."""
