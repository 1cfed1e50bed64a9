"""The Celery application: `celery -A config worker -B` embedded, separate worker and beat in production."""

import os

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
app = Celery("fagbenk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["config", "courses", "learners", "tracking", "tracking.player", "tracking.lrs"])


@worker_ready.connect
def beat_at_once(**kwargs: object) -> None:
    """A worker that has just started is seen now, not at the scheduler's next minute."""
    app.send_task("config.tasks.heartbeat")
