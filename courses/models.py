"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from courses.activities.models import Activity, Attendance, Segment, Session

__all__ = ["Activity", "Attendance", "Segment", "Session"]
