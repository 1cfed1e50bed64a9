"""The link between a person and the name that statements know them by."""

import uuid

from django.conf import settings
from django.db import models


class Actor(models.Model):
    """An xAPI account name of a learner. Merged records have several; erasing a person removes the row."""

    name = models.UUIDField(primary_key=True, default=uuid.uuid4)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="actors")
    linked_at = models.DateTimeField(null=True)  # when it came to this learner by a merge; None: it was theirs at once


class FormerLink(models.Model):
    """Whose name it was before records were merged or parted: figures of that time rest on it."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="former")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_actors")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()
