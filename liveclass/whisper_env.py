"""What the environment says about whispers; ``liveclass.settings`` takes it over."""

from __future__ import annotations

from pathlib import Path

from liveclass import env, keys

LEAST_SECRET = 32
"""Characters of a secret that seals."""

_SECRETS = env.names(
    "WHISPER_SECRETS",
    [],
    "seal whispers, 32 random characters or more each: the first seals, all of them open",
    shown="embedded: made on the first start, in DATA_DIR/whisper_key; production: no whispers",
)
WHISPER_DAYS = env.integer(
    "WHISPER_DAYS", 90, "days after its last message at which a whisper is deleted",
    low=30, high=365,
)  # fmt: skip
WHISPER_ANONYMITY = env.flag(
    "WHISPER_ANONYMITY", True, "whether members may hide their names from whom they whisper to"
)
WHISPER_GUARDIANS = env.names(
    "WHISPER_GUARDIANS",
    [],
    "staff numbers of those of whom two together may open a reported whisper",
    shown="nobody",
)

if any(len(one) < LEAST_SECRET for one in _SECRETS):
    env.refuse("WHISPER_SECRETS", "", f"is a list of {LEAST_SECRET} characters or more each")


def secrets(data: Path, *, production: bool) -> list[str]:
    """What seals whispers, the newest first; nothing when there is to be no whispering.

    A secret of its own, so that it is turned, backed up and lost apart from SECRET_KEY. In
    production several machines may share a database: there a secret that one of them made for
    itself would leave the others with letters they cannot read.
    """
    if _SECRETS or production:
        return _SECRETS
    return [keys.kept_secret(data / "whisper_key")]
