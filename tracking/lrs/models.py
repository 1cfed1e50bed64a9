"""The record store's tables: an append-only log of statements, the links by which they are found, documents, keys.

Nothing is ever updated on the way of a statement in, and no two statements share a row: writers never wait
for each other. Links hold keys made by hashing (tracking.lrs.keys), not foreign keys to rows of agents or activities.
That a statement is voided is read from `Reference`, so it does not matter which of the two arrived first.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class CurrentTransaction(models.Func):
    """The number of the running transaction on PostgreSQL; 0 on SQLite, whose writers come one at a time."""

    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(pg_current_xact_id()::text)::bigint")


class Statement(models.Model):
    """One stored statement; `id` is its position in the log.

    Positions are given out before commit, so a larger one may be visible first: readers that follow the log go by
    (`xact`, `id`), see `tracking.lrs.query.after`.
    """

    statement_id = models.UUIDField(unique=True)
    stored = models.DateTimeField()
    timestamp = models.DateTimeField()
    verb_key = models.UUIDField()
    actor_key = models.UUIDField(null=True)  # null: an anonymous group
    object_key = models.UUIDField(null=True)  # null: a statement reference, a sub-statement, an anonymous group
    authority_key = models.UUIDField(null=True)
    registration = models.UUIDField(null=True)
    # As it came, with what the LRS sets: id, stored, authority, version, timestamp. Canonical rules apply at reading.
    payload = models.TextField()
    xact = models.BigIntegerField(db_default=CurrentTransaction())

    class Meta:
        indexes = [
            # Reader: GET statements without a filter, and consistent-through on SQLite.
            models.Index(fields=["stored", "id"], name="lrs_statement_stored"),
            # Reader: GET statements?verb=
            models.Index(fields=["verb_key", "stored", "id"], name="lrs_statement_verb"),
            # Reader: GET statements?registration=
            models.Index(
                fields=["registration", "stored", "id"],
                name="lrs_statement_registration",
                condition=models.Q(registration__isnull=False),
            ),
            # Reader: query.about (completions), for everybody or for one actor.
            models.Index(fields=["object_key", "verb_key", "actor_key"], name="lrs_statement_about"),
            # Reader: query.after (followers of the log).
            models.Index(fields=["xact", "id"], name="lrs_statement_log"),
        ]

    def __str__(self) -> str:
        return str(self.statement_id)


class AgentUsage(models.IntegerChoices):
    """Where in a statement an agent stands; up to OBJECT, the `agent` filter finds it without `related_agents`."""

    ACTOR = 1
    OBJECT = 2
    AUTHORITY = 11
    INSTRUCTOR = 12
    TEAM = 13
    CONTEXT_AGENT = 14
    CONTEXT_GROUP = 15
    SUB_ACTOR = 21
    SUB_OBJECT = 22
    SUB_INSTRUCTOR = 23
    SUB_TEAM = 24
    SUB_CONTEXT_AGENT = 25
    SUB_CONTEXT_GROUP = 26


class ActivityUsage(models.IntegerChoices):
    """Where in a statement an activity stands; only OBJECT is found without `related_activities`."""

    OBJECT = 1
    PARENT = 11
    GROUPING = 12
    CATEGORY = 13
    OTHER = 14
    SUB_OBJECT = 21
    SUB_PARENT = 22
    SUB_GROUPING = 23
    SUB_CATEGORY = 24
    SUB_OTHER = 25


DIRECT = 2  # the highest usage that counts without related_agents or related_activities


class StatementAgent(models.Model):
    """An agent (or group, or member of one) in a statement, once: under its most direct usage.

    `stored` is the statement's, so that a page of an agent's statements is one stretch of an index.
    """

    # Reader: GET statements?agent=&related_agents=true, and everything that one key has stored.
    pk = models.CompositePrimaryKey("agent", "stored", "statement")
    agent = models.UUIDField()
    stored = models.DateTimeField()
    statement = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="agents"
    )
    usage = models.PositiveSmallIntegerField(choices=AgentUsage.choices)

    class Meta:
        indexes = [
            # Reader: GET statements?agent=
            models.Index(
                fields=["agent", "stored", "statement"], name="lrs_agent_direct", condition=models.Q(usage__lte=DIRECT)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {AgentUsage(self.usage).name}"


class StatementActivity(models.Model):
    """An activity in a statement, once: under its most direct usage. `stored` is the statement's."""

    # Reader: GET statements?activity=&related_activities=true
    pk = models.CompositePrimaryKey("activity", "stored", "statement")
    activity = models.UUIDField()
    stored = models.DateTimeField()
    statement = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="activities"
    )
    usage = models.PositiveSmallIntegerField(choices=ActivityUsage.choices)

    class Meta:
        indexes = [
            # Reader: GET statements?activity=
            models.Index(
                fields=["activity", "stored", "statement"],
                name="lrs_activity_direct",
                condition=models.Q(usage__lte=DIRECT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {ActivityUsage(self.usage).name}"


class ReferenceUsage(models.IntegerChoices):
    """How a statement names another one as its object."""

    OBJECT = 1
    VOIDS = 2
    INDIRECT = 3  # through another statement that refers to it


class Reference(models.Model):
    """A statement whose object is another statement, perhaps one that has not arrived yet; or refers to one that is."""

    # Reader: is this statement voided, and by whom; filters that follow references.
    pk = models.CompositePrimaryKey("target", "stored", "statement")
    target = models.UUIDField()
    stored = models.DateTimeField()
    statement = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="references"
    )
    usage = models.PositiveSmallIntegerField(choices=ReferenceUsage.choices)

    class Meta:
        indexes = [
            # Reader: references.extend, where a chain goes on.
            models.Index(fields=["statement"], name="lrs_reference_statement"),
            # Reader: pages, the references of a page's time.
            models.Index(fields=["stored", "statement"], name="lrs_reference_stored"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {ReferenceUsage(self.usage).name}"


class Attachment(models.Model):
    """The bytes of an attachment that came with its statement."""

    # Reader: GET statements?attachments=true
    pk = models.CompositePrimaryKey("statement_id", "sha2")
    statement_id = models.UUIDField()
    sha2 = models.CharField(max_length=128)  # in small letters
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.statement_id} {self.sha2}"


class Document(models.Model):
    """What a State, an activity profile or an agent profile keeps under an id: any bytes, with their content type.

    Parts of the address that a kind does not have are `tracking.lrs.keys.NOTHING`.
    """

    class Kind(models.IntegerChoices):
        STATE = 1
        ACTIVITY_PROFILE = 2
        AGENT_PROFILE = 3

    key = models.UUIDField(primary_key=True)  # made of the whole address
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    activity = models.UUIDField()
    agent = models.UUIDField()
    registration = models.UUIDField()
    name = models.TextField()  # stateId or profileId
    content = models.BinaryField()
    content_type = models.CharField(max_length=255)
    etag = models.CharField(max_length=40)  # SHA-1 of the content, as 1.0.3 Communication 3.1 has it
    updated = models.DateTimeField()

    class Meta:
        indexes = [
            # Reader: the ids of one activity or agent, and DELETE of its States.
            models.Index(fields=["kind", "activity", "agent", "updated"], name="lrs_document_held"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"


class Scope(models.TextChoices):
    """What a key may do (1.0.3 Communication 4.2); the specification's words."""

    WRITE = "statements/write"
    READ_MINE = "statements/read/mine"
    READ = "statements/read"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    ALL_READ = "all/read"
    ALL = "all"


DEFAULT_SCOPES = (Scope.WRITE, Scope.READ_MINE)


def default_scopes() -> list[str]:
    return [scope.value for scope in DEFAULT_SCOPES]


class Credential(models.Model):
    """A key with which a system reaches /xapi/. The secret is shown once and kept only as a hash.

    SHA-256 is right here: the secret has 256 random bits, so a slow hash would cost time and protect nothing.
    """

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=default_scopes)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)  # written at most every ten minutes
    revoked = models.DateTimeField(null=True, blank=True)
    per_minute = models.PositiveIntegerField(null=True, blank=True)  # requests; null: the installation's limit

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"


class Launch(models.Model):
    """A short-lived token with which one running package reaches /xapi/: one actor, one registration, few activities.

    The secret is kept as a hash only. Rows are removed some days after they have run out.
    """

    key = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=64)
    actor_key = models.UUIDField()
    registration = models.UUIDField()
    activities = models.JSONField()  # IRIs; what lies below them (/, #, ?) counts as theirs
    created = models.DateTimeField()
    expires = models.DateTimeField(db_index=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Reader: launches.end_all, when an attempt is over.
            models.Index(fields=["registration"], name="lrs_launch_registration"),
        ]

    def __str__(self) -> str:
        return self.key


# Tables of other record stores and of our own work; Django looks for models here.
from .connections import AllowedHost, DeadLetter, ForwardTarget, HistoryImport, ImportRefusal  # noqa: E402, F401
from .telling import Refusal, Volume  # noqa: E402, F401
