"""The end of an approval, as Wagtail calls it (WAGTAIL_FINISH_WORKFLOW_ACTION); it asks before its models are there."""

from __future__ import annotations

from typing import Any


def finish(workflow_state: Any, user: Any = None) -> None:
    from .approving import publish_or_wait

    publish_or_wait(workflow_state, user)
