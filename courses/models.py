"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from courses.activities.models import Activity, Attendance, Segment, Session
from courses.activities.presence.models import (
    Absence,
    Break,
    Check,
    CheckAnswer,
    CheckPlan,
    Gap,
)
from courses.assignments.models import Assignment, AssignmentChange, Notice, Obligation
from courses.catalog.models import Caption, Category, Course, Lesson, Material, Section, Series
from courses.checkpoints.models import Checkpoint, CheckpointAnswer, Reached
from courses.completion.models import Completion, Enrolment, Lease, Progress
from courses.credits.certificates.models import Certificate
from courses.credits.closing.models import ClosedRow, PeriodClose
from courses.credits.models import (
    ConversionTable,
    CreditEntry,
    Requirement,
    Tenure,
    ViewLog,
    Waiver,
)
from courses.credits.papers.models import RecordPaper
from courses.credits.record.models import Correction
from courses.quizzes.models import (
    Attempt,
    Bank,
    Draw,
    Edition,
    Question,
    Quiz,
    Response,
    SheetUpload,
)
from courses.reports.flags.models import Doubt, Flag, FlagPerson, Sheet
from courses.reports.hours.models import (
    HoursColumn,
    HoursCounter,
    HoursMark,
    HoursStanding,
    Transfer,
)
from courses.reports.models import Board, Counter, Mark
from courses.uploads.models import Upload

__all__ = [
    "Absence",
    "Activity",
    "Assignment",
    "AssignmentChange",
    "Attempt",
    "Attendance",
    "Bank",
    "Board",
    "Break",
    "Caption",
    "Category",
    "Certificate",
    "Check",
    "CheckAnswer",
    "CheckPlan",
    "Checkpoint",
    "CheckpointAnswer",
    "ClosedRow",
    "Completion",
    "ConversionTable",
    "Correction",
    "Counter",
    "Course",
    "CreditEntry",
    "Doubt",
    "Draw",
    "Edition",
    "Enrolment",
    "Flag",
    "FlagPerson",
    "Gap",
    "HoursColumn",
    "HoursCounter",
    "HoursMark",
    "HoursStanding",
    "Lease",
    "Lesson",
    "Mark",
    "Material",
    "Notice",
    "Obligation",
    "PeriodClose",
    "Progress",
    "Question",
    "Quiz",
    "Reached",
    "RecordPaper",
    "Requirement",
    "Response",
    "Section",
    "Segment",
    "Series",
    "Session",
    "Sheet",
    "SheetUpload",
    "Tenure",
    "Transfer",
    "Upload",
    "ViewLog",
    "Waiver",
]
