"""What a class left behind: numbers add up, own time is exact, files open in Chinese."""

from __future__ import annotations

import csv
import io
import re
from uuid import uuid4

import pytest

from courses.activities.models import Session
from liveclass.chat.actions import recall
from liveclass.chat.models import Message
from liveclass.demo import yesterday
from liveclass.demo.classes import YESTERDAY
from liveclass.polls.models import Poll
from liveclass.questions.models import Question
from liveclass.rooms.actions import end_class, start_class
from liveclass.rooms.queries import admit
from liveclass.summary import views
from members.accounts.models import Member
from tests.liveclass.pages.conftest import NOW, PAST, Visit

URL = f"/classes/{PAST}/summary/"


def table(visit: Visit, name: str, language: str = "zh-hans") -> list[list[str]]:
    answer = visit("1008", language).get(f"{URL}{name}.csv")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{name}-{PAST}.csv"' in answer["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_numbers_of_the_page_add_up(visit: Visit) -> None:
    context = visit("1008").get(URL).context
    turnout = context["turnout"]
    assert (turnout.expected, turnout.present, turnout.complete) == (38, 24, 21)
    assert turnout.partial == len(yesterday.LATE)
    assert turnout.absent == len(yesterday.ON_SHIFT) + len(yesterday.AWAY)
    assert context["message_count"] == len(yesterday.CHAT)
    assert [one.votes for one in context["questions"]] == [9, 6, 4, 3, 2]


def test_poll_bars_are_counted_from_voters(visit: Visit) -> None:
    for poll in visit("1008").get(URL).context["polls"]:
        assert sum(option.votes for option in poll.options) == poll.voters
        assert 10 <= poll.voters <= 24
        assert all(0 <= option.percent <= 100 for option in poll.options)


def test_a_cut_network_is_a_gap_in_the_line(visit: Visit) -> None:
    mine = visit("1043").get(URL).context["mine"]
    assert len(mine.line.bars) == 2
    (first, second) = mine.line.bars
    assert (first.x + first.width, second.x) == yesterday.RECONNECTED["1043"]


def test_the_line_is_drawn_without_inline_style(visit: Visit) -> None:
    page = visit("1043").get(URL).content.decode()
    assert re.search(r'viewBox="0 0 2700 10".*?<rect class="c" x="\d+" width="\d+"', page)
    assert "minutes counted" in page


def test_who_was_absent_reads_that_too(visit: Visit) -> None:
    page = visit("1013").get(URL).content.decode()
    assert "The server did not see you" in page
    assert "0 of 45 minutes counted" in page


def test_members_see_published_results_only(visit: Visit) -> None:
    hidden = Poll.objects.filter(room__session__code=PAST).order_by("pk").first()
    assert hidden is not None
    Poll.objects.filter(pk=hidden.pk).update(published=False)
    assert hidden.question not in visit("1024").get(URL).content.decode()
    assert hidden.question in visit("1008").get(URL).content.decode()


def test_recalled_words_stay_recalled(visit: Visit) -> None:
    assert "发错了" not in visit("1008").get(URL).content.decode()
    assert "发错了" not in str(table(visit, "messages"))


