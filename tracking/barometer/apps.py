from django.apps import AppConfig


class BarometerConfig(AppConfig):
    name = "tracking.barometer"
    label = "barometer"
