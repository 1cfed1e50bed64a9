"""What operations remember: who gave a sign of life, and when."""

import datetime as dt

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one part (`worker`)."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


def beat(name: str, at: dt.datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
