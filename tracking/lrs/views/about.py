"""/xapi/about: which versions are served; needs neither version nor key (1.0.3 Communication 2.8, 2.0.0 4.1.6.7)."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from ..exceptions import NotFoundError
from ..parameters import once
from .exchange import VERSION_HEADER, VERSIONS, answering


def _about(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    once(request.GET, set())
    response = JsonResponse({"version": list(VERSIONS)})
    if VERSION_HEADER not in request.headers:
        response[VERSION_HEADER] = VERSIONS[-1]
    return response


about = answering(_about)


def _nothing(request: HttpRequest) -> HttpResponse:
    raise NotFoundError("There is no such resource here (xAPI 1.0.3 Communication 2.0, 2.0.0 4.1.6).")


nothing = answering(_nothing)
