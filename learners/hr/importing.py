"""The import's page: a file, what it would change, and then the import. The file waits in the database in between."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from ..importing import columns, mending, running, telling
from ..importing.faults import FileRefused
from ..importing.reading import MOST_BYTES, read
from ..models import ImportMapping, ImportRun, Learner, PendingImport
from ..policy import signed_in
from .pages import hr_page, seen, show

KEPT = dt.timedelta(days=1)


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File (CSV UTF-8 or XLSX)"))
    full = forms.TypedChoiceField(
        label=gettext_lazy("What the file is"),
        choices=[
            ("", gettext_lazy("Changes: those who are not in it stay as they are")),
            ("1", gettext_lazy("The full picture: those who are not in it have left")),
        ],
        coerce=bool,
        required=False,
        empty_value="",
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=gettext_lazy("Changes without a date hold from"), initial=timezone.localdate, widget=AdminDateInput
    )
    most_gone = forms.FloatField(
        localize=True,
        label=gettext_lazy("Stop where more of those employed would disappear than (per cent)"),
        min_value=0,
        max_value=100,
        initial=running.MOST_GONE,
    )
    mapping = forms.ModelChoiceField(
        label=gettext_lazy("Choice of columns"),
        queryset=ImportMapping.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("By the columns' names"),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than %(mb)s MB.") % {"mb": MOST_BYTES // 1024 // 1024})
        return file


@hr_page
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; the last imports."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        pending = _keep(form, signed_in(request))
        return redirect("people_import_preview", pending.pk)
    runs = ImportRun.objects.select_related("by").order_by("-finished_at")[:20]
    return show(request, "import", {"form": form, "runs": runs})


@transaction.atomic
def _keep(form: FileForm, by: Learner) -> PendingImport:
    now, said = timezone.now(), form.cleaned_data
    PendingImport.objects.filter(created_at__lt=now - KEPT).delete()
    PendingImport.objects.filter(by=by).delete()
    choices = {
        "full": bool(said["full"]),
        "on": said["on"].isoformat(),
        "most_gone": said["most_gone"],
        "mapping": said["mapping"].columns if said["mapping"] else {},
    }
    return PendingImport.objects.create(
        by=by, file_name=said["file"].name[:200], content=said["file"].read(), choices=choices, created_at=now
    )


def order_of(pending: PendingImport, dry_run: bool) -> running.Order:
    said = pending.choices
    return running.Order(
        dt.date.fromisoformat(said["on"]), said["full"], said["most_gone"], said["mapping"], dry_run=dry_run
    )


class MappingForm(forms.Form):
    """What each of the file's columns is."""

    name = forms.CharField(label=gettext_lazy("Save this choice of columns as"), max_length=80, required=False)

    def __init__(self, *args: Any, header: list[str], found: columns.Columns | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header = header
        fields = [(field, str(name)) for field, name in columns.NAMES.items()]
        read_as = {place: field for field, (place, _text) in found.places.items()} if found else {}
        for place, text in enumerate(header):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=text or "–",
                choices=[(columns.IGNORED, _("is not read")), *sorted(fields, key=lambda pair: pair[1])],
                initial=read_as.get(place, columns.IGNORED),
            )

    def mapping(self) -> dict[str, str]:
        said = self.cleaned_data
        return {text: said[f"column_{place}"] for place, text in enumerate(self.header) if text}


@hr_page
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """What the file would change; then: import it, choose its columns, or leave it."""
    pending = PendingImport.objects.filter(pk=key, by=signed_in(request)).first()
    if pending is None:
        messages.warning(request, _("The file is no longer here. Choose it again."))
        return redirect("people_import")
    if request.method == "POST" and "cancel" in request.POST:
        pending.delete()
        return redirect("people_import")
    if request.method == "POST" and "columns" in request.POST:
        return _choose_columns(request, pending)
    if request.method == "POST":
        return _import(request, pending)
    try:
        report = running.run(bytes(pending.content), order_of(pending, dry_run=True), timezone.now())
    except FileRefused as reason:
        return show(request, "import_refused", {"reason": reason, "pending": pending, "form": _mapping_form(pending)})
    return _show_report(request, pending, report)


def _mapping_form(pending: PendingImport, data: Any = None) -> MappingForm | None:
    """None where the file has no columns."""
    try:
        header = read(bytes(pending.content)).header
    except FileRefused:
        return None
    try:
        found = columns.match(header, pending.choices["mapping"])
    except FileRefused:
        found = None
    return MappingForm(data, header=header, found=found)


def _choose_columns(request: HttpRequest, pending: PendingImport) -> HttpResponse:
    form = _mapping_form(pending, request.POST)
    if form is not None and form.is_valid():
        pending.choices["mapping"] = form.mapping()
        pending.save(update_fields=["choices"])
        if form.cleaned_data["name"]:
            ImportMapping.objects.update_or_create(name=form.cleaned_data["name"], defaults={"columns": form.mapping()})
    return redirect("people_import_preview", pending.pk)


def _show_report(request: HttpRequest, pending: PendingImport, report: running.Report) -> HttpResponse:
    ids = [example.learner_id for example in report.examples if example.learner_id]
    seen(request, Learner.objects.filter(pk__in=ids), "import")
    examples = [(one, [running.EXAMPLES[what] for what in one.what]) for one in report.examples]
    context = {
        "pending": pending,
        "report": report,
        "headline": telling.headline(report),
        "details": telling.details(report),
        "why_not": "" if report.succeeded else telling.why_not(report),
        "faults": report.faults[:200],
        "examples": examples,
        "form": _mapping_form(pending),
    }
    return show(request, "import_preview", context)


def _import(request: HttpRequest, pending: PendingImport) -> HttpResponse:
    report = running.run(
        bytes(pending.content), order_of(pending, dry_run=False), timezone.now(),
        file_name=pending.file_name, by=signed_in(request), source="admin",
    )  # fmt: skip
    if not report.succeeded:  # something has changed since the preview
        return _show_report(request, pending, report)
    pending.delete()
    messages.success(request, telling.headline(report))
    return redirect("people_import")


@hr_page
def bad_rows(request: HttpRequest, key: str) -> HttpResponse:
    """The bad rows as a spreadsheet to be mended."""
    pending = PendingImport.objects.filter(pk=key, by=signed_in(request)).first()
    if pending is None:
        return redirect("people_import")
    report = running.run(bytes(pending.content), order_of(pending, dry_run=True), timezone.now())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"{_('to be mended')}.xlsx".replace(" ", "-")
    return HttpResponse(
        mending.as_xlsx(report), content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
