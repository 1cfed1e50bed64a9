"""The link between a person and the name that statements know them by."""

import uuid

from django.conf import settings
from django.db import models


class Actor(models.Model):
    """An xAPI account name of a learner. Merged records have several; erasing a person removes the row."""

    name = models.UUIDField(primary_key=True, default=uuid.uuid4)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="actors")
