"""What is to be learnt: durable records, pages, campaigns."""

from .banks import QuestionBank
from .campaigns import AcceptedVersion, Audience, Campaign, CampaignCourse, Exemption, Singled
from .course import Course, CourseVersion, FrozenPage, Subject
from .editing import ErrorReport, PlannedChange, TranslationCheck
from .evaluations import Answered, Evaluation, EvaluationCount, EvaluationWords
from .gatherings import (
    Attendance,
    CalendarFeed,
    Gathering,
    GatheringTeacher,
    Material,
    Registration,
    Session,
)
from .pages import CourseIndexPage, CoursePage, LessonPage, QuizPage
from .programmes import Choice, Cohort, CohortMember, CohortMessage, CohortTeacher, Part, Programme
from .work import Assessment, Handin, Work, WorkFile

__all__ = [
    "AcceptedVersion",
    "Answered",
    "Assessment",
    "Attendance",
    "Audience",
    "CalendarFeed",
    "Campaign",
    "CampaignCourse",
    "Choice",
    "Cohort",
    "CohortMember",
    "CohortMessage",
    "CohortTeacher",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CourseVersion",
    "ErrorReport",
    "Evaluation",
    "EvaluationCount",
    "EvaluationWords",
    "Exemption",
    "FrozenPage",
    "Gathering",
    "GatheringTeacher",
    "Handin",
    "LessonPage",
    "Material",
    "Part",
    "PlannedChange",
    "Programme",
    "QuestionBank",
    "QuizPage",
    "Registration",
    "Session",
    "Singled",
    "Subject",
    "TranslationCheck",
    "Work",
    "WorkFile",
]
