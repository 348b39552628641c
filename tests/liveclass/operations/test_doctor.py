"""``manage.py doctor``: what it sees, what it says about it, and that it changes nothing."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import translation

from liveclass.operations import databases, doctor, machine, ports, programs, reachability, safety
from liveclass.operations.finding import Finding
from liveclass.operations.shared_state import shared_state
from tests.platform_process import free_ports
from tests.realtime.sfu import peers, process

LINE = re.compile(r"^(ok   |warn |fail ) \S.{12} .+")


@pytest.fixture
def own_ports(settings: SimpleNamespace) -> int:
    """Ports nobody listens on."""
    first = free_ports(3)
    settings.PORT, settings.MEDIA_HTTP_PORT, settings.MEDIA_UDP_PORT = first, first + 1, first + 2
    settings.MEDIA_URL_INTERNAL = f"http://127.0.0.1:{first + 1}"
    settings.MEDIA_ANNOUNCED_ADDRESS = ["127.0.0.1"]
    return first


def use(settings: SimpleNamespace, path: Path) -> None:
    """Let the checks believe that the database is this file; nothing connects to it."""
    with pytest.warns(UserWarning, match="DATABASES"):
        settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path}}


def run(*words: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = StringIO()
    try:
        call_command("doctor", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_every_finding_is_one_line_with_advice_where_something_is_wrong(own_ports: int) -> None:
    code, text = run("--language", "en")
    lines = text.splitlines()
    assert len(lines) >= len(doctor.checks(1))
    for line in lines:
        assert LINE.match(line), line
        assert ("→" in line) == (not line.startswith("ok")), line
    assert code == int(any(line.startswith("fail") for line in lines))


def _parts(text: str) -> set[str]:
    """What was looked at; how often an address is named depends on what else listens now."""
    return {line[6:20].strip() for line in text.splitlines()}


@pytest.mark.django_db(transaction=True)
def test_it_speaks_both_languages(own_ports: int) -> None:
    english, chinese = run("--language", "en")[1], run("--language", "zh-hans")[1]
    assert "is free for us" in english
    assert not re.search("[一-鿿]", english.replace("测试", ""))
    assert len(re.findall("[一-鿿]", chinese)) > 60
    assert _parts(english) == _parts(chinese)


@pytest.mark.django_db(transaction=True)
def test_json_is_one_object_for_machines(own_ports: int) -> None:
    code, text = run("--json")
    told = json.loads(text)
    assert told["ok"] == (code == 0)
    assert {"level", "part", "says", "advice"} == set(told["findings"][0])


@pytest.mark.django_db(transaction=True)
def test_it_changes_nothing(own_ports: int, settings: SimpleNamespace, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "kept").write_text("as it was")
    run()
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_missing_database_is_not_made(settings: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    use(settings, path)
    found = list(databases.database())
    assert [one.level for one in found] == ["fail"]
    assert not path.exists()


def test_the_journal_is_read_without_touching_the_file(
    settings: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (a)")
    use(settings, path)
    before = path.read_bytes()
    assert databases.sqlite_journal() == "delete"
    assert path.read_bytes() == before


def test_a_check_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Finding:
        raise LookupError("no such thing\nwith details")

    monkeypatch.setattr(doctor, "checks", lambda members: (broken, programs.python))
    found = list(doctor.examine(1))
    assert [one.level for one in found] == ["fail", "ok"]
    assert "no such thing" in found[0].says
    assert "details" not in found[0].says


@pytest.fixture
def stranger(own_ports: int) -> Iterator[int]:
    """Somebody else's program on PORT."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_ports))
        taken.listen(8)
        yield own_ports


def test_somebody_else_s_port_is_a_failure(stranger: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "SECONDS", 0.2)
    found = ports.web()
    assert found.level == "fail"
    assert str(stranger) in found.says


def test_our_own_port_is_well(stranger: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "web_answers", lambda: True)
    assert ports.web().level == "ok"


def test_few_descriptors_are_a_warning() -> None:
    assert machine.descriptors(members=10).level == "ok"
    assert machine.descriptors(members=10**8).level == "warn"


@pytest.mark.parametrize(
    "key", ["brief-key", "a" * 60, "django-insecure-" + "0123456789abcdef" * 4]
)
def test_weak_secrets_fail(settings: SimpleNamespace, key: str) -> None:
    settings.SECRET_KEY = key
    found = safety.secret_key()
    assert found.level == "fail"
    assert key not in found.line


def test_a_key_others_may_read_fails(settings: SimpleNamespace, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o640)
    assert safety.secret_key().level == "fail"
    (tmp_path / "secret_key").chmod(0o600)
    assert safety.secret_key().level == "ok"


def test_mail_that_cannot_be_delivered_fails(settings: SimpleNamespace) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_ports(1)
    assert safety.mail().level == "fail"


def test_a_library_of_another_version_is_seen() -> None:
    lock = "redis==0.0.1 \\\n    --hash=sha256:x\nnot-there==1 ; sys_platform == 'win32' \\\n"
    assert [one.split()[0] for one in programs.differences(programs.pinned_in(lock))] == ["redis"]


def test_redis_is_asked_everything(settings: SimpleNamespace, redis_url: str) -> None:
    settings.REDIS_URL = redis_url
    found = {one.part: one for one in shared_state()}
    assert {"redis", "redis memory", "redis pubsub", "clock skew"} <= set(found)
    assert all(one.level != "fail" for one in found.values())


def test_an_absent_redis_fails_without_its_password(settings: SimpleNamespace) -> None:
    settings.REDIS_URL = f"redis://:hush-hush@127.0.0.1:{free_ports(1)}/0"
    (found,) = shared_state()
    assert found.level == "fail"
    assert "hush" not in found.line


def test_the_media_port_answers_while_nothing_runs(own_ports: int) -> None:
    (found,) = reachability.media()
    assert found.level == "ok"
    assert ports.media_udp().level == "ok", "the port was not given back"


def test_a_running_media_process_is_asked_itself(settings: SimpleNamespace) -> None:
    child, port = process.start(MEDIA_ANNOUNCED_ADDRESS="127.0.0.1")
    settings.MEDIA_URL_INTERNAL = f"http://127.0.0.1:{port}"
    settings.MEDIA_SECRET = peers.SECRET.decode()
    try:
        found = list(reachability.media())
        told = ports.media_figures()
    finally:
        child.terminate()
        child.wait(10)
    assert [one.level for one in found] == ["ok"], found
    assert told is not None
    assert told["publishers"] == told["viewers"] == 0


def test_an_unreachable_address_is_explained() -> None:
    well, not_well = ("127.0.0.1", 9), ("203.0.113.7", 9)
    some = list(reachability.judged({well: True, not_well: False}))
    assert [one.level for one in some] == ["ok", "warn"]
    with translation.override("en"):
        assert "NAT" in list(reachability.judged({well: True, not_well: False}))[1].advice
    assert [one.level for one in reachability.judged({not_well: False})] == ["fail"]
