from django.apps import AppConfig


class FagbenkConfig(AppConfig):
    name = "config"
    label = "fagbenk"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the start-up checks
