"""The digest may be stopped with one click; what is required still comes."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from learners import mail_choices
from learners.models import Learner
from learners.stopping import Stop, register

from .digest import KIND


def _stop(learner: Learner, about: str, at: dt.datetime) -> None:
    mail_choices.stop(learner, KIND, at)


register(Stop(KIND, _("the weekly mail on what is left"), _stop))
