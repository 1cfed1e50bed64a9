from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Courses"

    def ready(self) -> None:
        from cms import common
        from learners.facts import closed

        from .models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, Programme

        common.watch(AcceptedVersion, Audience, Campaign, CampaignCourse, Course, Programme)
        for kind in (AcceptedVersion, Audience):
            closed.connect(common.follow, sender=kind, dispatch_uid=f"cms.common.closed.{kind._meta.label}")
