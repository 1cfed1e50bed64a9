from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "tracking.followup"
    label = "followup"

    def ready(self) -> None:
        from learners import outbox

        from ..reports.quality import register_disputed
        from . import digests, disputing, reminding

        outbox.register_composer(digests.KIND, digests.compose)
        outbox.register_composer(reminding.KIND, reminding.still_due)
        register_disputed(disputing.open_at)
