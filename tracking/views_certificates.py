"""The own certificates, and the address where anybody verifies one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from learners.models import Learner
from learners.policy import may_decide_campaigns, policy, signed_in

from .certificates import paper, proof
from .certificates.models import Certificate, PriorLearning


@require_safe
@policy("signed_in")
def certificates(request: HttpRequest) -> HttpResponse:
    """What the reader has earned, to be fetched; looking makes nothing."""
    found = proof.earned(signed_in(request))
    made = Certificate.objects.filter(statement_id__in=[one.statement_id for one in found])
    revoked = set(made.exclude(revoked_at=None).values_list("statement_id", flat=True))
    rows = [{"earned": one, "revoked": one.statement_id in revoked} for one in found]
    elsewhere = PriorLearning.objects.filter(learner=signed_in(request), taken_back_at=None).select_related("course")
    context = {"rows": rows, "count": len(found) - len(revoked), "elsewhere": elsewhere}
    return render(request, "tracking/certificates.html", context)


@require_safe
@policy("signed_in")
def certificate_pdf(request: HttpRequest, statement: UUID) -> HttpResponse:
    """One of the reader's own; nobody else's can be asked for."""
    learner, at = signed_in(request), timezone.now()
    one = next((one for one in proof.earned(learner) if one.statement_id == statement), None)
    if one is None:
        raise Http404("Not the reader's, or not standing.")
    found = proof.certificate(learner, one, at)
    if found.revoked_at:
        raise Http404("Taken back.")
    return _pdf(learner, [found], f"kursbevis-{found.completed_on}.pdf")


@require_safe
@policy("signed_in")
def all_pdf(request: HttpRequest) -> HttpResponse:
    """All of the reader's as one PDF, a page each."""
    learner = signed_in(request)
    found = _all(learner)
    if not found:
        raise Http404("Nothing earned yet.")
    return _pdf(learner, found, "kursbevis.pdf")


@require_safe
@policy("signed_in")
def all_json(request: HttpRequest) -> HttpResponse:
    learner = signed_in(request)
    content = paper.as_json(learner, _all(learner), learner.language)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="kursbevis.json"'
    response["Cache-Control"] = "private, no-store"
    return response


def _all(learner: Learner) -> list[Certificate]:
    at = timezone.now()
    made = [proof.certificate(learner, one, at) for one in proof.earned(learner)]
    return [one for one in made if one.revoked_at is None]


def _pdf(learner: Learner, found: list[Certificate], name: str) -> HttpResponse:
    with translation.override(learner.language):
        content = paper.pdf(learner, found)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


# --- Verifying ------------------------------------------------------------------------------------------------------
@require_safe
@policy("public")
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a certificate is genuine, and no more of its owner than what stands on it."""
    verdict = proof.verify(code, timezone.localdate())
    context: dict[str, object] = {"verdict": verdict}
    if verdict:
        language = translation.get_language() or "nb"
        context |= {
            "text": verdict.certificate.text_in(language),
            "facts": paper.facts(verdict.certificate),
            "issuer": paper.issuer(),
            "may_revoke": request.user.is_authenticated and may_decide_campaigns(request.user, timezone.localdate()),
            "reasons": Certificate.Reason.choices,
        }
    response = render(request, "tracking/verify.html", context, status=200 if verdict else 404)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@policy("teacher")
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """A course administrator takes a certificate back."""
    if not may_decide_campaigns(request.user, timezone.localdate()):
        raise PermissionDenied("Keeps no records.")
    found = get_object_or_404(Certificate, code=code)
    try:
        proof.revoke(found, signed_in(request), request.POST.get("reason", ""), timezone.now())
    except ValueError:
        messages.error(request, _("Choose a reason first. Nothing is changed."))
    else:
        messages.success(request, _("The certificate is revoked. The completion itself is not changed by it."))
    return redirect("verify", code=code)
