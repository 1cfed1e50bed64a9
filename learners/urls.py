"""Sign-in."""

from django.urls import include, path
from django.views.generic import RedirectView

from .oidc.views import sign_in_help
from .views import sign_out

urlpatterns = [
    # Addresses come from the people data: whoever sits down at a PC that is signed in adds none of their own, to ask
    # for a new password by it later.
    path("email/", RedirectView.as_view(pattern_name="account_change_password")),
    path("logout/", sign_out, name="account_logout"),
    path("ingen-treff/", sign_in_help, name="sign-in-help"),
    # Who is who is decided by the people data: nobody links, unlinks or signs up here.
    path("3rdparty/", RedirectView.as_view(pattern_name="sign-in-help")),
    path("3rdparty/<path:rest>", RedirectView.as_view(pattern_name="sign-in-help")),
    path("", include("allauth.urls")),
]
