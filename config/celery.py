"""The Celery application: `celery -A config worker -B` embedded, separate worker and beat in production."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("fagbenk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracking"])
