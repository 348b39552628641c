"""Pages of question banks, for authors. Keys are shown here: nobody else gets in."""

from __future__ import annotations

from collections import Counter
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.catalog.queries import may_author
from courses.quizzes import rights
from courses.quizzes.bank import actions, faults, queries
from courses.quizzes.bank.actions import Changed, CodeTaken, TooMany
from courses.quizzes.bank.forms import BankForm, QuestionForm, SheetForm, initial_of
from courses.quizzes.bank.rows import parse
from courses.quizzes.bank.template import template_file
from courses.quizzes.bank.workbook import MAX_FILE, BadSheet, read
from courses.quizzes.kinds import QuestionKind
from courses.quizzes.models import Bank, Question, SheetUpload
from courses.quizzes.sheets import key_of
from members.accounts.models import Member

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS_SHOWN = 200
"""Rows with errors that one page lists; the number of all of them is said."""


def _author(request: HttpRequest) -> Member:
    member = cast(Member, request.user)
    if not may_author(member):
        raise PermissionDenied
    return member


def _bank(request: HttpRequest, pk: int, *, write: bool = False) -> Bank:
    """A bank that the reader may use, or change. 403 for all others, there or not."""
    member = _author(request)
    found = rights.banks_of(member).filter(pk=pk).select_related("owner").first()
    if found is None or (write and not rights.may_write(member, found)):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "POST"])
@login_required
def banks_page(request: HttpRequest) -> HttpResponse:
    """The banks the reader may use, and a form for one more."""
    member = _author(request)
    form = BankForm(request.POST or None)
    if form.is_valid() and (made := _written(member, form, None)) is not None:
        return redirect("quizzes:bank", made.pk)
    page = Paginator(queries.banks(member), queries.PER_PAGE).get_page(request.GET.get("page"))
    context = {"banks": page, "form": form, "member": member}
    status = 422 if form.is_bound else 200
    return render(request, "courses/quizzes/bank/list.html", context, status=status)


def _written(member: Member, form: BankForm, bank: Bank | None) -> Bank | None:
    """The bank as the form says; None, with the reason in the form, when it cannot be."""
    data = form.cleaned_data
    others = Bank.objects.filter(owner=bank.owner if bank else member, title=data["title"])
    if others.exclude(pk=bank.pk if bank else 0).exists():
        form.add_error("title", _("You have a bank with this title already."))
        return None
    try:
        return actions.write_bank(member, data["title"], data["shared"], bank)
    except TooMany:
        form.add_error(None, _("You have as many banks as there may be."))
    return None


