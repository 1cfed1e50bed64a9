"""What allauth asks of us: nobody signs up by themselves; people come from the people data."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import clean_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Learner
from .oidc.egress import IssuerSession
from .oidc.exceptions import NobodyFound
from .oidc.linking import person
from .oidc.views import SESSION as ELSEWHERE
from .oidc.views import to_help
from .policy import has_left, needs_second_factor
from .second_factor import STRONG
from .shared_pc import say_whose_pc

JUST_NOW = 300  # seconds


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who asks: the address that the outermost of our own proxies saw.

        A request that passed fewer of them than there are (a probe from inside) has a shorter list: the first on it.
        """
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        seen = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        found = seen[-min(proxies, len(seen))] if proxies and seen else request.META.get("REMOTE_ADDR", "")
        return clean_client_ip(found) or request.META.get("REMOTE_ADDR") or "unknown"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted where they come from: a stranger elsewhere does not lock the owner out."""
        return f"{self.get_client_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Who has just signed in is not asked for the password again at once."""
        records = get_authentication_records(self.request, self.request.user)
        recent = any(time.time() - record.get("at", 0) < JUST_NOW for record in records)
        return not recent and super().is_reauthentication_required(app=app)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **asked: Any) -> HttpResponse | None:
        """Whoever has left the service does not come in by a password or a key of theirs either."""
        if isinstance(user, Learner) and has_left(user, timezone.localdate()):
            return to_help("closed")
        response: HttpResponse | None = super().pre_login(request, user, **asked)
        return response

    def get_login_stages(self) -> list[str]:
        """As allauth has them, but whoever gave two factors elsewhere is not asked for a third."""
        stages = super().get_login_stages()
        own = "learners.sign_in.SecondFactorStage"
        return [own if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in stages]


class ElsewhereAdapter(DefaultSocialAccountAdapter):
    """Signing in elsewhere: with the issuers of the settings only, and only as somebody in the people data."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """From the settings alone; a row in allauth's table opens no door."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_requests_session(self) -> IssuerSession:
        return IssuerSession()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Nothing of what the issuer says of a person is taken over."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who it is, and whether the session has had two factors by it."""
        app, account = sociallogin.provider.app, sociallogin.account
        try:
            learner = person(app.settings, account.uid, sociallogin.claims, timezone.localdate())
        except NobodyFound as nobody:
            raise ImmediateHttpResponse(to_help(nobody.why)) from nobody
        if not sociallogin.is_existing:
            sociallogin.lookup()
        if request.user.is_authenticated:
            AccountAdapter(request).logout(request)
        say_whose_pc(request, own=False)
        request.session[ELSEWHERE] = {"provider": app.provider_id, "id_token": sociallogin.id_token}
        if app.settings["acr"] or app.settings["amr"]:
            request.session[STRONG] = learner.pk

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """A page that helps; what the issuer said goes neither there nor into the log."""
        why = "cancelled" if error == AuthError.CANCELLED else getattr(exception, "why", "refused")
        raise ImmediateHttpResponse(to_help(why))


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor's secrets are stored encrypted, and the last one stays where a role asks for it."""

    def encrypt(self, text: str) -> str:
        return bytes(_cipher().encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        learner = authenticator.user
        today = timezone.localdate()
        if settings.SECOND_FACTOR_WAIVED or not needs_second_factor(learner, today) or has_left(learner, today):
            return True
        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        return Authenticator.objects.filter(user=learner, type__in=factors).exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """What a key shows when it is asked which account it is for."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": str(user)}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)s") % {"number": number}


def _cipher() -> MultiFernet:
    """Keys made from SECRET_KEY, and from those before it (SECRET_KEY_FALLBACKS)."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(b"second factor:" + str(secret).encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
