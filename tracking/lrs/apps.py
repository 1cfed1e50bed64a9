from django.apps import AppConfig


class LrsConfig(AppConfig):
    name = "tracking.lrs"
    label = "lrs"
