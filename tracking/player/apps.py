from django.apps import AppConfig


class PlayerConfig(AppConfig):
    name = "tracking.player"
    label = "player"
