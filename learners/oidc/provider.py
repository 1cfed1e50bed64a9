"""The provider as allauth knows it, stricter: nonce, own check of the ID token, nothing from the browser's address."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse

from . import issuer, tokens
from .egress import IssuerSession
from .exceptions import TokenRefused

LONGEST_UID = 191


class IssuerAdapter(OpenIDConnectOAuth2Adapter):
    """`nonce` is set by the view that takes the issuer's answer."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        return issuer.metadata(self.get_provider().app.settings["issuer"])

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        said, of = kwargs["response"], app.settings
        id_token = said.get("id_token")
        if not isinstance(id_token, str):
            raise TokenRefused("no ID token")
        expected = tokens.Expected(of["issuer"], app.client_id, self.nonce, of["acr"], of["amr"])
        claims = tokens.verify(id_token, self._keys(of["issuer"], id_token), expected, str(said["access_token"]))
        if of["userinfo"]:
            claims = {**self._userinfo(token.token, claims["sub"]), **claims}
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims, login.id_token = claims, id_token
        return login

    def _keys(self, named: str, id_token: str) -> Any:
        known = issuer.keys(named)
        return known if tokens.has_key(id_token, known) else issuer.keys(named, fresh=True)

    def _userinfo(self, access_token: str, sub: str) -> dict[str, Any]:
        """More about the same subject. Raises TokenRefused where it is about another one."""
        with IssuerSession() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict) or found.get("sub") != sub:
            raise TokenRefused("userinfo")
        return found


class SignInProvider(OpenIDConnectProvider):
    """Code flow with PKCE. The browser cannot ask for other parameters, scopes or a link to an account."""

    oauth2_adapter_class = IssuerAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, Any]:
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        return super().redirect(request, "login", next_url, data, nonce=nonce, **kwargs)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Identity is (iss, sub)."""
        both = f"{data['iss']} {data['sub']}"
        return both if len(both) <= LONGEST_UID else hashlib.sha256(both.encode()).hexdigest()

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # names and addresses come from the people data

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # nothing of what the issuer says is stored


provider_classes = [SignInProvider]
