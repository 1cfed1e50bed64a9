"""Sign-in."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # Addresses come from the people data: whoever sits down at a PC that is signed in adds none of their own, to ask
    # for a new password by it later.
    path("email/", RedirectView.as_view(pattern_name="account_change_password")),
    path("", include("allauth.urls")),
]
