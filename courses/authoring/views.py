"""Pages on which a course is written: its facts, sections, lessons and rule."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.activities.queries import classes_for
from courses.authoring import actions, parts
from courses.authoring.forms import (
    MOST_CHOICES,
    CourseForm,
    LessonForm,
    NewLessonForm,
    RuleForm,
    SectionForm,
)
from courses.authoring.guards import for_authors, for_editors, lesson_or_404, section_or_404, zone
from courses.authoring.order import moved, parse
from courses.catalog import actions as catalog
from courses.catalog import covers
from courses.catalog.kinds import CourseState
from courses.catalog.models import Course, Lesson
from courses.catalog.publishing import unfinished
from courses.catalog.queries import (
    materials_of,
    may_review,
    outline,
    published,
    taken_out,
    to_review,
    written_by,
)
from courses.catalog.refusals import CourseRefused
from courses.completion.queries import lessons_of
from courses.completion.rules import BadRule
from members.accounts.models import Member

LOCKED = frozenset({CourseState.REVIEW.value, CourseState.ARCHIVED.value})


@require_GET
@for_authors
def list_page(request: HttpRequest, member: Member) -> HttpResponse:
    """What she writes; for reviewers also what waits for them."""
    waiting = [one for one in to_review() if may_review(member, one)]
    context = {"courses": written_by(member), "waiting": waiting}
    return render(request, "courses/authoring/list.html", context)


@require_http_methods(["GET", "POST"])
@for_authors
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """A new course."""
    initial = {"language": member.language or "zh-hans"}
    form = CourseForm(request.POST or None, zone=zone(), initial=initial)
    if form.is_valid():
        course = catalog.create_course(member, form.cleaned_data["code"], **form.facts())
        messages.success(request, _("The course is a draft now. Add its lessons."))
        return redirect("authoring:edit", course.code)
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/facts.html", {"form": form}, status=status)


@require_GET
@for_editors
def edit(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """The outline: sections and lessons in their order, and how far the course is."""
    return outline_page(request, member, course)


def outline_page(
    request: HttpRequest, member: Member, course: Course, **forms: Any
) -> HttpResponse:
    """The outline with ``forms`` that could not be saved."""
    parts_ = outline(course)
    lessons = [one for _section, inside in parts_ for one in inside]
    open_ones = {one.pk for one in unfinished(course)}
    ready = materials_of(one.pk for one in lessons if one.is_filed)
    context = {
        "course": course,
        "outline": [
            (section, [(one, one.pk in open_ones, ready.get(one.pk)) for one in inside])
            for section, inside in parts_
        ],
        "empty": len(open_ones),
        "lessons": len(lessons),
        "locked": course.state in LOCKED,
        "taken_out": taken_out(course),
        "may_review": may_review(member, course),
        "section_form": forms.get("section_form", SectionForm()),
        "lesson_form": forms.get("lesson_form", NewLessonForm()),
    }
    status = 422 if forms else 200
    return render(request, "courses/authoring/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_editors
def facts(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """Title, summary, shelf, hours, expiry."""
    names = (
        "title", "summary", "category", "language", "estimated_minutes", "credit_kind",
        "certificate", "certificate_months", "expires_at",
    )  # fmt: skip
    initial = {name: getattr(course, name) for name in names}
    form = CourseForm(request.POST or None, zone=zone(), course=course, initial=initial)
    if form.is_valid():
        catalog.change_facts(course, member, **form.facts())
        messages.success(request, _("Saved"))
        return redirect("authoring:edit", course.code)
    context = {"form": form, "course": course}
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/facts.html", context, status=status)


@require_POST
@for_editors
def cover(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """Another cover, or none; what cannot be used leaves the old one."""
    sent = request.FILES.get("cover")
    if sent is None and "remove" not in request.POST:
        raise CourseRefused("picture_empty")
    picture = b""
    if sent is not None:
        try:
            picture = covers.cover(sent.read(covers.MOST_BYTES + 1))
        except covers.BadPicture as bad:
            raise CourseRefused(f"picture_{bad.code}") from bad
    catalog.set_cover(course, member, picture)
    messages.success(request, _("Saved"))
    return redirect("authoring:facts", course.code)


@require_POST
@for_editors
def add_section(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """A section at the end."""
    form = SectionForm(request.POST)
    if not form.is_valid():
        return outline_page(request, member, course, section_form=form)
    catalog.add_section(course, member, form.cleaned_data["title"])
    return redirect("authoring:edit", course.code)


@require_http_methods(["GET", "POST"])
@for_editors
def section(request: HttpRequest, member: Member, course: Course, section: int) -> HttpResponse:
    """Rename a section, or remove an empty one."""
    found = section_or_404(course, section)
    form = SectionForm(request.POST or None, initial={"title": found.title})
    if request.method == "POST" and "remove" in request.POST:
        catalog.remove_section(found, member)
        return redirect("authoring:edit", course.code)
    if form.is_valid():
        catalog.rename_section(found, member, form.cleaned_data["title"])
        return redirect("authoring:edit", course.code)
    context = {"course": course, "section_": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/section.html", context, status=status)


@require_POST
@for_editors
def add_lesson(request: HttpRequest, member: Member, course: Course, section: int) -> HttpResponse:
    """A lesson at the end of a section; its page opens."""
    found = section_or_404(course, section)
    form = NewLessonForm(request.POST)
    if not form.is_valid():
        return outline_page(request, member, course, lesson_form=form)
    data = form.cleaned_data
    lesson = catalog.add_lesson(found, member, data["kind"], data["title"])
    return redirect("authoring:lesson", course.code, lesson.pk)


@require_http_methods(["GET", "POST"])
@for_editors
def lesson(request: HttpRequest, member: Member, course: Course, lesson: int) -> HttpResponse:
    """One lesson: title, required, minutes, and its text or its class."""
    found = lesson_or_404(course, lesson)
    names = ("title", "required", "estimated_minutes", "article", "activity")
    form = LessonForm(
        request.POST or None,
        lesson=found,
        offered=_classes(member),
        initial={name: getattr(found, name) for name in names},
    )
    if form.is_valid():
        catalog.change_lesson(found, member, **form.cleaned_data)
        messages.success(request, _("Saved"))
        return redirect("authoring:edit", course.code)
    context = {
        "course": course, "lesson": found, "form": form, "content": parts.address(found),
        "locked": course.state in LOCKED,
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/lesson.html", context, status=status)


def _classes(member: Member) -> list[int]:
    """Activities that she may put into a lesson, the newest ones."""
    rows = classes_for(member).order_by("-starts_at").values_list("activity", flat=True)
    return list(dict.fromkeys(rows[:MOST_CHOICES]))


@require_POST
@for_editors
def remove_lesson(
    request: HttpRequest, member: Member, course: Course, lesson: int
) -> HttpResponse:
    """Take a lesson out."""
    actions.remove_lesson(lesson_or_404(course, lesson), member)
    messages.success(request, _("Taken out. What somebody has learnt in it is kept."))
    return redirect("authoring:edit", course.code)


@require_POST
@for_editors
def restore_lesson(
    request: HttpRequest, member: Member, course: Course, lesson: int
) -> HttpResponse:
    """Put a lesson back that was taken out."""
    found = next((one for one in taken_out(course) if one.pk == lesson), None)
    if found is None:
        raise Http404(course.code)
    catalog.restore_lesson(found, member)
    messages.success(request, _("It is back, at the end of its section."))
    return redirect("authoring:edit", course.code)


@require_POST
@for_editors
def arrange(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """A new order: one step of one row (buttons), or all of it (dragged)."""
    text = request.POST.get("order", "")
    now = [(one.pk, [row.pk for row in inside]) for one, inside in outline(course)]
    order = parse(text) if text else moved(now, request.POST.get("move", ""))
    if order is None:
        return HttpResponseBadRequest(_("This order makes no sense."))
    catalog.arrange(course, member, order)
    return redirect("authoring:edit", course.code)


@require_http_methods(["GET", "POST"])
@for_editors
def rule(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """What completes the course."""
    lessons: list[Lesson] = lessons_of(course)
    others = list(published().exclude(pk=course.pk).order_by("code")[:MOST_CHOICES])
    form = RuleForm(request.POST or None, course=course, lessons=lessons, others=others)
    if form.is_valid():
        try:
            actions.write_rule(course, member, form.terms())
        except BadRule:
            form.add_error(None, _("This rule can never be fulfilled."))
        else:
            messages.success(request, _("Saved"))
            return redirect("authoring:edit", course.code)
    context = {"course": course, "form": form, "locked": course.state in LOCKED}
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/rule.html", context, status=status)
