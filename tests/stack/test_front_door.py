"""nginx, with the configuration that ships: who gets where, and what nobody outside sees."""

from __future__ import annotations

import re
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator

import httpx
import pytest

from realtime.turn import LIFETIME_S, credentials
from tests.stack import turn
from tests.stack.installation import SECRETS, Installation, program

pytestmark = [pytest.mark.kill, pytest.mark.stack]
CODES = [f"class{number}" for number in range(24)]


@pytest.fixture
def browser(installation: Installation) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=installation.front(""), verify=installation.tls(), trust_env=False
    ) as client:
        yield client


def test_the_configuration_is_valid(installation: Installation) -> None:
    folder = installation.folder / "nginx"
    done = subprocess.run(
        [program("nginx"), "-t", "-p", folder, "-c", folder / "nginx.conf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_a_class_has_one_process_and_both_have_classes(
    installation: Installation, browser: httpx.Client
) -> None:
    for code in CODES:
        for path in (f"/ws/room/{code}/", f"/classes/{code}/ticket/", f"/ws/room/{code}/"):
            browser.get(path)
    lines = re.findall(
        r'"GET /(?:ws/room|classes)/(class\d+)/.*upstream=([\d.:]+) ',
        (installation.folder / "nginx" / "access.log").read_text(),
    )
    places: dict[str, set[str]] = defaultdict(set)
    for code, place in lines:
        places[code].add(place)
    assert set(places) == set(CODES)
    assert all(len(found) == 1 for found in places.values()), places
    assert len(set.union(*places.values())) == 2


@pytest.mark.parametrize("path", ["/hooks/media", "/metrics", "/metrics/", "/control/end"])
def test_what_is_ours_is_hidden(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "nginx" in answer.text, "this came from behind the front door"
    assert browser.post(path, content=b"{}").status_code == 404


def test_plain_http_only_leads_to_https(installation: Installation) -> None:
    port = installation.ports["nginx"]["http"]
    answer = httpx.get(f"http://127.0.0.1:{port}/classes/?a=1", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (
        301, "https://127.0.0.1/classes/?a=1",
    )  # fmt: skip


def test_pages_and_media_are_behind_it(browser: httpx.Client) -> None:
    assert browser.get("/accounts/login/").status_code == 200
    assert browser.get("/healthz").json()["ok"]
    assert browser.get("/media/healthz").json()["ok"]


def test_a_request_body_has_a_limit(browser: httpx.Client) -> None:
    assert browser.post("/media/whip/x/camera", content=bytes(100_000)).status_code == 413


def test_the_inner_door_leads_to_the_hook_only(installation: Installation) -> None:
    inner = f"http://127.0.0.1:{installation.ports['nginx']['inner']}"
    unsigned = httpx.post(f"{inner}/hooks/media", content=b"{}", trust_env=False)
    assert unsigned.status_code in {400, 401, 403}
    assert httpx.get(f"{inner}/metrics", trust_env=False).status_code == 404


def test_turn_relays_for_who_has_our_credentials(installation: Installation) -> None:
    ports = installation.ports["coturn"]
    user, password = credentials(SECRETS["TURN_SECRET"].encode(), 7, time.time())
    code, relay = turn.allocate(ports["turn"], user, password)
    assert code == 0
    assert ports["first"] <= relay <= ports["last"]


def test_turn_answers_over_tls_with_the_front_door_s_certificate(
    installation: Installation,
) -> None:
    assert turn.answers_over_tls(installation.ports["coturn"]["turn_tls"], installation.tls())


def test_turn_refuses_what_is_wrong_or_over(installation: Installation) -> None:
    port = installation.ports["coturn"]["turn"]
    user, _ = credentials(SECRETS["TURN_SECRET"].encode(), 7, time.time())
    _, other = credentials(b"another secret", 7, time.time())
    assert turn.allocate(port, user, other) == (401, 0)
    long_ago = time.time() - LIFETIME_S - 60
    late = credentials(SECRETS["TURN_SECRET"].encode(), 7, long_ago)
    assert turn.allocate(port, *late) == (401, 0)
