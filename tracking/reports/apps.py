from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tracking.reports"
    label = "reports"
