"""Every page × every kind of person: what the server lets them see, whatever a page shows."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.activities.models import Session
from members.accounts.models import Member
from tests.liveclass.pages.conftest import NOW, PAST, Visit

HOST, ASSISTANT, MEMBER, CONTRACTOR, SECRETARY, ADMIN = (
    "1005", "1007", "1013", "1058", "1011", "1002",
)  # fmt: skip
PEOPLE = (HOST, ASSISTANT, MEMBER, CONTRACTOR, SECRETARY, ADMIN)
YES, MOVED, NO = 200, 302, 403

PAGES = {
    "/": (YES, YES, YES, YES, YES, YES),
    "/classes/": (YES, YES, YES, YES, YES, YES),
    "/classes/?show=past": (YES, YES, YES, YES, YES, YES),
    "/classes/new/": (YES, YES, NO, NO, YES, YES),
    f"/classes/{NOW}/": (YES, YES, YES, YES, YES, YES),
    f"/classes/{NOW}/edit/": (YES, YES, NO, NO, NO, YES),
    f"/classes/{NOW}/calendar.ics": (YES, YES, YES, YES, YES, YES),
    f"/classes/{NOW}/check/": (YES, YES, NO, NO, NO, YES),
    f"/classes/{NOW}/media/": (YES, YES, NO, NO, NO, YES),
    f"/classes/{NOW}/polls/": (YES, YES, NO, NO, NO, YES),
    f"/classes/{NOW}/whispers/": (YES, YES, YES, NO, YES, YES),
    f"/classes/{NOW}/room/": (YES, YES, YES, NO, YES, YES),
    # the class has not been held: nothing to sum up yet
    f"/classes/{NOW}/summary/": (MOVED, MOVED, MOVED, NO, MOVED, MOVED),
    # an ended class: its room leads to the summary, its form is closed
    f"/classes/{PAST}/room/": (MOVED, MOVED, MOVED, NO, MOVED, MOVED),
    f"/classes/{PAST}/edit/": (NO, NO, NO, NO, NO, NO),
    f"/classes/{PAST}/polls/": (NO, NO, NO, NO, NO, NO),
    f"/classes/{PAST}/summary/": (YES, YES, YES, NO, YES, YES),
    # 1005 was a listener there, 1007 administers a unit of the audience
    f"/classes/{PAST}/summary/attendance.csv": (NO, YES, NO, NO, NO, YES),
    f"/classes/{PAST}/summary/messages.csv": (NO, YES, NO, NO, NO, YES),
    f"/classes/{PAST}/summary/questions.csv": (NO, YES, NO, NO, NO, YES),
    f"/classes/{PAST}/summary/polls.csv": (NO, YES, NO, NO, NO, YES),
}


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_what(visit: Visit, page: str) -> None:
    seen = {number: visit(number).get(page).status_code for number in PEOPLE}
    assert seen == dict(zip(PEOPLE, PAGES[page], strict=True))


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_the_sign_in_page_and_back(visit: Visit, page: str) -> None:
    answer = visit(None).get(page)
    assert answer.status_code == MOVED
    assert answer["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize("page", [page for page in PAGES if "classes/" in page])
def test_somebody_who_left_the_company_is_a_stranger(visit: Visit, page: str) -> None:
    client = visit(MEMBER)
    Member.objects.filter(staff_no=MEMBER).update(is_active=False)
    assert client.get(page).status_code == MOVED


@pytest.mark.parametrize(
    "path", ["", "edit/", "calendar.ics", "check/", "room/", "summary/", "summary/polls.csv"]
)
def test_an_unknown_code_is_not_found(visit: Visit, path: str) -> None:
    assert visit(ADMIN).get(f"/classes/nowhere2/{path}").status_code == 404


def test_an_unknown_table_is_not_found(visit: Visit) -> None:
    assert visit(ADMIN).get(f"/classes/{PAST}/summary/passwords.csv").status_code == 404


def test_polls_are_prepared_by_staff_only(visit: Visit) -> None:
    poll = {"question": "好吗", "options": "好\n不好"}
    codes = {
        number: visit(number).post(f"/classes/{NOW}/polls/", poll).status_code for number in PEOPLE
    }
    assert codes == dict(zip(PEOPLE, (MOVED, MOVED, NO, NO, NO, MOVED), strict=True))


@pytest.mark.parametrize(
    ("number", "words"),
    [(CONTRACTOR, ["not on the list", "Xue Fang"]), (SECRETARY, ["Only the lecturer"])],
)
def test_a_refusal_names_the_reason_and_the_person_to_ask(
    visit: Visit, number: str, words: list[str]
) -> None:
    page = visit(number).get(f"/classes/{NOW}/check/").content.decode()
    assert [word for word in words if word not in page] == []


def test_a_member_s_summary_holds_nobody_else_s_time(visit: Visit) -> None:
    page = visit("1024").get(f"/classes/{PAST}/summary/").content.decode()
    assert "Your time" in page
    assert "Who was there" not in page
    assert "/summary/attendance.csv" not in page
    assert "1025" not in page


def _form_of(client: Client, path: str) -> dict[str, object]:
    """What a browser would send back unchanged."""
    form = client.get(path).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {
        **{name: value for name, value in shown.items() if value not in (None, False)},
        "starts_at": form.fields["starts_at"].prepare_value(shown["starts_at"]),
        "assistants": form.fields["assistants"].prepare_value(shown["assistants"]),
        "overlap": "on",
    }


@pytest.mark.parametrize(
    ("number", "lecturer", "may"),
    [
        ("1007", "1007", False),
        ("1007", "1008", False),
        ("1005", "1008", True),
        ("1002", "1002", True),
    ],
)
def test_an_assistant_cannot_make_herself_the_host(
    visit: Visit, number: str, lecturer: str, may: bool
) -> None:
    client, path = visit(number), f"/classes/{NOW}/edit/"
    people = {"lecturer": Member.objects.get(staff_no=lecturer).pk, "assistants": "1013"}
    answer = client.post(path, _form_of(client, path) | {"title": "新标题"} | people)
    assert answer.status_code == MOVED
    activity = Session.objects.get(code=NOW).activity
    assert activity.title == "新标题"
    assert activity.lecturer.staff_no == (lecturer if may else "1005")
    assistants = list(activity.assistants.values_list("staff_no", flat=True))
    assert assistants == (["1013"] if may else ["1007"])


def test_an_assistant_reads_why_she_cannot(visit: Visit) -> None:
    page = visit("1007").get(f"/classes/{NOW}/edit/").content.decode()
    assert page.count("Only the lecturer, whoever scheduled the class and platform admins") == 2
    assert (
        "Only the lecturer, whoever"
        not in visit("1005").get(f"/classes/{NOW}/edit/").content.decode()
    )


def test_an_assistant_changes_a_class_whose_lecturer_has_left(visit: Visit) -> None:
    Member.objects.filter(staff_no="1005").update(is_active=False)
    client, path = visit("1007"), f"/classes/{NOW}/edit/"
    assert client.post(path, _form_of(client, path) | {"title": "新标题"}).status_code == MOVED


def test_whoever_scheduled_a_class_may_appoint(visit: Visit) -> None:
    activity = Session.objects.get(code=NOW).activity
    activity.created_by = Member.objects.get(staff_no="1007")
    activity.save()
    client, path = visit("1007"), f"/classes/{NOW}/edit/"
    client.post(path, _form_of(client, path) | {"assistants": "1013"})
    assert activity.assistants.get().staff_no == "1013"


@pytest.mark.parametrize("page", [*PAGES, "/me/", "/organisation/", f"/classes/{NOW}/ticket/"])
def test_no_cache_keeps_what_a_person_was_told(visit: Visit, page: str) -> None:
    client = visit(ADMIN)
    answer = client.post(page) if page.endswith("/ticket/") else client.get(page)
    kept = answer["Cache-Control"]
    assert "private" in kept
    assert "no-store" in kept


@pytest.mark.parametrize("page", ["/logo", "/theme.css"])
def test_what_everybody_sees_may_be_kept(visit: Visit, page: str) -> None:
    answer = visit(ADMIN).get(page)
    assert answer.status_code != YES or "public" in answer["Cache-Control"]
