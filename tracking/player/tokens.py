"""A form's token says whose form it is and of which part, signed; it outlives the session, so an answer does too."""

from __future__ import annotations

from django.core import signing

from learners.models import Learner

from ..exceptions import ForeignForm

SALT = "fagbenk.player.form"
MAX_AGE = 7 * 24 * 3600  # seconds


def make(learner: Learner, part_key: str) -> str:
    return signing.dumps([str(learner.opaque_id), part_key], salt=SALT)


def read(token: str, part_key: str, sender: object = None) -> Learner:
    """The learner whom the form of `part_key` was shown to; in most cases the `sender`, who is signed in.

    Raises ForeignForm where the token is not ours or too old.
    """
    try:
        opaque_id, key = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ForeignForm("The form's token is not valid.") from error
    if isinstance(sender, Learner) and sender.is_active and str(sender.opaque_id) == opaque_id:
        learner: Learner | None = sender
    else:
        learner = Learner.objects.filter(opaque_id=opaque_id, is_active=True).first()
    if key != part_key or learner is None:
        raise ForeignForm("The form belongs to something else.")
    return learner
