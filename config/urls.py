"""Addresses. People's pages take a language prefix (bokmål has none); machines' addresses never do."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.media import media
from courses.views import document
from learners.people_admin import own_account
from learners.views import admin_door, front_door
from learners.views_privacy import my_data, privacy
from learners.views_stopping import stop

handler500 = "config.errors.failed"
urlpatterns = [
    path("admin/login/", admin_door),
    path("admin/account/", own_account),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/<int:document_id>/<path:document_filename>", document),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("config.operations")),
    path("", include("tracking.urls_machines")),
    path("", include("courses.urls_machines")),
    path("scim/v2/", include("learners.scim.urls")),
    path("api/v1/", include("config.api")),
    path("personvern/mine-data.json", my_data, name="my-data"),
    path("stopp/<str:token>/", stop, name="stop"),
]
if settings.LOCAL:
    urlpatterns.append(path("media/<path:path>", media))
urlpatterns += i18n_patterns(
    path("konto/", include("learners.urls")),
    path("personvern/", privacy, name="privacy"),
    path("", include("tracking.urls")),
    path("", include("courses.urls")),
    path("_util/login/", front_door),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
