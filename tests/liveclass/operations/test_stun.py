"""Our few lines of STUN against an independent implementation."""

from __future__ import annotations

import pytest
from aioice import stun as reference

from liveclass.operations import stun


def test_our_request_is_what_others_expect() -> None:
    data, transaction = stun.request("door:me", "hush")
    found = reference.parse_message(data)
    assert found.transaction_id == transaction
    assert found.attributes["USERNAME"] == "door:me"
    assert found.check_message_integrity(b"hush")
    assert not found.check_message_integrity(b"other")


def test_their_answer_is_proven_to_us() -> None:
    answer = reference.Message(
        message_method=reference.Method.BINDING,
        message_class=reference.Class.RESPONSE,
        transaction_id=b"0123456789ab",
    )
    answer.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 9)
    answer.add_message_integrity(b"hush")
    answer.add_fingerprint()
    found = stun.read(bytes(answer), "hush")
    assert (found.kind, found.transaction, found.proven) == (stun.SUCCESS, b"0123456789ab", True)
    assert not stun.read(bytes(answer), "other").proven
    assert stun.read(stun.success(b"0123456789ab", "hush"), "hush").proven


@pytest.mark.parametrize("data", [b"", b"\0" * 19, b"\0" * 20, b"GET / HTTP/1.1\r\n\r\n" * 3])
def test_what_is_no_stun_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"STUN|short"):
        stun.read(data, "hush")
