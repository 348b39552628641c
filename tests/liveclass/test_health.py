"""What the log says of a health check: news while starting, a warning when something fell ill."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory

from liveclass import health, views
from liveclass.logs import logging_config

WELL: dict[str, object] = {"ok": True, "parts": {}}
ILL: dict[str, object] = {"ok": False, "parts": {"media": "not reachable"}}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    before = health._was_well.is_set()
    health._was_well.clear()
    yield
    (health._was_well.set if before else health._was_well.clear)()


def test_starting_is_news_and_falling_ill_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for found in (ILL, WELL, ILL):
        health.report(found)
    assert [one.levelname for one in caplog.records] == ["INFO", "WARNING"]


def test_a_no_is_no_fault_of_the_server(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(views, "health", lambda: ILL)
    passes: Any = logging_config("INFO", "line")["filters"]["no_fault"]["()"]()
    logging.getLogger("django.request").addFilter(passes)
    try:
        assert Client().get("/healthz").status_code == 503
    finally:
        logging.getLogger("django.request").removeFilter(passes)
    assert [one.name for one in caplog.records if one.levelno >= logging.ERROR] == []


def test_what_machines_ask_costs_no_query_on_its_way_in(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(views, "health", lambda: WELL)
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200


@pytest.mark.parametrize(("path", "status", "shown"), [("/healthz", 503, False),
    ("/healthz", 500, True), ("/classes/", 503, True)])  # fmt: skip
def test_other_faults_stay_in_the_log(path: str, status: int, shown: bool) -> None:
    passes: Any = logging_config("INFO", "line")["filters"]["no_fault"]["()"]()
    record = logging.makeLogRecord({"status_code": status, "request": _request(path)})
    assert passes(record) is shown


def _request(path: str) -> WSGIRequest:
    return RequestFactory().get(path)
