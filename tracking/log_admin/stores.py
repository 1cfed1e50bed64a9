"""Other record stores in the admin: where statements are sent on to, and from where a history is fetched."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..lrs import connecting, egress, forwarding, importing
from ..lrs.connections import VERSIONS, AllowedHost, ForwardTarget, HistoryImport
from ..lrs.exceptions import EgressRefusedError, LrsError
from ..lrs.tasks import forward_to, import_from
from .base import LogPage, address
from .lines import AgentLines, IriLines

SHOWN = 100  # dead letters and refusals on a page


class RemoteForm(forms.Form):
    """How another store is reached."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    endpoint = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Such as https://lrs.example.org/xapi/. Its host must be among the allowed ones."),
    )
    version = forms.ChoiceField(label=gettext_lazy("Version"), choices=VERSIONS)
    key = forms.CharField(label=gettext_lazy("Key"), max_length=255)
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept sealed and never shown."),
    )

    def clean_endpoint(self) -> str:
        endpoint = self.cleaned_data["endpoint"].strip()
        try:
            egress.check_name(endpoint)
        except EgressRefusedError as error:
            whole = _("Write the whole address, such as https://lrs.example.org/xapi/.")
            allow = _("This host is not among the allowed ones. Allow it first.")
            said = allow if urlsplit(endpoint).scheme in ("http", "https") else whole
            raise forms.ValidationError(said) from error
        return endpoint


class TargetForm(RemoteForm):
    """Beside that: what it gets."""

    verbs = IriLines(label=gettext_lazy("Only these verbs"), required=False)
    activities = IriLines(label=gettext_lazy("Only about these activities, or within them"), required=False)
    agents = AgentLines(label=gettext_lazy("Only about these people"), required=False)
    since = forms.DateTimeField(
        label=gettext_lazy("Only what was stored from this moment on"),
        required=False,
        help_text=gettext_lazy("Such as 24.12.2026 14:30."),
        input_formats=["%d.%m.%Y %H:%M", "%d.%m.%Y"],
    )
    enabled = forms.BooleanField(label=gettext_lazy("Send"), required=False, initial=True)


class NewTargetForm(TargetForm):
    from_beginning = forms.BooleanField(label=gettext_lazy("Also what is stored already"), required=False, initial=True)