@require_GET
@login_required
def bank_page(request: HttpRequest, bank: int) -> HttpResponse:
    """The questions of a bank with their keys."""
    found = _bank(request, bank)
    words, topic = request.GET.get("q", "")[:100].strip(), request.GET.get("topic", "")[:60]
    retired = request.GET.get("show") == "retired"
    rows = queries.questions(found, words, topic, retired)
    page = Paginator(rows, queries.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "bank": found,
        "page": page,
        "total": page.paginator.count,
        "listed": [(one, key_of(one.item)) for one in page],
        "words": words,
        "topic": topic,
        "retired": retired,
        "paging": urlencode({"q": words, "topic": topic, "show": "retired" * retired}) + "&",
        "topics": queries.topics(found),
        "kinds": QuestionKind.choices,
        "may_write": rights.may_write(cast(Member, request.user), found),
    }
    return render(request, "courses/quizzes/bank/bank.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def bank_edit_page(request: HttpRequest, bank: int) -> HttpResponse:
    """Title and sharing of a bank."""
    found = _bank(request, bank, write=True)
    initial = {"title": found.title, "shared": found.shared}
    form = BankForm(request.POST or None, initial=initial)
    if form.is_valid() and _written(cast(Member, request.user), form, found) is not None:
        messages.success(request, _("Saved"))
        return redirect("quizzes:bank", found.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "bank": found}
    return render(request, "courses/quizzes/bank/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def new_page(request: HttpRequest, bank: int, kind: str) -> HttpResponse:
    """Write a question."""
    found = _bank(request, bank, write=True)
    if kind not in QuestionKind.values:
        raise Http404
    form = QuestionForm(request.POST or None, kind=kind)
    if form.is_valid() and _asked(request, found, form, None):
        return redirect("quizzes:bank", found.pk)
    return _question(request, found, form, None)


@require_http_methods(["GET", "POST"])
@login_required
def question_page(request: HttpRequest, bank: int, question: int) -> HttpResponse:
    """Change a question."""
    found = _bank(request, bank, write=True)
    row = _row(found, question)
    form = QuestionForm(request.POST or None, kind=row.kind, initial=initial_of(row))
    if form.is_valid() and _asked(request, found, form, row):
        return redirect("quizzes:bank", found.pk)
    return _question(request, found, form, row)


def _row(bank: Bank, pk: int) -> Question:
    row = Question.objects.filter(bank=bank, pk=pk).first()
    if row is None:
        raise Http404
    return row


def _asked(request: HttpRequest, bank: Bank, form: QuestionForm, row: Question | None) -> bool:
    """Write the question; False, with the reason in the form, when it cannot be."""
    said = form.wording()
    version = form.cleaned_data["version"] or 0
    try:
        actions.write_question(cast(Member, request.user), bank, said, row, version)
    except (CodeTaken, IntegrityError):
        form.add_error("code", _("Another question of this bank has this code."))
    except Changed:
        form.add_error(None, _("Someone else changed this. Refresh before editing."))
    except TooMany:
        form.add_error(None, _("The bank has as many questions as there may be."))
    else:
        messages.success(request, _("Saved"))
        return True
    return False


def _question(
    request: HttpRequest, bank: Bank, form: QuestionForm, row: Question | None
) -> HttpResponse:
    kinds = dict(QuestionKind.choices)
    context = {"bank": bank, "form": form, "question": row, "kind_name": kinds[form.kind]}
    status = 422 if form.is_bound else 200
    return render(request, "courses/quizzes/bank/question.html", context, status=status)


@require_POST
@login_required
def retire_page(request: HttpRequest, bank: int, question: int) -> HttpResponse:
    """Take a question out of the draws, or put it back."""
    row = _row(_bank(request, bank, write=True), question)
    actions.retire(cast(Member, request.user), row, request.POST.get("retired") == "1")
    messages.success(request, _("Saved"))
    return redirect("quizzes:bank", bank)


@require_GET
@login_required
def template_page(request: HttpRequest) -> HttpResponse:
    """The empty table with examples, in the reader's language."""
    _author(request)
    answer = HttpResponse(template_file(get_language() or ""), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="questions.xlsx"'
    return answer


@require_http_methods(["GET", "POST"])
@login_required
def import_page(request: HttpRequest, bank: int) -> HttpResponse:
    """Read a spreadsheet and show row by row what it would do. Nothing is written."""
    found = _bank(request, bank, write=True)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SheetForm(*sent)
    if form.is_valid():
        try:
            return _dry_run(request, found, form)
        except BadSheet as bad:
            form.add_error("file", faults.of_sheet(bad.code))
    context = {"bank": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "courses/quizzes/bank/import.html", context, status=status)


def _dry_run(request: HttpRequest, bank: Bank, form: SheetForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    rows, wrong = parse(read(file.read(MAX_FILE + 1)))
    upload = actions.keep_sheet(cast(Member, request.user), bank, file.name, rows)
    planned = queries.plan(bank, rows)
    context = {
        "bank": bank,
        "upload": upload,
        "planned": planned,
        "deeds": Counter(one.deed for one in planned),
        "faults": [(one.number, faults.of_row(one)) for one in wrong[:FAULTS_SHOWN]],
        "fault_count": len(wrong),
        "kinds": dict(QuestionKind.choices),
    }
    return render(request, "courses/quizzes/bank/check.html", context)


@require_POST
@login_required
def take_page(request: HttpRequest, bank: int, upload: int) -> HttpResponse:
    """Write the rows that were shown."""
    found = _bank(request, bank, write=True)
    member = cast(Member, request.user)
    waiting = SheetUpload.objects.filter(pk=upload, bank=found, author=member).first()
    if waiting is None:
        messages.warning(request, _("This sheet has been taken in already, or a newer one waits."))
        return redirect("quizzes:bank", found.pk)
    try:
        taken = actions.take_sheet(member, waiting)
    except TooMany:
        messages.error(request, _("The bank has as many questions as there may be."))
    else:
        said = _("%(new)d new, %(changed)d changed, %(same)d as before")
        messages.success(
            request,
            said % {"new": taken.new, "changed": taken.changed, "same": taken.same},
        )
    return redirect("quizzes:bank", found.pk)