def test_people_are_paged_by_key(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PEOPLE_SHOWN", 10)
    client, seen, after = visit("1008"), [], ""
    while True:
        answer = client.get(f"{URL}?after={after}")
        roster = answer.context["roster"]
        assert (roster.first, roster.last) == (len(seen) + 1, len(seen) + len(roster.rows))
        assert f"{roster.first}–{roster.last} of 24" in answer.content.decode()
        seen += [row.staff_no for row in roster.rows]
        after = roster.on
        if not after:
            break
    assert len(seen) == len(set(seen)) == roster.total
    assert seen == sorted(seen)


def test_who_did_not_come_is_a_list_of_its_own(visit: Visit) -> None:
    answer = visit("1008").get(f"{URL}?show=absent")
    roster, turnout = answer.context["roster"], answer.context["turnout"]
    assert roster.total == turnout.absent == 14
    assert roster.counts["present"] == turnout.present
    assert {row.staff_no for row in roster.rows} >= {"1013", "1014"}
    page = answer.content.decode()
    assert "Did not come 14" in page
    assert "1–14 of 14" in page
    assert 'class="chip bad"' not in page


def test_who_held_the_class_is_not_among_the_expected(visit: Visit) -> None:
    roster = visit("1008").get(f"{URL}?show=others").context["roster"]
    assert {row.role for row in roster.rows} == {"host", "assistant"}
    unknown = visit("1008").get(f"{URL}?show=everything").context["roster"]
    assert (unknown.show, unknown.total) == ("present", 24)


def test_a_member_sees_no_list_of_people(visit: Visit) -> None:
    assert "roster" not in visit("1024").get(f"{URL}?show=absent").context


def test_whoever_removes_a_message_is_named(visit: Visit) -> None:
    own = Message.objects.get(room__session__code=PAST, recalled_at__isnull=False)
    line = Message.objects.get(room__session__code=PAST, author__staff_no="1024")
    host = Member.objects.get(staff_no="1008")
    recall(admit(PAST, host), str(uuid4()), line.pk)
    page = visit("1008").get(URL).content.decode()
    assert f"{line.author.name_latin}: removed by {host.name_latin} (Host)" in page
    assert f"{own.author.name_latin}: recalled" in page
    header, *rows = table(visit, "messages")
    assert header[-1] == "撤回者"
    removed = {row[1]: row[-1] for row in rows if row[-1]}
    assert removed == {"1024": f"{host.name}（讲师）", "1039": f"{own.author.name}（学员）"}


def test_minutes_and_percent_are_one_number(visit: Visit) -> None:
    for row in table(visit, "attendance")[1:]:
        minutes, whole, percent = float(row[5]), float(row[6]), int(row[7])
        assert percent == round(minutes * 10) * 100 // round(whole * 10)
        assert "." in row[5]


# ---- files


def test_attendance_lists_everybody_expected_and_everybody_there(visit: Visit) -> None:
    header, *rows = table(visit, "attendance")
    assert len(rows) == 40  # 38 expected, the lecturer, the assistant
    assert all(len(row) == len(header) for row in rows)
    aygul = next(row for row in rows if row[0] == "1033")
    assert aygul[1] == "阿依古丽·买买提"
    assert aygul[8].startswith("2026-12-08 15:00:")
    absent = next(row for row in rows if row[0] == "1014")
    assert (absent[1], absent[5], absent[8], absent[10]) == ("李䶮", "0.0", "", "")


def test_questions_carry_their_answers(visit: Visit) -> None:
    rows = table(visit, "questions")[1:]
    assert len(rows) == len(yesterday.QUESTIONS)
    assert rows[0][4] == "9"
    assert rows[0][6] == "停止操作，等监护人返回并重新核对后再继续。"


def test_polls_are_one_row_per_option(visit: Visit) -> None:
    rows = table(visit, "polls")[1:]
    assert len(rows) == 8
    assert {row[1] for row in rows} == {poll.question for poll in YESTERDAY.polls}


def test_what_people_wrote_cannot_run_in_a_spreadsheet(visit: Visit) -> None:
    client = visit("1008", "en")
    room = Session.objects.get(code=PAST).room
    Message.objects.filter(room=room, author__staff_no="1024").update(text='=HYPERLINK("x")')
    Question.objects.filter(room=room, author__staff_no="1031").update(text="@SUM(A1:A9)")
    Member.objects.filter(staff_no="1024").update(name_latin="+1 Ma", name="-马")
    assert b"'=HYPERLINK" in client.get(f"{URL}messages.csv").content
    assert b"'@SUM" in client.get(f"{URL}questions.csv").content
    assert b"'+1 Ma" in client.get(f"{URL}attendance.csv").content


@pytest.mark.parametrize("name", ["attendance", "messages", "questions", "polls"])
def test_headers_are_in_the_reader_s_language(visit: Visit, name: str) -> None:
    assert all(cell.isascii() for cell in table(visit, name, "en")[0])
    assert not any(cell.isascii() for cell in table(visit, name)[0])


# ---- a class held just now


def test_a_class_that_ended_at_once_has_a_summary(visit: Visit) -> None:
    host = admit(NOW, Member.objects.get(staff_no="1005"))
    start_class(host, str(uuid4()))
    end_class(host, str(uuid4()))
    for number in ("1005", "1013"):
        assert visit(number).get(f"/classes/{NOW}/summary/").status_code == 200
    answer = visit("1013").get(f"/classes/{NOW}/room/")
    assert answer["Location"] == f"/classes/{NOW}/summary/"
