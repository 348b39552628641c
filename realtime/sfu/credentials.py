"""The two halves of an ICE session: ours and the peer's user name fragments and passwords."""

from __future__ import annotations

import secrets
from typing import NamedTuple


class Credentials(NamedTuple):
    """One ICE session (RFC 8445 §5.3); a restart makes another."""

    ufrag: str
    password: str
    remote_ufrag: str
    remote_password: bytes

    @property
    def username(self) -> str:
        """What the peer's checks say; ours say the two parts the other way round."""
        return f"{self.ufrag}:{self.remote_ufrag}"

    @property
    def asking_as(self) -> str:
        """What our checks say (RFC 8445 §7.2.2)."""
        return f"{self.remote_ufrag}:{self.ufrag}"


def fresh(remote_ufrag: str, remote_password: str) -> Credentials:
    """A new half of ours for the peer's."""
    return Credentials(_ice_chars(9), _ice_chars(24), remote_ufrag, remote_password.encode())


def _ice_chars(size: int) -> str:
    """Random text of ``size`` bytes in the letters that ICE allows (RFC 8839 §5.4)."""
    return secrets.token_urlsafe(size).replace("-", "+").replace("_", "/")
