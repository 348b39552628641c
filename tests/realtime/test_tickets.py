"""Tickets: what was signed opens, anything else does not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.tickets import MediaToken, RoomTicket, TicketExpired, TicketInvalid, sign, verify

SECRET = b"k" * 32
NOW = 1_800_000_000
TICKET = RoomTicket(
    room="k7m2p9qx", member=13, name="田蕊", role="member", session="ab12", exp=NOW + 60
)
TOKEN = MediaToken(room="k7m2p9qx", member=13, act="watch", exp=NOW + 60)


def test_a_signed_ticket_opens_to_what_was_signed() -> None:
    assert verify(sign(TICKET, SECRET), RoomTicket, SECRET, NOW) == TICKET
    assert verify(sign(TOKEN, SECRET), MediaToken, SECRET, NOW) == TOKEN


def test_it_expires_at_its_second_and_not_before() -> None:
    sealed = sign(TICKET, SECRET)
    assert verify(sealed, RoomTicket, SECRET, NOW + 59.9) == TICKET
    with pytest.raises(TicketExpired):
        verify(sealed, RoomTicket, SECRET, NOW + 60)


def test_a_ticket_of_one_kind_is_no_ticket_of_another() -> None:
    with pytest.raises(TicketInvalid):
        verify(sign(TICKET, SECRET), MediaToken, SECRET, NOW)


def test_another_secret_does_not_open_it() -> None:
    with pytest.raises(TicketInvalid):
        verify(sign(TICKET, b"x" * 32), RoomTicket, SECRET, NOW)


def test_an_expired_ticket_with_a_bad_signature_is_invalid_not_expired() -> None:
    old = msgspec.structs.replace(TICKET, exp=NOW - 1)
    with pytest.raises(TicketInvalid):
        verify(sign(old, b"x" * 32), RoomTicket, SECRET, NOW)


@given(position=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=6))
def test_one_changed_character_closes_it(position: int, bit: int) -> None:
    sealed = sign(TICKET, SECRET)
    at = position % len(sealed)
    changed = sealed[:at] + chr(ord(sealed[at]) ^ (1 << bit)) + sealed[at + 1 :]
    try:
        opened = verify(changed, RoomTicket, SECRET, NOW)
    except TicketInvalid:
        return
    # The last character of unpadded base64 holds spare bits: another spelling of the same bytes.
    assert at in (sealed.index(".") - 1, len(sealed) - 1)
    assert opened == TICKET


@given(st.text(max_size=300))
def test_any_text_is_refused_as_invalid(text: str) -> None:
    with pytest.raises(TicketInvalid):
        verify(text, RoomTicket, SECRET, NOW)


def test_a_very_long_text_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(TicketInvalid):
        verify("A" * 3000 + "." + "A" * 43, RoomTicket, SECRET, NOW)
