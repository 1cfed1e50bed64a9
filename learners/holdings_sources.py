"""What deliveries, directories and merged records hold of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .models import (
    ChangeByHand,
    DirectoryMember,
    DirectoryPerson,
    FormerNumber,
    ImportRun,
    Learner,
    MergedRecord,
    PendingImport,
)
from .personal_data import SHORT, UNTIL_ERASED, WHILE_EMPLOYED, Holding, register, rows


def _merges(learner: Learner) -> Iterable[dict[str, Any]]:
    mine = MergedRecord.objects.filter(Q(kept=learner) | Q(gone=learner) | Q(by=learner))
    return [{"at": one.at, "undone_at": one.undone_at} for one in mine.order_by("pk")]


def _forget_merges(learner: Learner) -> None:
    """That two records are one is forgotten with both of them; see `erasing.erase`."""
    MergedRecord.objects.filter(Q(kept=learner) | Q(gone=learner)).delete()


def _forget_files(at: dt.datetime) -> int:
    """A file that nobody went on with: it is full of names."""
    return PendingImport.objects.filter(created_at__lt=at - dt.timedelta(days=1)).delete()[0]


register(
    Holding(
        "former_numbers",
        _("HR numbers that you have had"),
        _("to know you again"),
        UNTIL_ERASED,
        rows(FormerNumber, "learner", ("hr_number", "until")),
        frozenset({"learners.FormerNumber.learner"}),
    )
)
register(
    Holding(
        "merges",
        _("Records of you that were made one"),
        _("to be able to undo it"),
        UNTIL_ERASED,
        _merges,
        frozenset({"learners.MergedRecord.kept", "learners.MergedRecord.gone", "learners.MergedRecord.by"}),
        erase=_forget_merges,
    )
)
register(
    Holding(
        "directory",
        _("What the directory calls you"),
        _("to know you when the directory tells of you"),
        WHILE_EMPLOYED,
        rows(DirectoryPerson, "learner", ("user_name", "external_id", "said", "employs", "changed_at", "deleted_at")),
        frozenset({"learners.DirectoryPerson.learner"}),
        erase=lambda learner: DirectoryPerson.objects.filter(learner=learner).delete(),
    )
)
register(
    Holding(
        "directory_groups",
        _("Groups of the directory that you are in"),
        _("to give you the roles that go with them"),
        WHILE_EMPLOYED,
        rows(DirectoryMember, "learner", ("group__display_name",)),
        frozenset({"learners.DirectoryMember.learner"}),
    )
)
register(
    Holding(
        "imports",
        _("Files with people data that you have imported"),
        _("to know where people data came from"),
        WHILE_EMPLOYED,
        rows(ImportRun, "by", ("file_name", "finished_at", "succeeded")),
        frozenset({"learners.ImportRun.by"}),
    )
)
register(
    Holding(
        "pending_imports",
        _("Files with people data that you have looked at and not yet imported"),
        _("to import what you have seen"),
        SHORT,
        rows(PendingImport, "by", ("file_name", "created_at")),
        frozenset({"learners.PendingImport.by"}),
        prune=_forget_files,
    )
)
register(
    Holding(
        "changes_by_hand",
        _("Changes of your employment, positions and leave that were made by hand"),
        _("to know who made them, and why"),
        WHILE_EMPLOYED,
        rows(ChangeByHand, "learner", ("at", "why", "by__given_name", "by__family_name")),
        frozenset({"learners.ChangeByHand.learner"}),
    )
)
register(
    Holding(
        "changes_made",
        _("Changes of others' employment, positions and leave that you have made"),
        _("to know who made them, and why"),
        WHILE_EMPLOYED,
        rows(ChangeByHand, "by", ("at", "why")),
        frozenset({"learners.ChangeByHand.by"}),
    )
)
