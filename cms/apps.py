from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site"

    def ready(self) -> None:
        from wagtail.signals import post_page_move

        from .admin_policy import start_without_scripts
        from .ordering import follow_order

        start_without_scripts()
        post_page_move.connect(follow_order, dispatch_uid="cms.ordering")
