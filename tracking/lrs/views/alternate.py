"""The alternate request syntax of 1.0.3 (Communication 1.3): a POST of a form that says which request it stands for.

2.0.0 has it no more: there `method` is a parameter that nobody knows.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict

from ..exceptions import InvalidRequestError
from . import arriving

_SECTION = "xAPI 1.0.3 Communication 1.3"
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
_FORM = "application/x-www-form-urlencoded"
# Fields of the form that stand for headers, and where WSGI has those.
_HEADERS = {
    "Authorization": "HTTP_AUTHORIZATION",
    "X-Experience-API-Version": "HTTP_X_EXPERIENCE_API_VERSION",
    "Content-Type": "CONTENT_TYPE",
    "Content-Length": "",  # the content's own length counts
    "If-Match": "HTTP_IF_MATCH",
    "If-None-Match": "HTTP_IF_NONE_MATCH",
}


def unfolded(request: HttpRequest) -> HttpRequest:
    """The request that is meant; `request` itself where it is not in this syntax. Raises `InvalidRequestError`."""
    if request.method != "POST" or "method" not in request.GET or request.content_type != _FORM:
        return request
    form = _form(request)
    version = form.get("X-Experience-API-Version") or request.headers.get("X-Experience-API-Version", "")
    if not version.startswith("1."):
        return request
    if len(request.GET) > 1 or request.GET["method"] not in _METHODS:
        raise InvalidRequestError(f"Beside 'method', which names one, the address has no parameters ({_SECTION}).")
    return arriving.Request(_environment(request, form))


def _form(request: HttpRequest) -> QueryDict:
    sent = arriving.body(request)
    arriving.check_escapes(sent, "form")
    try:
        return QueryDict(sent, mutable=True)
    except TooManyFieldsSent as error:
        raise InvalidRequestError(f"The form has too many fields ({_SECTION}).") from error


def _environment(request: HttpRequest, form: QueryDict) -> dict[str, Any]:
    method = request.GET["method"]
    if method in ("PUT", "POST") and "content" not in form:
        raise InvalidRequestError(f"The form has no field 'content' ({_SECTION}).")
    content = "".join(form.pop("content", [])).encode()
    headers = {where: "".join(form.pop(name)) for name, where in _HEADERS.items() if name in form}
    headers.pop("", None)
    kept = {name: text for name, text in request.META.items() if name != "HTTP_TRANSFER_ENCODING"}
    return {
        **kept,
        "CONTENT_TYPE": "application/json",
        **headers,
        "REQUEST_METHOD": method,
        "QUERY_STRING": form.urlencode(),
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": BytesIO(content),
    }
