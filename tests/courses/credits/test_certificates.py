"""Certificates: the paper, its public page, who may print and revoke."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pypdf
import pytest
from django.core.exceptions import PermissionDenied

from courses.credits import queries as ledger
from courses.credits.certificates.actions import issue, revoke
from courses.credits.certificates.models import Certificate
from courses.credits.certificates.numbers import new_number
from courses.credits.certificates.paper import qr_code
from courses.credits.certificates.queries import covered, verified
from courses.credits.models import ViewLog
from members.accounts.models import Member
from tests.people import People, signed_in


def certify(member: Member, title: str = "安全生产法", **fields: object) -> Certificate:
    """A certificate for a course."""
    return issue(member, "course", title[:20], title, value=200, **fields)  # type: ignore[arg-type]


def test_a_certificate_is_issued_once_per_period(people: People) -> None:
    first = certify(people.member)
    assert certify(people.member) == first
    assert certify(people.member, period="2027").number != first.number
    assert (first.name, first.issued_on) == ("田蕊", ledger.today())


def test_numbers_are_typed_easily_and_guessed_hardly() -> None:
    numbers = {new_number(2026) for _ in range(500)}
    assert len(numbers) == 500
    assert all(len(one) == 14 and not set(one[5:]) & set("0O1IL") for one in numbers)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_says_what_it_must_in_an_embedded_font(people: People, language: str) -> None:
    people.member.name = "阿依古丽·买买提 李䶮"
    people.member.save()
    found = certify(people.member, expires_on=ledger.today() + timedelta(days=365))
    answer = signed_in(people.member, language).get(f"/certificates/{found.number}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    text = reader.pages[0].extract_text()
    for wanted in ("阿依古丽·买买提 李䶮", "安全生产法", found.number, f"/verify/{found.number}/"):
        assert wanted in text
    assert ("证书" if language == "zh-hans" else "Certificate") in text
    assert len(reader.pages) == 1
    fonts = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    for font in fonts:
        below = font.get_object()["/DescendantFonts"][0].get_object()
        kept = below["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(kept), "embedded"
        assert "Noto" in below["/BaseFont"]


def test_a_name_that_looks_like_markup_is_a_name(people: People) -> None:
    nasty = '#eval("1") *b* $x$ [ ] \\ " @a <b>'
    found = certify(people.member, nasty)
    answer = signed_in(people.member).get(f"/certificates/{found.number}/pdf/")
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert '#eval("1")' in text.replace("\n", " ")
    assert "*b*" in text


@pytest.mark.parametrize(
    ("who", "status", "may_revoke"),
    [("host", 403, 403), ("assistant", 403, 403), ("member", 200, 403), ("outsider", 403, 403),
     ("admin", 200, 200), ("anonymous", 302, 302)],
)  # fmt: skip
def test_who_may_print_and_revoke(people: People, who: str, status: int, may_revoke: int) -> None:
    number = certify(people.member).number
    client = signed_in(people.everybody[who])
    assert client.get(f"/certificates/{number}/pdf/").status_code == status
    assert client.get(f"/certificates/{number}/revoke/").status_code == may_revoke
    assert client.get(f"/verify/{number}/").status_code == 200, "for anybody"
    assert ViewLog.objects.exists() is (who == "admin")


def test_the_public_page_shows_no_more_than_it_must(people: People) -> None:
    found = certify(people.member)
    answer = signed_in(None, "en").get(f"/verify/{found.number.lower()}/")
    page = answer.content.decode()
    assert "田○" in page
    assert "安全生产法" in page
    assert "Valid" in page
    for hidden in ("田蕊", "1013", "Tian", "beiyuan.example"):
        assert hidden not in page
    assert answer["X-Robots-Tag"] == "noindex"


def test_an_unknown_number(people: People) -> None:
    answer = signed_in(None, "en").get("/verify/2026-AAAA-BBBB/")
    assert answer.status_code == 404
    assert "no certificate with this number" in answer.content.decode()
    assert signed_in(people.member).get("/certificates/2026-AAAA-BBBB/pdf/").status_code == 403


def test_an_expired_certificate_says_so(people: People) -> None:
    day = date(2026, 12, 31)
    number = certify(people.member, issued_on=date(2026, 1, 1), expires_on=day).number
    for today, state in ((day, "valid"), (day + timedelta(days=1), "expired")):
        found = verified(number, today)
        assert found is not None
        assert found.state == state


def test_a_revoked_certificate_proves_nothing(people: People) -> None:
    found = certify(people.member)
    boss, own = signed_in(people.admin, "en"), signed_in(people.member, "en")
    address = f"/certificates/{found.number}/revoke/"
    assert boss.post(address, {"reason": ""}).status_code == 200
    assert boss.post(address, {"reason": "somebody else sat the test"}).status_code == 302
    assert "Revoked" in own.get(f"/verify/{found.number}/").content.decode()
    assert own.get(f"/certificates/{found.number}/pdf/").status_code == 302
    page = own.get("/record/").content.decode()
    assert "somebody else sat the test" in page
    assert "somebody else" not in signed_in(None).get(f"/verify/{found.number}/").content.decode()
    for who, error in ((people.member, PermissionDenied), (people.admin, ValueError)):
        with pytest.raises(error):
            revoke(who, found, " ")


def test_the_record_offers_the_paper(people: People) -> None:
    found = certify(people.member)
    page = signed_in(people.member).get("/record/").content.decode()
    assert f"/certificates/{found.number}/pdf/" in page
    assert f"/certificates/{found.number}/revoke/" not in page


def test_parts_of_the_paper() -> None:
    assert covered("田蕊") == "田○"
    assert covered("阿依古丽·买买提") == "阿○○○○○○○"
    assert covered("䶮") == "䶮"
    assert qr_code("https://x.example/verify/1/").startswith("<svg")
