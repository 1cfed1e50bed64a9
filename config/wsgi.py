"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from tracking.lrs.views.arriving import Request  # noqa: E402 - only once the applications are loaded

application.request_class = Request
