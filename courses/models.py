"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from courses.activities.models import Activity, Attendance, Segment, Session
from courses.catalog.models import Caption, Category, Course, Lesson, Material, Section
from courses.completion.models import Completion, Enrolment, Lease, Progress
from courses.credits.certificates.models import Certificate
from courses.credits.models import (
    ConversionTable,
    CreditEntry,
    Requirement,
    Tenure,
    ViewLog,
    Waiver,
)
from courses.credits.record.models import Correction

__all__ = [
    "Activity",
    "Attendance",
    "Caption",
    "Category",
    "Certificate",
    "Completion",
    "ConversionTable",
    "Correction",
    "Course",
    "CreditEntry",
    "Enrolment",
    "Lease",
    "Lesson",
    "Material",
    "Progress",
    "Requirement",
    "Section",
    "Segment",
    "Session",
    "Tenure",
    "ViewLog",
    "Waiver",
]