class EditTargetForm(TargetForm):
    """The secret is asked for again only where the host is another one: it would be sent there."""

    def __init__(self, *args: Any, target: ForwardTarget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.fields["secret"].required = False
        self.fields["secret"].help_text = _("Empty: the one that is kept.")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        elsewhere = urlsplit(said.get("endpoint", "")).netloc != urlsplit(self.target.endpoint).netloc
        if elsewhere and not said.get("secret"):
            self.add_error("secret", _("For another host the secret must be entered again."))
        return said


class TargetList(LogPage):
    tab = "targets"
    template_name = "tracking/log/targets.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        targets = ForwardTarget.objects.order_by("name")
        found = [{"target": one, "dead": one.dead_letters.count()} for one in targets]
        return super().get_context_data(targets=found, hosts=AllowedHost.objects.order_by("host"), **more)


class _FormPage(LogPage):
    """A form that makes something or says why not."""

    template_name = "tracking/log/form.html"
    button = gettext_lazy("Save")

    def make_form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def save(self, said: dict[str, Any]) -> str:
        """Returns the sentence that tells of it."""
        raise NotImplementedError

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        more.setdefault("form", self.make_form())
        return super().get_context_data(back=address(self.tab), button=self.button, **more)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if form.is_valid():
            try:
                messages.success(request, self.save(form.cleaned_data))
                return redirect(address(self.tab))
            except LrsError:
                form.add_error("name", _("There is one with this name already."))
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NewTarget(_FormPage):
    tab = "targets"
    page_title = gettext_lazy("New target")

    def make_form(self, data: Any = None) -> forms.Form:
        return NewTargetForm(data)

    def save(self, said: dict[str, Any]) -> str:
        connecting.add_target(at=timezone.now(), **said)
        return _("“%(name)s” gets statements within a minute.") % said


class EditTarget(_FormPage):
    tab = "targets"
    page_title = gettext_lazy("Change the target")

    def make_form(self, data: Any = None) -> forms.Form:
        target = get_object_or_404(ForwardTarget, pk=self.kwargs["pk"])
        names = ("name", "endpoint", "version", "key", "verbs", "activities", "agents", "since", "enabled")
        return EditTargetForm(data, target=target, initial={name: getattr(target, name) for name in names})

    def save(self, said: dict[str, Any]) -> str:
        connecting.change(get_object_or_404(ForwardTarget, pk=self.kwargs["pk"]), **said)
        return _("“%(name)s” is saved.") % said


class Target(LogPage):
    """One target: how it goes, and what it refused."""

    tab = "targets"
    template_name = "tracking/log/target.html"

    def get_page_title(self) -> str:
        return get_object_or_404(ForwardTarget, pk=self.kwargs["pk"]).name

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        target = get_object_or_404(ForwardTarget, pk=self.kwargs["pk"])
        dead = target.dead_letters.order_by("-last_tried")
        return super().get_context_data(
            target=target, count=dead.count(), dead=dead[:SHOWN], filtered=_filters(target), **more
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tried again at once."""
        target = get_object_or_404(ForwardTarget, pk=pk)
        forwarding.retry_now(target, timezone.now())
        forward_to.delay(target.pk)
        messages.success(request, _("It is being tried again now."))
        return redirect(address("target", pk))


def _filters(target: ForwardTarget) -> bool:
    return bool(target.verbs or target.activities or target.agents or target.since)


class RemoveTarget(LogPage):
    tab = "targets"
    page_title = gettext_lazy("Remove the target")
    template_name = "tracking/log/confirm.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        target = get_object_or_404(ForwardTarget, pk=self.kwargs["pk"])
        said = _("“%(name)s” gets nothing more. What it has got stays there.") % {"name": target.name}
        return super().get_context_data(back=address("targets"), said=said, button=_("Remove"), **more)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        ForwardTarget.objects.filter(pk=pk).delete()
        messages.success(request, _("The target is removed."))
        return redirect(address("targets"))


class Hosts(LogPage):
    """The hosts that may be reached: one is added, or taken off."""

    tab = "targets"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if "remove" in request.POST:
            AllowedHost.objects.filter(host=request.POST["remove"]).delete()
            messages.success(request, _("The host is not reached any more."))
            return redirect(address("targets"))
        try:
            connecting.allow(request.POST.get("host", ""), timezone.now())
            messages.success(request, _("The host may be reached now."))
        except LrsError:
            messages.error(request, _("Nothing is changed: write a host's name alone, such as lrs.example.org."))
        return redirect(address("targets"))


class ImportList(LogPage):
    tab = "imports"
    template_name = "tracking/log/imports.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(imports=HistoryImport.objects.order_by("-created"), **more)


class NewImport(_FormPage):
    tab = "imports"
    page_title = gettext_lazy("Fetch a history")
    button = gettext_lazy("Begin")

    def make_form(self, data: Any = None) -> forms.Form:
        return RemoteForm(data)

    def save(self, said: dict[str, Any]) -> str:
        connecting.add_import(at=timezone.now(), **said)
        return _("“%(name)s” begins within a minute.") % said


class Import(LogPage):
    """One import: how far it is, and what could not be stored."""

    tab = "imports"
    template_name = "tracking/log/import.html"

    def get_page_title(self) -> str:
        return get_object_or_404(HistoryImport, pk=self.kwargs["pk"]).name

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        run = get_object_or_404(HistoryImport, pk=self.kwargs["pk"])
        return super().get_context_data(run=run, refusals=run.refusals.order_by("pk")[:SHOWN], **more)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(HistoryImport, pk=pk)
        if "stop" in request.POST:
            importing.stop(run)
            messages.success(request, _("Stopped. What is stored is stored; it can go on from here."))
        else:
            importing.resume(run)
            import_from.delay(run.pk)
            messages.success(request, _("It goes on now."))
        return redirect(address("import", pk))
