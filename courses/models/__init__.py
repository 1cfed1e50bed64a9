"""What is to be learnt: durable records, pages, campaigns."""

from .campaigns import AcceptedVersion, Audience, Campaign, CampaignCourse, Exemption
from .course import Course, CourseVersion, Subject
from .pages import CourseIndexPage, CoursePage, LessonPage, QuizPage

__all__ = [
    "AcceptedVersion",
    "Audience",
    "Campaign",
    "CampaignCourse",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CourseVersion",
    "Exemption",
    "LessonPage",
    "QuizPage",
    "Subject",
]
