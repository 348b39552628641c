"""What may stand in an article."""

from __future__ import annotations

import pytest

from courses.catalog.text import LONGEST_WAIT, cleaned, plain, seconds_to_read


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">a</a>',
        '<a href="data:text/html,<script>alert(1)</script>">a</a>',
        '<p style="position:fixed" onclick="go()">a</p>',
        "<style>p{display:none}</style>",
        "<iframe src=//evil.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<form action=/x><input name=a></form>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_nothing_that_runs_or_loads_is_kept(bad: str) -> None:
    kept = cleaned(f"<p>好</p>{bad}").lower()
    for word in ("script", "javascript", "onerror", "onclick", "style", "<img", "<iframe", "<form"):
        assert word not in kept, kept
    assert "<p>好</p>" in kept


def test_what_an_author_needs_is_kept() -> None:
    text = (
        "<h2>题</h2><p><strong>重</strong> <em>点</em></p><ul><li>一</li></ul>"
        '<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody></table>'
    )
    assert cleaned(text) == text
    link = cleaned('<a href="https://example.org/" target="_blank">a</a>')
    assert link == '<a href="https://example.org/" rel="noopener noreferrer">a</a>'


def test_plain_text_becomes_paragraphs() -> None:
    assert cleaned("一\r\n二\r\n\r\n5 < 6 & 7") == "<p>一<br>二</p><p>5 &lt; 6 &amp; 7</p>"
    assert cleaned("   ") == ""


def test_cleaning_twice_changes_nothing() -> None:
    once = cleaned("<div><p>a & b</div><ul><li>c")
    assert cleaned(once) == once


def test_reading_takes_time_by_length_and_never_too_long() -> None:
    assert seconds_to_read("<p>" + "字" * 90 + "</p>") == 3
    assert seconds_to_read("<p><strong></strong></p>") == 0
    assert seconds_to_read("字" * 100_000) == LONGEST_WAIT
    assert plain("<p>5 &lt; 6</p>") == "5 < 6"
