"""Every refusal has a sentence in both languages: a reason and a next step."""

from __future__ import annotations

import re

import pytest

from liveclass.sentences import SENTENCES, sentence
from realtime.protocol.refusals import REFUSAL_CODES


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(SENTENCES) == set(REFUSAL_CODES)


@pytest.mark.parametrize("code", REFUSAL_CODES)
def test_a_reason_and_a_next_step_in_english(code: str) -> None:
    text = sentence(code, "en")  # type: ignore[arg-type]
    assert len(re.findall(r"[.!?](?: |$)", text)) >= 2, text
    assert text.isascii()


@pytest.mark.parametrize("code", REFUSAL_CODES)
def test_a_reason_and_a_next_step_in_chinese(code: str) -> None:
    text = sentence(code, "zh-hans")  # type: ignore[arg-type]
    assert re.search(r"[\u4e00-\u9fff]", text), f"not translated: {text}"
    assert len(re.findall(r"[。！？，；：]", text)) >= 2, text
    assert text.endswith("。")
