"""Each reader's own choice about the mail of a new report: whether it comes, and whether the PDF is with it."""

from __future__ import annotations

import datetime as dt

from learners import mail_choices
from learners.models import Learner

from .models import WithPdf

KIND = "report"


def wants_mail(learner: Learner) -> bool:
    return mail_choices.choice(learner, KIND).stopped_at is None


def wants_pdf(learner: Learner) -> bool:
    return WithPdf.objects.filter(learner=learner).exists()


def choose(learner: Learner, mail: bool, pdf: bool, at: dt.datetime) -> None:
    """Store the choice; without one a reader gets the mail, without the PDF."""
    if mail:
        mail_choices.start(learner, KIND)
    else:
        mail_choices.stop(learner, KIND, at)
    if pdf:
        WithPdf.objects.get_or_create(learner=learner)
    else:
        WithPdf.objects.filter(learner=learner).delete()
