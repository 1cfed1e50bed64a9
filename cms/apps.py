from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site"

    def ready(self) -> None:
        from wagtail.signals import post_page_move

        from .ordering import follow_order

        post_page_move.connect(follow_order, dispatch_uid="cms.ordering")
