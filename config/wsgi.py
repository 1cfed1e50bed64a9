"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from tracking.lrs.views.arriving import Request  # noqa: E402 - only once the applications are loaded

application.request_class = Request


def settle() -> None:
    """Everything is loaded before the workers fork, and the garbage collector looks at none of it again.

    Its whole collections would walk through all that is loaded: a batch of statements takes a quarter less without.
    """
    reverse("privacy")  # asking for one address loads the modules of all
    gc.collect()
    gc.freeze()


settle()
