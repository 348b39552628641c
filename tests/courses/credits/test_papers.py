"""The record on paper: what it says, who may print it, and how a stranger checks it."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from django.core.exceptions import PermissionDenied

from courses.credits import actions, queries
from courses.credits.models import ViewLog
from courses.credits.papers.actions import number_paper
from courses.credits.papers.models import RecordPaper
from courses.credits.papers.queries import content
from tests.courses.credits.test_record_pages import require, write
from tests.people import People, signed_in


def read(answer) -> str:
    """The words of a PDF, without its line breaks."""
    assert answer["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 200), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_may_print_a_record(people: People, who: str, status: int) -> None:
    client = signed_in(people.everybody[who])
    assert client.get("/papers/record/1013/").status_code == status
    assert client.get("/papers/record/NOBODY/").status_code == (302 if status == 302 else 403)
    noted = list(ViewLog.objects.values_list("subject__staff_no", "what"))
    assert noted == ([("1013", "record_pdf")] if who == "admin" else [])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("学习档案", "年度学时", "超过线上自学上限", "计入", "第二十条", "依据待核对")),
        ("en", ("Learning record", "Hours of the year", "Over the limit for self-study",
                "30.4 hours to go", "第二十条", "still to be checked")),
    ],
)  # fmt: skip
def test_every_number_is_explained(people: People, language: str, words: tuple[str, ...]) -> None:
    people.member.name = "阿依古丽·买买提 李䶮"
    people.member.save()
    require(people, rule={"caps": [{"modes": ["self"], "percent": 5}]}, standing="check")
    write(people.member)
    text = read(signed_in(people.member, language).get("/papers/record/"))
    paper = RecordPaper.objects.get()
    for wanted in (*words, "阿依古丽·买买提 李䶮", "安全生产法", paper.number, "45 min/1",
                   f"/verify/record/{paper.number}/"):  # fmt: skip
        assert wanted in text, (wanted, text)


def test_what_looks_like_markup_is_text(people: People) -> None:
    write(people.member, '#eval("1") *b* $x$ [ ] \\ @a')
    assert '#eval("1") *b*' in read(signed_in(people.member).get("/papers/record/"))


def test_the_same_record_is_the_same_paper(people: People) -> None:
    entry = write(people.member)
    client = signed_in(people.member, "en")
    client.get("/papers/record/")
    client.get("/papers/record/?year=1899")
    client.get("/papers/record/?year=" + "9" * 30)
    paper = RecordPaper.objects.get()
    stranger = signed_in(None, "en")
    address = f"/verify/record/{paper.number.lower()}/"
    page = stranger.get(address).content.decode()
    assert "Valid" in page
    assert "田○" in page
    for hidden in ("田蕊", "1013", "Tian"):
        assert hidden not in page
    actions.reverse(entry, "somebody else", people.admin)
    assert "The record has changed since" in stranger.get(address).content.decode()
    client.get("/papers/record/")
    assert RecordPaper.objects.count() == 2


def test_a_number_nobody_gave(people: People) -> None:
    answer = signed_in(None, "en").get("/verify/record/R2026-AAAA-BBBB/")
    assert answer.status_code == 404
    assert answer["X-Robots-Tag"] == "noindex"
    assert (
        signed_in(None)
        .get("/verify/R2026-AAAA-BBBB/")["Location"]
        .endswith("/verify/record/R2026-AAAA-BBBB/")
    )


def test_only_who_sees_a_record_numbers_it(people: People) -> None:
    said = content(people.member, queries.today().year, queries.today())
    with pytest.raises(PermissionDenied):
        number_paper(people.outsider, said)


def test_a_day_that_passes_changes_nothing(people: People) -> None:
    """“In progress” becomes “due soon” by itself: the paper stays true."""
    require(people)
    write(people.member)
    year = queries.today().year
    digests = {content(people.member, year, date(year, month, 15)).digest for month in (3, 12)}
    assert len(digests) == 1
