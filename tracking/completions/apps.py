from django.apps import AppConfig


class CompletionsConfig(AppConfig):
    name = "tracking.completions"
    label = "completions"
