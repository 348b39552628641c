"""The servers that other tests stand on are real and our own."""

from __future__ import annotations

import psycopg
import pytest
import redis

from tests import services


@pytest.mark.redis
def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("greeting", "你好")
        assert client.get("greeting") == "你好".encode()
        version = str(client.info("server")["redis_version"])
    assert tuple(int(part) for part in version.split(".")[:2]) >= (6, 2)


@pytest.mark.postgres
def test_postgres_is_the_declared_floor_or_newer(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.info.server_version >= 150000
        row = connection.execute("SHOW server_encoding").fetchone()
    assert row == ("UTF8",)


def test_a_missing_program_is_an_error_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECLASS_REDIS_SERVER", "/nowhere/redis-server")
    monkeypatch.setenv("LIVECLASS_POSTGRES_BIN", "/nowhere/bin")
    with pytest.raises(services.ServiceMissing, match=r"make test.*LIVECLASS_SKIP=redis"):
        services.find_redis()
    with pytest.raises(services.ServiceMissing, match=r"make test.*LIVECLASS_SKIP=postgres"):
        services.find_postgres()


def test_a_server_that_does_not_start_shows_its_log() -> None:
    server = services.Server("broken")
    with pytest.raises(services.ServiceFailed, match="no such luck"):
        server.launch(lambda port: ["/bin/sh", "-c", "echo no such luck; exit 3"], lambda: False)
    assert not server.folder.exists()
