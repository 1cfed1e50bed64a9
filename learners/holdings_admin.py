"""What signing in and Wagtail's admin hold of a person: tables of other packages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import Comment, CommentReply, ModelLogEntry, Page, PageLogEntry, PageSubscription, Revision
from wagtail.users.models import UserProfile

from .models import Learner
from .personal_data import UNTIL_ERASED, WHILE_EMPLOYED, Holding, nothing_to_do, register, rows


def _factors(learner: Learner) -> Iterable[dict[str, Any]]:
    """Which second factors there are; not their secrets."""
    mine = Authenticator.objects.filter(user=learner).order_by("pk")
    return [dict(row) for row in mine.values("type", "created_at", "last_used_at")]


def _edited(learner: Learner) -> Iterable[dict[str, Any]]:
    """What the person has changed in the admin, one line a change."""
    pages = PageLogEntry.objects.filter(user=learner).values("action", "label", "timestamp")
    others = ModelLogEntry.objects.filter(user=learner).values("action", "content_type__model", "timestamp")
    comments = Comment.objects.filter(user=learner).values("text", "created_at")
    replies = CommentReply.objects.filter(user=learner).values("text", "created_at")
    revisions = Revision.objects.filter(user=learner).values("object_str", "created_at")
    return [dict(row) for some in (pages, others, comments, replies, revisions) for row in some]


def _forget_settings(learner: Learner) -> None:
    for profile in UserProfile.objects.filter(user=learner):
        if profile.avatar:
            profile.avatar.delete(save=False)
        profile.delete()
    for model in (EditingSession, FormState, PageSubscription):
        model._default_manager.filter(user=learner).delete()


def _forget_comments(learner: Learner) -> None:
    """Comments on pages are free text; that a page was changed stays, without a name."""
    CommentReply.objects.filter(user=learner).delete()
    Comment.objects.filter(user=learner).delete()


def _forget_addresses(learner: Learner) -> None:
    EmailAddress.objects.filter(user=learner).delete()


def _forget_factors(learner: Learner) -> None:
    Authenticator.objects.filter(user=learner).delete()


register(
    Holding(
        "accounts_elsewhere",
        _("Your account with the one who signs you in"),
        _("to know you when you sign in"),
        UNTIL_ERASED,
        rows(SocialAccount, "user", ("provider", "uid", "date_joined", "last_login")),
        frozenset({"socialaccount.SocialAccount.user"}),
    )
)
register(
    Holding(
        "addresses",
        _("Your e-mail address for signing in"),
        _("to send you a link when you have forgotten your password"),
        UNTIL_ERASED,
        rows(EmailAddress, "user", ("email", "verified", "primary")),
        frozenset({"account.EmailAddress.user"}),
        erase=_forget_addresses,
    )
)
register(
    Holding(
        "second_factors",
        _("Your second factor"),
        _("to know that it is you who signs in"),
        UNTIL_ERASED,
        _factors,
        frozenset({"mfa.Authenticator.user"}),
        erase=_forget_factors,
    )
)
register(
    Holding(
        "admin_settings",
        _("Your settings in the admin"),
        _("to show you the admin as you want it"),
        UNTIL_ERASED,
        rows(UserProfile, "user", ("preferred_language", "current_time_zone", "theme", "density")),
        frozenset(
            {
                "wagtailusers.UserProfile.user",
                "wagtailadmin.EditingSession.user",
                "wagtailadmin.FormState.user",
                "wagtailcore.PageSubscription.user",
            }
        ),
        erase=_forget_settings,
    )
)
register(
    Holding(
        "edits",
        _("What you have changed in the admin"),
        _("to know who changed what, and to take it back"),
        WHILE_EMPLOYED,
        _edited,
        frozenset(
            {
                "wagtailcore.PageLogEntry.user",
                "wagtailcore.ModelLogEntry.user",
                "wagtailcore.Comment.user",
                "wagtailcore.Comment.resolved_by",
                "wagtailcore.CommentReply.user",
                "wagtailcore.Revision.user",
            }
        ),
        erase=_forget_comments,
    )
)
register(
    Holding(
        "pages",
        _("Pages, pictures and documents that you have put in"),
        _("to ask the right one about them"),
        WHILE_EMPLOYED,
        rows(Page, "owner", ("title", "first_published_at")),
        frozenset(
            {
                "wagtailcore.Page.owner",
                "wagtailcore.Page.locked_by",
                "wagtailcore.WorkflowState.requested_by",
                "wagtailcore.TaskState.finished_by",
                "wagtailcore.UploadedFile.uploaded_by_user",
                "wagtailimages.Image.uploaded_by_user",
                "wagtaildocs.Document.uploaded_by_user",
            }
        ),
        erase=nothing_to_do,
    )
)
