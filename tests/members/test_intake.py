"""People from a spreadsheet on a page: tried, shown, written as it was tried, never otherwise."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from members.accounts.models import Member
from members.intake import actions
from members.intake.models import Intake
from members.units.sheets import MOST_BYTES
from tests.people import SIGN_IN, People, make_people, signed_in

START = "/organisation/people/"
HEAD = "staff_no,name,name_latin,email\n"
GOOD = HEAD + "2001,李䶮,Li Yan,li.yan@works.example\n2002,阿依古丽·买买提,,\n"


@pytest.fixture
def people(db: None, settings: Any, tmp_path: Path) -> People:
    settings.DATA_DIR = tmp_path
    return make_people()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the worker was asked to do."""
    found: list[tuple[str, int]] = []
    for name in ("check", "write"):
        job = getattr(actions, name)
        monkeypatch.setattr(
            job, "enqueue_after_commit", lambda key, name=name: found.append((name, key))
        )
    return found


def hand_in(client: Client, text: str | bytes, passwords: bool = False) -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    sent = SimpleUploadedFile("人员.csv", data, content_type="text/csv")
    return client.post(START, {"file": sent, **({"passwords": "on"} if passwords else {})})


def checked(client: Client, text: str, passwords: bool = False) -> Intake:
    assert hand_in(client, text, passwords).status_code == 302
    one = Intake.objects.latest("pk")
    actions.check.call(one.pk)
    one.refresh_from_db()
    return one


def page(client: Client, one: Intake) -> str:
    return client.get(f"{START}{one.pk}/").content.decode()


def test_a_file_is_tried_shown_and_written(people: People, queued: list[Any]) -> None:
    admin = signed_in(people.admin, "en")
    one = checked(admin, GOOD)
    assert queued == [("check", one.pk)]
    assert (one.state, one.created, one.total) == ("ready", 2, 2)
    assert "Nothing is written yet." in page(admin, one)
    assert not Member.objects.filter(staff_no="2001").exists()
    admin.post(f"{START}{one.pk}/", {"write": one.digest})
    assert queued[-1] == ("write", one.pk)
    assert admin.get(f"{START}{one.pk}/")["Refresh"]
    actions.write.call(one.pk)
    one.refresh_from_db()
    assert (one.state, one.created, one.done) == ("done", 2, 2)
    assert Member.objects.get(staff_no="2002").name == "阿依古丽·买买提"
    actions.write.call(one.pk)  # as after a restart: it is done
    again = checked(admin, GOOD)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)


def test_a_file_with_faults_names_them_and_is_not_written(
    people: People, queued: list[Any]
) -> None:
    admin = signed_in(people.admin, "en")
    one = checked(admin, GOOD + "2003,,,\n2001,Twice,,\n")
    assert (one.state, one.fault_count) == ("refused", len(one.faults))
    assert {line for line, _reason in one.faults} == {4, 5}
    assert "in line 2 already" in page(admin, one)
    admin.post(f"{START}{one.pk}/", {"write": one.digest})
    assert [name for name, _key in queued] == ["check"]
    table = admin.get(f"{START}{one.pk}/refused.csv").content.decode("utf-8-sig")
    assert "4," in table
    assert not Member.objects.filter(staff_no="2001").exists()


def test_only_the_bytes_that_were_checked_are_written(people: People, queued: list[Any]) -> None:
    admin = signed_in(people.admin, "en")
    one = checked(admin, GOOD)
    admin.post(f"{START}{one.pk}/", {"write": "0" * 64})
    assert [name for name, _key in queued] == ["check"]
    admin.post(f"{START}{one.pk}/", {"write": one.digest})
    actions.sheet_of(one).write_text(HEAD + "6666,Somebody else,,\n", "utf-8")
    actions.write.call(one.pk)
    one.refresh_from_db()
    assert one.state == "failed"
    assert not Member.objects.filter(staff_no__in=("6666", "2001")).exists()


def test_pieces_that_were_written_stay_and_are_not_written_twice(
    people: People, queued: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "PIECE", 1)
    admin = signed_in(people.admin, "en")
    one = checked(admin, GOOD, passwords=True)
    admin.post(f"{START}{one.pk}/", {"write": one.digest})

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as moment:
        moment.setattr(actions, "_tell", die)
        with pytest.raises(KeyboardInterrupt):
            actions.write.call(one.pk)
    assert Member.objects.filter(staff_no__in=("2001", "2002")).count() == 1
    actions.write.call(one.pk)
    one.refresh_from_db()
    assert (one.state, one.created, one.unchanged) == ("done", 1, 1)
    text = actions.passwords_of(one).read_text("utf-8-sig")
    assert [line.split(",")[0] for line in text.split()] == ["staff_no", "2001", "2002"]


