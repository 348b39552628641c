"""A course of the demo that is one quiz, with the questions of the spreadsheet template."""

from __future__ import annotations

from datetime import datetime

from courses.catalog.kinds import CourseState, LessonKind
from courses.catalog.models import Course, Lesson, Section
from courses.quizzes.bank.actions import keep_sheet, take_sheet, write_bank
from courses.quizzes.bank.rows import parse
from courses.quizzes.bank.template import template_file
from courses.quizzes.bank.workbook import read
from courses.quizzes.models import Bank
from courses.quizzes.setup.actions import Wanted, set_up
from members.accounts.models import Member

CODE, BANK = "AQ-201", "安规题库"


def load_exam(author: Member, now: datetime) -> Bank:
    """Make the course, its bank and its quiz, unless they are there; answers the bank."""
    bank = Bank.objects.filter(title=BANK).order_by("pk").first() or _bank(author, now)
    if not Course.objects.filter(code=CODE).exists():
        _write(author, bank, now)
    return bank


def _write(author: Member, bank: Bank, now: datetime) -> None:
    course = Course.objects.create(
        code=CODE,
        title="电力安全工作规程",
        summary="二十分钟，检验安全规程的掌握情况。可作答三次，以最好成绩为准。",
        author=author,
        credit_kind="safety",
        estimated_minutes=20,
        state=CourseState.PUBLISHED,
        published_at=now,
        version=1,
    )
    section = Section.objects.create(course=course, order=1, title="测验")
    lesson = Lesson.objects.create(
        section=section, order=1, kind=LessonKind.QUIZ, title="安规知识测验", estimated_minutes=20
    )
    set_up(
        author,
        lesson,
        [Wanted(bank, "", None)],
        now,
        introduction="请独立完成。交卷后可查看得分；合格或次数用完后可查看解析。",
        minutes=20,
        attempts=3,
        pass_permille=600,
    )


def _bank(author: Member, now: datetime) -> Bank:
    bank = write_bank(author, BANK, shared=True)
    rows, _ = parse(read(template_file("zh")))
    take_sheet(author, keep_sheet(author, bank, "安规题库.xlsx", rows, now))
    return bank
