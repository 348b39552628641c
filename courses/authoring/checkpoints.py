"""The page on which an author says where a recording asks a question."""

from __future__ import annotations

import re

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courses.authoring.guards import for_editors, key_of, lesson_or_404
from courses.catalog.kinds import CourseState, LessonKind
from courses.catalog.models import Course, Lesson
from courses.catalog.refusals import CourseRefused
from courses.checkpoints import actions, queries
from courses.checkpoints.models import Checkpoint
from courses.checkpoints.refusals import CheckpointRefused
from courses.quizzes import asking
from members.accounts.models import Member

OFFERED = 500
"""Questions in the list to choose from; the newest."""
CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)")


def seconds_of(text: str) -> int:
    """Seconds of ``12:30`` or ``1:02:30``.

    Raises:
        CheckpointRefused: ``outside``: that is no time.
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise CheckpointRefused("outside")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


class CheckpointForm(forms.Form):
    """When, and which question."""

    at = forms.CharField(label=gettext_lazy("At"), max_length=10)
    question = forms.IntegerField(label=gettext_lazy("Question"), widget=forms.Select)

    def __init__(self, *args: object, member: Member, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""
        self.fields["at"].help_text = _("Minutes and seconds of the recording, 12:30.")
        offered = asking.usable(member).order_by("-pk")[:OFFERED]
        choices = [(one.pk, f"{one.code} {one.text[:80]}") for one in offered]
        self.fields["question"].widget.choices = [("", _("Choose")), *choices]


@require_http_methods(["GET", "POST"])
@for_editors
def page(request: HttpRequest, member: Member, course: Course, lesson: int) -> HttpResponse:
    """All checkpoints of a recording; adds one, moves one, takes one out."""
    found = lesson_or_404(course, lesson)
    if found.kind not in (LessonKind.VIDEO, LessonKind.AUDIO):
        raise Http404(course.code)
    form, refused = CheckpointForm(member=member), ""
    if request.method == "POST":
        if course.state in (CourseState.REVIEW, CourseState.ARCHIVED):
            raise CourseRefused("locked" if course.state == CourseState.REVIEW else "archived")
        form = CheckpointForm(request.POST, member=member)
        try:
            if said := _act(request, form, found, member):
                messages.success(request, said)
                return redirect("authoring:checkpoints", course.code, found.pk)
        except CheckpointRefused as no:
            refused = no.sentence
    context = {
        "course": course, "lesson": found, "form": form, "refused": refused,
        "rows": queries.of_lesson(found), "beyond": queries.beyond(found),
        "banks": reverse("quizzes:banks") if not form.fields["question"].widget.choices[1:] else "",
    }  # fmt: skip
    status = 422 if refused or form.errors else 200
    return render(request, "courses/authoring/checkpoints.html", context, status=status)


def _act(request: HttpRequest, form: CheckpointForm, lesson: Lesson, member: Member) -> str:
    """Do what was asked for and say so; nothing said: the form is to be filled in better.

    Raises:
        CheckpointRefused: as the actions.
    """
    if key := request.POST.get("remove", ""):
        actions.remove_checkpoint(_one(lesson, key))
        return _("Taken out. Who has answered it keeps that.")
    if key := request.POST.get("move", ""):
        actions.move_checkpoint(_one(lesson, key), seconds_of(request.POST.get("to", "")))
        return _("Moved. Who has answered it keeps that.")
    if not form.is_valid():
        return ""
    second = seconds_of(form.cleaned_data["at"])
    actions.set_checkpoint(lesson, second, form.cleaned_data["question"], member)
    return _("The question will be asked there.")


def _one(lesson: Lesson, key: str) -> Checkpoint:
    """A checkpoint of ``lesson``.

    Raises:
        Http404: it has none of that key.
    """
    row = queries.of_lesson(lesson).filter(pk=key_of(key)).first()
    if row is None:
        raise Http404(key)
    return row
