"""What is said of work that cannot be handed in or assessed just now."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

REFUSED = {
    "long": _("This is more than 60,000 characters, so it is not stored yet. Shorten it, or hand it in as a file."),
    "empty": _("Nothing is handed in yet: write something, or attach a file."),
    "passed": _("This work has passed, so there is nothing more to hand in."),
    "over": _("The date is over, so it is not handed in. Your draft is kept: ask those who teach for more time."),
    "left": _("You are no longer in the class, so nothing more is handed in. What you have done is kept."),
    "ended": _("Your employment has ended, so nothing more is handed in. What you have written is kept."),
    "newer": _("Something newer has been handed in meanwhile, and stands below. What you wrote is kept in the form."),
    "rubric": _("Nothing is stored yet: say something of each criterion."),
    "verdict": _("Nothing is stored yet: say whether it is passed."),
    "day": _("Nothing is stored yet: that is no day from today on."),
}
