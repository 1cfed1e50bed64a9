"""Why a sign-in elsewhere is refused."""

from allauth.socialaccount.providers.base import ProviderException


class SignInRefused(ProviderException):
    """The issuer's answer is not good for signing in; `why` is a word of `views.REASONS`."""

    why = "refused"


class TokenRefused(SignInRefused):
    """The ID token is not one that the issuer has made, just now, for us and for this browser."""


class NobodyFound(SignInRefused):
    """The token is good, and leads to nobody who may sign in here."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
