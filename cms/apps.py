from django.apps import AppConfig, apps


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site"

    def ready(self) -> None:
        from wagtail.models import Locale, Page, PageViewRestriction, Site
        from wagtail.signals import post_page_move

        from . import common
        from .admin_policy import start_without_scripts
        from .ordering import follow_order

        start_without_scripts()
        post_page_move.connect(follow_order, dispatch_uid="cms.ordering")
        # In every app: a page is stored, and told of, as what it is.
        pages = [model for model in apps.get_models() if issubclass(model, Page)]
        common.watch(*pages, Locale, PageViewRestriction, Site)
