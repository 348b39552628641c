"""How whispers are sealed: AES-256-GCM under keys derived from secrets of their own. No Django.

A sealed thing names the key that made it, so secrets can be turned: the newest seals, the older
ones still open. It is bound to what it belongs to (``about``): moved to another row, it stays shut.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NAME, _NONCE, _KEY = 8, 12, 32
"""Bytes."""
_SALT = b"liveclass whisper 1"


class Unreadable(Exception):
    """Sealed with a secret that is not here any more, damaged, or moved from where it belongs."""


@dataclass(frozen=True, slots=True)
class _Secret:
    name: bytes
    seal: AESGCM
    tag: bytes


class Ring:
    """The secrets of an installation, the newest first; none means that nothing can be sealed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [_secret(one) for one in secrets]

    def __bool__(self) -> bool:
        return bool(self._secrets)

    def seal(self, plain: str, about: str) -> bytes:
        """``plain`` under the newest secret: name of the key, nonce, text and tag."""
        newest, nonce = self._secrets[0], os.urandom(_NONCE)
        sealed = newest.seal.encrypt(nonce, plain.encode(), about.encode())
        return newest.name + nonce + sealed

    def open(self, sealed: bytes, about: str) -> str:
        """What was sealed ``about`` this.

        Raises:
            Unreadable: no secret here opens it.
        """
        name, nonce, text = sealed[:_NAME], sealed[_NAME : _NAME + _NONCE], sealed[_NAME + _NONCE :]
        for one in self._secrets:
            if one.name == name:
                try:
                    return one.seal.decrypt(nonce, text, about.encode()).decode()
                except InvalidTag:
                    break
        raise Unreadable(about)

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest secret sealed this."""
        return sealed[:_NAME] == self._secrets[0].name

    def tag(self, about: str) -> str:
        """A name for ``about`` that tells nothing to who has no secret; of the newest one."""
        return self.tags(about)[0]

    def tags(self, about: str) -> list[str]:
        """That name under every secret, the newest first."""
        return [
            hmac.new(one.tag, about.encode(), hashlib.sha256).hexdigest() for one in self._secrets
        ]


def _secret(secret: str) -> _Secret:
    def derived(purpose: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, _SALT, purpose).derive(secret.encode())

    return _Secret(derived(b"name", _NAME), AESGCM(derived(b"seal", _KEY)), derived(b"tag", _KEY))
