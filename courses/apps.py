from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Courses"

    def ready(self) -> None:
        from cms import common

        from .models import Campaign, CampaignCourse, Course, Programme

        common.watch(Campaign, CampaignCourse, Course, Programme)