def test_first_passwords_work_and_are_fetched_once(people: People, queued: list[Any]) -> None:
    admin = signed_in(people.admin, "en")
    one = checked(admin, GOOD, passwords=True)
    admin.post(f"{START}{one.pk}/", {"write": one.digest})
    actions.write.call(one.pk)
    assert stat.S_IMODE(actions.passwords_of(one).stat().st_mode) == 0o600
    assert stat.S_IMODE(actions.sheet_of(one).stat().st_mode) == 0o600
    fetch = f"{START}{one.pk}/passwords.csv"
    assert admin.get(fetch).status_code == 405  # a link that is looked at in advance takes nothing
    lines = admin.post(fetch).content.decode("utf-8-sig").split()
    assert admin.post(fetch).status_code == 404
    password = dict(line.split(",") for line in lines)["2001"]
    answer = Client().post(SIGN_IN, {"login": "2001", "password": password})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 no workbook", "not a readable Excel workbook"),
        (b"name\nx\n", "Missing columns: staff_no"),
        (b"staff_no,name,shoe\n1,x,42\n", "Unknown columns: shoe"),
        (b"\xff\xfe\x00\xd8\xff", "neither UTF-8 nor GB 18030"),
    ],
)
def test_what_is_no_list_of_people_is_refused(
    people: People, queued: list[Any], data: bytes, said: str
) -> None:
    admin = signed_in(people.admin, "en")
    assert hand_in(admin, data).status_code == 302
    one = Intake.objects.get()
    actions.check.call(one.pk)
    one.refresh_from_db()
    assert one.state == "refused"
    assert said in page(admin, one)


def test_empty_large_and_second_files_are_refused_at_once(
    people: People, queued: list[Any]
) -> None:
    admin = signed_in(people.admin, "en")
    assert "The file is empty." in hand_in(admin, b"").content.decode()
    assert "8 MiB" in hand_in(admin, b"x" * (MOST_BYTES + 1)).content.decode()
    assert "Choose a file." in admin.post(START, {}).content.decode()
    assert hand_in(admin, GOOD).status_code == 302
    answer = hand_in(admin, GOOD)
    assert answer.status_code == 422
    assert "is not finished" in answer.content.decode()
    assert Intake.objects.count() == 1


def test_files_go_after_a_day_or_when_told(people: People, queued: list[Any]) -> None:
    admin = signed_in(people.admin, "en")
    one = checked(admin, GOOD)
    admin.post(f"{START}{one.pk}/", {"drop": "1"})
    assert not Intake.objects.exists()
    assert not actions.sheet_of(one).exists()
    hand_in(admin, GOOD)
    dead = Intake.objects.get()
    Intake.objects.update(touched_at=timezone.now() - timedelta(hours=25))
    actions.forget()
    assert not Intake.objects.exists()
    assert not actions.sheet_of(dead).exists()


def test_platform_admins_only_and_each_their_own(people: People, queued: list[Any]) -> None:
    one = checked(signed_in(people.admin), GOOD)
    pages = [START, f"{START}template.csv", f"{START}{one.pk}/", f"{START}{one.pk}/refused.csv"]
    for name, member in people.everybody.items():
        client = signed_in(member)
        seen = {client.get(address).status_code for address in pages}
        assert seen == {200 if name == "admin" else 302 if member is None else 403}, name
    Member.objects.filter(pk=people.host.pk).update(is_platform_admin=True)
    other = signed_in(Member.objects.get(pk=people.host.pk))
    assert other.get(START).status_code == 200
    assert other.get(f"{START}{one.pk}/").status_code == 404
    assert other.post(f"{START}{one.pk}/passwords.csv").status_code == 404


def test_the_template_is_a_file_that_can_be_checked(people: People, queued: list[Any]) -> None:
    for language in ("zh-hans", "en"):
        admin = signed_in(people.admin, language)
        text = admin.get(f"{START}template.csv").content.decode("utf-8-sig")
        assert checked(admin, text).state == "ready"
