"""``/metrics``: who may read it, and that it says what the parts of the process count."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from types import SimpleNamespace

import httpx
import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from realtime import metrics
from tests.realtime.classroom import Classroom

TOKEN = "scraper-" + "0123456789abcdef" * 2


def status(**headers: str) -> int:
    return Client().get("/metrics", **headers).status_code


def values(page: str) -> dict[str, float]:
    """Every sample by name; those with labels carry the value of the first one."""
    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            label = next(iter(sample.labels.values()), "")
            found[f"{sample.name}:{label}" if label else sample.name] = sample.value
    return found


@pytest.fixture
def token(settings: SimpleNamespace) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_read(address: str) -> None:
    assert status(REMOTE_ADDR=address) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["10.0.0.5", "192.0.2.7", "2001:db8::1", "::ffff:10.0.0.5", ""])
def test_other_machines_may_not(address: str) -> None:
    assert status(REMOTE_ADDR=address) == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA"]
)
def test_whoever_comes_through_a_proxy_may_not(header: str) -> None:
    assert status(REMOTE_ADDR="127.0.0.1", **{header: "127.0.0.1"}) == 403
    assert status(REMOTE_ADDR="127.0.0.1", **{header: ""}) == 403


@pytest.mark.django_db
def test_the_token_opens_it_to_everybody_who_has_it(token: str) -> None:
    bearer = f"Bearer {token}"
    assert status(REMOTE_ADDR="10.0.0.5", HTTP_AUTHORIZATION=bearer) == 200
    proxied = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_AUTHORIZATION": bearer}
    assert status(REMOTE_ADDR="127.0.0.1", **proxied) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["Bearer x", f"Bearer {TOKEN}x", f"bearer {TOKEN[:-1]}"])
def test_a_wrong_token_is_refused_even_from_here(token: str, wrong: str) -> None:
    answer = Client().get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_AUTHORIZATION=wrong)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert token not in answer.content.decode()


@pytest.mark.django_db
def test_without_a_token_in_the_settings_no_token_is_right() -> None:
    for word in ("Bearer x", f"Bearer {TOKEN}"):
        assert status(REMOTE_ADDR="127.0.0.1", HTTP_AUTHORIZATION=word) == 401


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["Bearer ", "Basic eDp5", TOKEN])
def test_what_is_no_bearer_token_changes_nothing(token: str, word: str) -> None:
    assert status(REMOTE_ADDR="10.0.0.5", HTTP_AUTHORIZATION=word) == 403


@pytest.mark.django_db
def test_nobody_posts_to_it() -> None:
    assert Client().post("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 405


def test_plain_attributes_appear_and_missing_ones_do_not() -> None:
    counts = SimpleNamespace(deliveries=7, refused=Counter(too_fast=2, busy=1))
    hub = SimpleNamespace(counts=counts, seats=lambda: [1, 2, 3], rooms={"a": 1})
    parts = metrics.Parts()
    parts.know({"hub": hub, "bus": SimpleNamespace(down=True, published=5)})
    found = {family.name: family.samples for family in parts.collect()}
    assert found["liveclass_deliveries"][0].value == 7
    assert found["liveclass_connections"][0].value == 3
    assert found["liveclass_rooms"][0].value == 1
    assert found["liveclass_bus_down"][0].value == 1
    by_code = {one.labels["code"]: one.value for one in found["liveclass_refused_commands"]}
    assert by_code == {"busy": 1, "too_fast": 2}
    assert "liveclass_frames" not in found
    assert "liveclass_writer_jobs" not in found


def test_a_collection_that_changes_meanwhile_is_left_out() -> None:
    def changing() -> list[int]:
        raise RuntimeError("dictionary changed size during iteration")

    parts = metrics.Parts()
    parts.know({"hub": SimpleNamespace(seats=changing)})
    assert list(parts.collect()) == []


def test_the_writer_tells_how_long_commits_take() -> None:
    writer = SimpleNamespace(on_batch=None)
    metrics.watch(writer=writer)
    before = values(metrics.render().decode())
    assert writer.on_batch is not None
    writer.on_batch(12, 0.02)
    after = values(metrics.render().decode())
    for name in ("liveclass_writer_commit_seconds_count", "liveclass_writer_batch_jobs_count"):
        assert after[name] - before[name] == 1
    jobs = "liveclass_writer_batch_jobs_sum"
    assert after[jobs] - before[jobs] == 12


@pytest.mark.asyncio
async def test_lag_is_how_late_the_loop_was() -> None:
    lag = metrics.Lag(every=0.01)
    before = values(metrics.render().decode())["liveclass_loop_lag_seconds_sum"]
    lag.start()
    await asyncio.sleep(0)
    time.sleep(0.1)  # noqa: ASYNC251 - somebody blocks the loop
    await asyncio.sleep(0.02)
    lag.stop()
    assert values(metrics.render().decode())["liveclass_loop_lag_seconds_sum"] - before >= 0.08


@pytest.mark.asyncio
async def test_a_real_process_counts_a_real_page(classroom: Classroom) -> None:
    page = await classroom.page("ann")
    assert (await page.do("chat.post", text="one line"))["type"] == "accepted"
    address = f"http://127.0.0.1:{classroom.port}/metrics"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(address)
        refused = await client.get(address, headers={"X-Forwarded-For": "127.0.0.1"})
    assert refused.status_code == 403
    found = values(answer.text)
    assert found["liveclass_connections"] >= 1
    assert found["liveclass_writer_jobs_total"] >= 1
    assert found["liveclass_media_up"] == 0
    assert "liveclass_process_cpu_seconds_total" in found
    await page.close()
