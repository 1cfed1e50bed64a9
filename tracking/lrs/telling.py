"""Tables of what the record store tells of its own work: what it refused, and how much came in."""

from django.db import models


class Refusal(models.Model):
    """One kind of complaint about what came with a key on one day. Without what the content said: no personal data."""

    key = models.CharField(max_length=64)  # a credential's, or "launch" for all launches
    day = models.DateField(db_index=True)
    status = models.PositiveSmallIntegerField()
    sentence = models.CharField(max_length=300)  # empty: more kinds than are kept
    times = models.PositiveIntegerField(default=0)  # at least so often
    last = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day", "sentence"], name="lrs_refusal_once_a_day")]

    def __str__(self) -> str:
        return self.sentence


class Volume(models.Model):
    """How many statements came in an hour, by who vouches for them. Counted from the log; kept when that is pruned."""

    hour = models.DateTimeField()
    authority_key = models.UUIDField(null=True)
    statements = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "authority_key"], name="lrs_volume_once_an_hour")]

    def __str__(self) -> str:
        return f"{self.hour}: {self.statements}"
