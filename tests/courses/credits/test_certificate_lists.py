"""Certificates of many: the list of who looks after them, and archives."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest

from courses.credits.certificates import archive
from courses.credits.certificates.actions import revoke
from courses.credits.models import ViewLog
from members.units.actions import give_role
from tests.courses.credits.test_certificates import certify
from tests.people import People, signed_in


def unpack(answer) -> zipfile.ZipFile:
    """The archive that was streamed, complete."""
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 403), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_may_list(people: People, who: str, status: int) -> None:
    certify(people.member)
    client = signed_in(people.everybody[who], "en")
    for address in ("/certificates/", "/certificates/?q=1013", "/certificates/unit.zip"):
        assert client.get(address).status_code == status
    if who == "admin":
        assert client.get("/certificates/?unit=nothing").status_code == 403


def test_an_admin_of_a_unit_gets_hers_and_no_others(people: People) -> None:
    mine, other = certify(people.member), certify(people.outsider)
    give_role(people.crew, people.assistant.pk, "admin")
    client = signed_in(people.assistant, "en")
    page = client.get("/certificates/").content.decode()
    assert mine.number in page
    assert other.number not in page
    assert client.get(f"/certificates/?unit={people.contractors.code}").status_code == 403
    with unpack(client.get(f"/certificates/unit.zip?unit={people.crew.code}")) as made:
        assert [name.split()[0] for name in made.namelist()] == [mine.number]
    looks = ViewLog.objects.filter(subject=people.member, what="certificates")
    assert looks.get().times == 2


def test_an_archive_holds_papers_that_open(people: People) -> None:
    people.member.name = "李䶮"
    people.member.save()
    first, second = certify(people.member, "安全/生产: 法?"), certify(people.member, "b")
    gone = certify(people.member, "c")
    revoke(people.admin, gone, "wrong")
    client = signed_in(people.member, "en")
    assert "All of them (ZIP)" in client.get("/record/").content.decode()
    with unpack(client.get("/certificates/mine.zip")) as made:
        assert made.testzip() is None
        assert sorted(made.namelist()) == sorted(
            [f"{first.number} 李䶮 安全 生产 法.pdf", f"{second.number} 李䶮 b.pdf"]
        )
        paper = made.read(f"{second.number} 李䶮 b.pdf")
    assert second.number in pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert not ViewLog.objects.filter(subject=people.member).exists(), "nobody else looked"


def test_one_paper_is_held_at_a_time(people: People) -> None:
    found = [certify(people.member, f"c{n}") for n in range(3)]
    sizes = [len(piece) for piece in archive.pieces(found, "https://x/{}".format, "en")]
    assert len(sizes) == 4
    assert max(sizes[:3]) < 2 * min(sizes[:3])


def test_without_any_there_is_no_archive(people: People) -> None:
    for who, address in ((people.member, "mine"), (people.admin, "unit")):
        assert signed_in(who).get(f"/certificates/{address}.zip").status_code == 302
