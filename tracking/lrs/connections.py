"""Tables of other record stores: to which of them statements are sent on, and from which history is fetched.

Secrets are sealed (`tracking.lrs.sealing`): a database dump alone opens no other store.
"""

from django.db import models

VERSIONS = [("1.0.3", "xAPI 1.0.3"), ("2.0.0", "xAPI 2.0.0")]


class AllowedHost(models.Model):
    """A host that this installation may send to and fetch from; without a row here nothing leaves the house."""

    host = models.CharField(max_length=253, unique=True)  # small letters, without port
    added = models.DateTimeField()

    def __str__(self) -> str:
        return self.host


class Remote(models.Model):
    """Where another record store is, how it is reached, and how the last try went."""

    name = models.CharField(max_length=100, unique=True)
    endpoint = models.URLField(max_length=500)
    version = models.CharField(max_length=10, choices=VERSIONS, default="1.0.3")
    key = models.CharField(max_length=255)
    sealed_secret = models.TextField()
    created = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)  # since the last success
    next_try = models.DateTimeField(null=True)  # null: at once
    last_success = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    # Who works on it now, and until when nobody else may: no two workers send at once.
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class ForwardTarget(Remote):
    """Another record store that gets our statements, in the order of the log. `position` is a cursor of the log.

    Each filter that is not empty must be met by one of its entries.
    """

    enabled = models.BooleanField(default=True)
    position = models.CharField(max_length=60, blank=True)
    verbs = models.JSONField(default=list, blank=True)  # IRIs
    activities = models.JSONField(default=list, blank=True)  # IRIs, anywhere in the statement
    agents = models.JSONField(default=list, blank=True)  # agents as xAPI has them; actor or object
    since = models.DateTimeField(null=True, blank=True)  # stored
    forwarded = models.PositiveBigIntegerField(default=0)


class DeadLetter(models.Model):
    """A statement that the target refused for what it says; it is tried again ever more seldom, then only by hand."""

    target = models.ForeignKey(ForwardTarget, on_delete=models.CASCADE, related_name="dead_letters")
    statement_id = models.UUIDField()
    status = models.PositiveSmallIntegerField()
    sentence = models.CharField(max_length=500)
    tries = models.PositiveSmallIntegerField(default=1)
    first_tried = models.DateTimeField()
    last_tried = models.DateTimeField()
    next_try = models.DateTimeField(null=True)  # null: only by hand

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "statement_id"], name="lrs_dead_letter_once")]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.status}"


class HistoryImport(Remote):
    """Another record store's history on its way into ours, page by page from the oldest on."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    since = models.DateTimeField(null=True)  # when the newest that was fetched was stored there
    more = models.TextField(blank=True)  # the next page's address; it may run out, then `since` counts
    fetched = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveBigIntegerField(default=0)  # of them, those that were not here
    refused = models.PositiveBigIntegerField(default=0)
    finished = models.DateTimeField(null=True)


class ImportRefusal(models.Model):
    """A statement of another store that could not be stored here, and why."""

    run = models.ForeignKey(HistoryImport, on_delete=models.CASCADE, related_name="refusals")
    statement_id = models.CharField(max_length=100)
    sentence = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "statement_id"], name="lrs_import_refusal_once")]

    def __str__(self) -> str:
        return self.statement_id
