"""Readers of the environment, what addresses mean, and what production refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from liveclass import env
from liveclass.database import database
from liveclass.keys import close_to_others, derived_secret, kept_secret, write_privately
from liveclass.mail import mail_settings
from tests.architecture.tree import ROOT
from tests.environment import READ_BY_SETTINGS

LONG = "x" * 60
SAFE = {
    "LIVECLASS_ENV": "production",
    "SECRET_KEY": LONG,
    "ALLOWED_HOSTS": "class.beiyuan.example",
    "HTTPS": "1",
}


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names read here do not meet those the settings read."""
    monkeypatch.setattr(env, "DECLARED", {})


def start(tmp_path: Path, **variables: str) -> tuple[int, str]:
    """Load the settings in a process of its own; its exit status and what it said last."""
    kept = {name: value for name, value in os.environ.items() if name not in READ_BY_SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", "import liveclass.settings as s; print(s.ENVIRONMENT)"],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("raw", "found"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", True)]
)
def test_flags(monkeypatch: pytest.MonkeyPatch, raw: str, found: bool) -> None:
    monkeypatch.setenv("X", raw)
    assert env.flag("X", True, "") is found


@pytest.mark.parametrize("raw", ["-1", "65536", "8000.0", "٨٠٠٠", "0x50", "eight"])
def test_ports_that_mean_nothing(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(ImproperlyConfigured, match="X is a whole number from 1 to 65535"):
        env.port("X", 1, "")


def test_lists_forgive_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " a, b ,,c ")
    assert env.names("X", [], "") == ["a", "b", "c"]


@pytest.mark.parametrize("raw", ["localhost:6379", "http://x", "redis://host:port/0"])
def test_addresses_that_mean_nothing(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(ImproperlyConfigured, match="redis"):
        env.url("X", "", "", schemes=("redis",))


def test_a_name_is_read_once() -> None:
    env.flag("X", True, "")
    with pytest.raises(RuntimeError, match="twice"):
        env.flag("X", True, "")


def test_a_secret_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        env.refuse("SECRET_KEY", "hunter2", "is longer")
    assert "hunter2" not in str(refused.value)


def test_sqlite_waits_for_its_turn() -> None:
    found = database("sqlite:////data/x.sqlite3", synchronous="FULL", pool=0)
    assert found["NAME"] == Path("/data/x.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_postgres_addresses_may_hold_anything_in_the_password() -> None:
    found = database(
        "postgresql://u:p%40ss%2F@db:6432/lc?sslmode=require", synchronous="NORMAL", pool=4
    )
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("u", "p@ss/", "lc")
    assert (found["HOST"], found["PORT"]) == ("db", "6432")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 4


@pytest.mark.parametrize("url", ["sqlite://data/x", "sqlite:///x", "postgresql://u:hunter2@db"])
def test_database_addresses_that_mean_nothing(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        database(url, synchronous="NORMAL", pool=0)
    assert "hunter2" not in str(refused.value)


def test_mail_never_sends_a_password_in_the_clear() -> None:
    plain = mail_settings("smtp://me:secret@mail.example")
    assert (plain["EMAIL_PORT"], plain["EMAIL_USE_TLS"], plain["EMAIL_USE_SSL"]) == (
        587,
        True,
        False,
    )
    wrapped = mail_settings("smtps://me:secret@mail.example")
    assert (wrapped["EMAIL_PORT"], wrapped["EMAIL_USE_SSL"]) == (465, True)


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = kept_secret(path)
    assert kept_secret(path) == first
    assert len(first) >= 50
    assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_secret_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(RuntimeError, match="damaged"):
        kept_secret(tmp_path / "secret_key")


def test_what_came_open_is_closed_on_the_next_start(tmp_path: Path) -> None:
    """A folder made by hand, or a copy put back, must not show the database to the machine."""
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    for path, mode in ((folder, 0o755), (folder / "mail", 0o775)):
        path.mkdir()
        path.chmod(mode)
    for path in (folder / "db.sqlite3", elsewhere):
        path.write_text("x")
        path.chmod(0o644)
    (folder / "secret_key").symlink_to(elsewhere)
    said = (
        "import pathlib; pathlib.Path(s.DATA_DIR, 'new').touch(); s.DATA_DIR.joinpath('d').mkdir()"
    )
    command = [sys.executable, "-c", f"import liveclass.settings as s; {said}"]
    kept = {name: value for name, value in os.environ.items() if name not in READ_BY_SETTINGS}
    subprocess.run(
        command,
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(folder), "SECRET_KEY": LONG},
        check=True,
        timeout=60,
    )
    closed = (folder, *(folder / name for name in ("mail", "db.sqlite3", "new", "d")))
    assert [path.name for path in closed if path.stat().st_mode & 0o077] == []
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def test_a_folder_that_everybody_shares_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "db.sqlite3").touch(0o644)
    (tmp_path / "another").touch(0o644)
    with pytest.warns(UserWarning, match="shared by everybody"):
        close_to_others(tmp_path)
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777
    assert (tmp_path / "db.sqlite3").stat().st_mode & 0o077 == 0
    assert (tmp_path / "another").stat().st_mode & 0o400


def test_what_belongs_to_somebody_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)

    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(path, mode)

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.warns(UserWarning, match="belongs to somebody else"):
        close_to_others(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "mask"),
    [
        (["manage.py", "serve"], 0o077),
        (["uvicorn"], 0o077),
        (["manage.py", "collectstatic"], 0o022),
    ],
)
def test_files_for_others_stay_readable(arguments: list[str], mask: int) -> None:
    before = os.umask(0o022)
    try:
        write_privately(arguments)
        assert os.umask(0) == mask
    finally:
        os.umask(before)


def test_derived_secrets_differ_by_purpose() -> None:
    assert derived_secret(LONG, "media") != derived_secret(LONG, "other") != LONG


def test_production_starts_when_all_is_said(tmp_path: Path) -> None:
    assert start(tmp_path, **SAFE) == (0, "production\n")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "a.example,*"}, "ALLOWED_HOSTS must name"),
        ({"HTTPS": "0"}, "HTTPS must be 1"),
        ({"DEBUG": "1"}, "DEBUG must be 0"),
        ({"LIVECLASS_DEMO_PASSWORD": "known"}, "LIVECLASS_DEMO_PASSWORD must not"),
        ({"MEDIA_SECRET": "short"}, "MEDIA_SECRET must have"),
        ({"PORT": "70000"}, "PORT is a whole number"),
        ({"TIME_ZONE": "Mars"}, "TIME_ZONE is the name of a time zone"),
        ({"LIVECLASS_ENV": "prod"}, "LIVECLASS_ENV is one of"),
    ],
)
def test_production_refuses(tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    status, words = start(tmp_path, **(SAFE | wrong))
    assert status != 0
    assert said in words


def test_nothing_is_needed_to_begin(tmp_path: Path) -> None:
    assert start(tmp_path) == (0, "embedded\n")
    assert (tmp_path / "secret_key").exists()
