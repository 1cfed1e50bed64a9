from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "tracking.followup"
    label = "followup"

    def ready(self) -> None:
        from learners import outbox

        from ..reports.quality import register_disputed
        from . import digests, disputing

        outbox.register_composer(digests.KIND, digests.compose)
        register_disputed(disputing.open_at)
