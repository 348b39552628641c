"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from courses.activities.models import Activity, Attendance, Segment, Session
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
    "Certificate",
    "ConversionTable",
    "Correction",
    "CreditEntry",
    "Requirement",
    "Segment",
    "Session",
    "Tenure",
    "ViewLog",
    "Waiver",
]
