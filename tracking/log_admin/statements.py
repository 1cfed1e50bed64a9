"""The statement browser: a list that is filtered, and one statement as a sentence and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learners import looks
from learners.models import Learner
from learners.policy import admin_role

from ..identities import people
from ..lrs import moments, query
from .base import LogPage, may_see_names
from .browsing import FilterForm, Found, Place, find
from .sentences import sentence


class _Names:
    """What actors are called for the one who reads; a name that is shown is a look that is recorded."""

    def __init__(self, viewer: Any, payloads: list[str]) -> None:
        self.accounts = {name for payload in payloads for name in [_account(msgspec.json.decode(payload))] if name}
        self.known: dict[str, Learner] = {}
        if may_see_names(viewer):
            ids = people.learners_by_name(self.accounts)
            by_id = Learner.objects.in_bulk(set(ids.values()))
            self.known = {name: by_id[pk] for name, pk in ids.items() if pk in by_id}
            at = timezone.now()
            looks.record(viewer, self.known.values(), "log", admin_role(viewer, timezone.localdate()), at)

    def of(self, said: dict[str, Any]) -> str:
        name = _account(said)
        if name in self.known:
            return str(self.known[name])
        return _("An employee") if name else _("Somebody outside")


def _account(said: dict[str, Any]) -> str:
    account = said["actor"].get("account", {})
    return str(account.get("name", "")) if account.get("homePage") == settings.XAPI_BASE else ""


class StatementList(LogPage):
    tab = "statements"
    template_name = "tracking/log/statements.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        names = may_see_names(self.request.user)
        form = FilterForm(self.request.GET, names=names)
        found, after = find(form.cleaned_data, self._before()) if form.is_valid() else ([], None)
        next_page = self.request.GET.copy()
        if after:
            next_page["before"] = f"{moments.text(after[0])},{after[1]}"
        return super().get_context_data(
            form=form, lines=self._lines(found), next=next_page.urlencode() if after else "", names=names, **more
        )

    def _lines(self, found: list[Found]) -> list[dict[str, Any]]:
        names = _Names(self.request.user, [one.payload for one in found])
        told = [(one, msgspec.json.decode(one.payload)) for one in found]
        return [{"found": one, "sentence": sentence(said, names.of(said))} for one, said in told]

    def _before(self) -> Place | None:
        moment, _comma, position = self.request.GET.get("before", "").partition(",")
        try:
            return (moments.parse(moment), int(position)) if moment else None
        except ValueError as error:
            raise Http404("No such place.") from error


class OneStatement(LogPage):
    tab = "statements"
    template_name = "tracking/log/statement.html"
    page_title = gettext_lazy("One statement")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        row = query.get(UUID(str(self.kwargs["statement_id"])))
        if row is None:
            raise Http404("No such statement.")
        said = row.statement
        names = _Names(self.request.user, [row.payload])
        whole = json.dumps(said, ensure_ascii=False, indent=2)
        late = row.stored - row.timestamp > dt.timedelta(minutes=1)
        return super().get_context_data(row=row, sentence=sentence(said, names.of(said)), json=whole, late=late, **more)
