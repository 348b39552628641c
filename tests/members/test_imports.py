"""People and units from CSV files: all or nothing, every refusal with its line."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from members.accounts.models import Member
from members.units.models import Unit, UnitClosure
from tests.factories import make_department, make_group, make_member
from tests.people import SIGN_IN

HEAD = "staff_no,name,name_latin,email,department,post\n"
LI = "2001,李䶮,Li Yan,li.yan@works.example,crew,值班员\n"
SUN = "2002,孙,Sun,,,\n"


@pytest.fixture
def crew(db: None) -> Unit:
    unit = make_department("运行一值")
    Unit.objects.filter(pk=unit.pk).update(code="crew")
    return Unit.objects.get(pk=unit.pk)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def run(file: Path, text: str | bytes, *options: str, what: str = "import") -> tuple[str, str]:
    """What the command says, and what it complains about."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("people", what, str(file), *options, stdout=out, stderr=err)
    except CommandError as wrong:
        err.write(f"! {wrong}")
    return out.getvalue(), err.getvalue()


def test_without_apply_the_file_is_only_tried(crew: Unit, file: Path) -> None:
    out, err = run(file, HEAD + LI + SUN)
    assert "2" in out
    assert "--apply" in out
    assert err == ""
    assert not Member.objects.exists()


def test_people_are_made(crew: Unit, file: Path) -> None:
    assert run(file, HEAD + LI + SUN, "--apply")[1] == ""
    li, sun = Member.objects.order_by("staff_no")
    assert (li.name, li.name_latin, li.email, li.department, li.post) == (
        "李䶮", "Li Yan", "li.yan@works.example", crew, "值班员",
    )  # fmt: skip
    assert (sun.email, sun.department) == (None, None)
    assert not li.has_usable_password()
    assert {li.is_staff, li.is_superuser, li.is_platform_admin} == {False}


def test_a_second_run_changes_nothing_and_a_third_only_what_differs(crew: Unit, file: Path) -> None:
    run(file, HEAD + LI + SUN, "--apply")
    Member.objects.filter(staff_no="2001").update(theme="dark", password="kept")
    assert "0" in run(file, HEAD + LI + SUN, "--apply")[0]
    run(file, "staff_no,name,post\n2001,李䶮,值长\n", "--apply")
    li = Member.objects.get(staff_no="2001")
    assert (li.post, li.name_latin, li.department, li.password) == ("值长", "Li Yan", crew, "kept")
    run(file, "staff_no,name,department,email\n2001,李䶮,,\n", "--apply")
    li.refresh_from_db()
    assert (li.department, li.email) == (None, None)


BAD = {
    "20 01,王,,,,": "staff number of two words",
    ",王,,,,": "no staff number",
    "2003,,,,,": "no name",
    "2003,王,,not-an-address,,": "no address",
    "2003,王,,LI.YAN@works.example,,": "address of the line before",
    "2003,王,,old@works.example,,": "address of somebody who is there",
    "2003,王,,,nowhere,": "unknown department",
    "2003,王,,,team,": "a group is no department",
    "2001,李,,,,": "number of the line before",
    "2003,王,,,,,more": "too many cells",
    f"2003,{'王' * 61},,,,": "too long a name",
}


@pytest.mark.parametrize("bad", BAD, ids=BAD.values())
def test_one_bad_row_refuses_the_file(crew: Unit, file: Path, bad: str) -> None:
    Unit.objects.filter(pk=make_group("小组").pk).update(code="team")
    make_member(staff_no="1", email="old@works.example")
    _, err = run(file, f"{HEAD}{LI}{bad}\n{SUN}", "--apply")
    assert "3" in err.splitlines()[0]
    assert "!" in err
    assert Member.objects.count() == 1


def test_every_bad_row_is_named(crew: Unit, file: Path) -> None:
    _, err = run(file, f"{HEAD}x y,王,,,,\n{LI}2003,,,,nowhere,\n")
    lines = [line for line in err.splitlines() if not line.startswith("!")]
    assert ["2" in lines[0], "4" in lines[-1]] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        b"", b"staff_no,name\n", b"staff_no,name,colour\n1,a,red\n", b"name\nLi\n",
        b"staff_no,name,name\n1,a,b\n", b"\xff\xff\xff", b'staff_no,name\n1,"a" b\n',
    ],
)  # fmt: skip
def test_what_is_no_list_of_people_is_refused_as_a_whole(db: None, file: Path, text: bytes) -> None:
    assert run(file, text, "--apply")[1].startswith("! ")
    assert not Member.objects.exists()


def test_a_missing_file_is_one_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("people", "import", str(tmp_path / "none.csv"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_files_of_chinese_spreadsheet_programs_are_read(
    crew: Unit, file: Path, encoding: str
) -> None:
    text = "工号,姓名,部门代码\r\n2001,李䶮,crew\r\n\r\n"
    run(file, text.encode(encoding), "--apply")
    assert Member.objects.get().name == "李䶮"


def test_first_passwords_are_written_for_the_caller_only(
    crew: Unit, file: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "passwords.csv"
    make_member(staff_no="2002", name="孙")
    run(file, HEAD + LI + SUN, "--apply", "--passwords", str(kept))
    header, row = kept.read_text("utf-8-sig").splitlines()
    assert header == "staff_no,password"
    number, password = row.split(",")
    assert number == "2001", "who was there keeps her password"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    answer = Client().post(SIGN_IN, {"login": number, "password": password})
    assert answer.status_code == 302
    assert run(file, HEAD + LI, "--apply", "--passwords", str(kept))[1].startswith("! ")


def test_no_passwords_are_left_of_a_refused_file(crew: Unit, file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "passwords.csv"
    run(file, f"{HEAD}{LI}x y,王,,,,\n", "--apply", "--passwords", str(kept))
    assert not kept.exists()


# ---- units

UNITS = "code,kind,name_zh,name_en,parent\n"
TREE = "plant,department,电厂,Plant,\nboiler,部门,锅炉车间,,plant\nteam,group,讲师团,,\n"


def test_units_are_made_with_their_tree(db: None, file: Path) -> None:
    assert run(file, UNITS + TREE, what="units")[1] == ""
    assert not Unit.objects.exists()
    assert run(file, UNITS + TREE, "--apply", what="units")[1] == ""
    boiler = Unit.objects.get(code="boiler")
    assert boiler.parent is not None
    assert UnitClosure.objects.filter(ancestor=boiler.parent, descendant=boiler, depth=1).exists()
    run(file, f"{UNITS}boiler,department,锅炉,Boilers,\n", "--apply", what="units")
    boiler.refresh_from_db()
    assert (boiler.name_en, boiler.parent is None) == ("Boilers", False)


@pytest.mark.parametrize(
    "bad",
    [
        "b,department,车间,,nowhere", "b,shop,车间,,", "b c,department,车间,,", "b,department,,,",
        "plant,department,电厂,,", "b,group,小组,,plant", "b,department,车间,,,more",
    ],
)  # fmt: skip
def test_one_bad_unit_refuses_the_file(db: None, file: Path, bad: str) -> None:
    _, err = run(file, f"{UNITS}plant,department,电厂,Plant,\n{bad}\n", "--apply", what="units")
    assert "3" in err.splitlines()[0]
    assert not Unit.objects.exists()
