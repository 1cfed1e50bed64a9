from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = "People"

    def ready(self) -> None:
        from . import holdings, holdings_admin, holdings_sources  # noqa: F401 - who somebody is comes first

        autodiscover_modules("holdings")  # what each app holds of a person: learners.personal_data
        autodiscover_modules("stops")  # which of its mails one may stop: learners.stopping
