"""Who works on another store now, how it went, and when it is tried again."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db.models import Q

from .connections import Remote
from .exceptions import LrsError

LEASE = dt.timedelta(minutes=5)  # longer than any one request takes
_FIRST, _LONGEST = 15, 3600  # seconds


class Worker:
    """The right to work on one remote. It is renewed with each thing that is noted, and may be lost to another."""

    def __init__(self, remote: Remote, claim: UUID) -> None:
        self.remote, self.claim = remote, claim

    def note(self, at: dt.datetime, **changes: object) -> bool:
        """Writes what has become of the work, while the right is ours; whether it was."""
        rows = type(self.remote)._default_manager.filter(pk=self.remote.pk, claim=self.claim)
        for name, value in changes.items():
            setattr(self.remote, name, value)
        return bool(rows.update(claimed_until=at + LEASE, **changes))

    def succeeded(self, at: dt.datetime, **changes: object) -> bool:
        return self.note(at, failures=0, next_try=None, last_error="", last_success=at, **changes)

    def failed(self, at: dt.datetime, error: LrsError) -> bool:
        """Backs off: 15 s, doubled with each failure, at most an hour, or as long as the other side asks for."""
        failures = self.remote.failures + 1
        wait = max(min(_LONGEST, _FIRST * 2 ** min(failures - 1, 20)), error.retry_after)
        next_try = at + dt.timedelta(seconds=wait)
        return self.note(at, failures=failures, next_try=next_try, last_error=str(error)[:500])


@contextmanager
def working(remote: Remote, at: dt.datetime) -> Iterator[Worker | None]:
    """The right to work on `remote`, or None where it is not yet time or somebody else has it."""
    rows, claim = type(remote)._default_manager.filter(pk=remote.pk), uuid4()
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    due = Q(next_try=None) | Q(next_try__lte=at)
    if not rows.filter(free & due).update(claim=claim, claimed_until=at + LEASE):
        yield None
        return
    remote.refresh_from_db()
    try:
        yield Worker(remote, claim)
    finally:
        rows.filter(claim=claim).update(claim=None, claimed_until=None)
