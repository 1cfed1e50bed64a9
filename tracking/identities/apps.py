from django.apps import AppConfig


class IdentitiesConfig(AppConfig):
    name = "tracking.identities"
    label = "identities"
