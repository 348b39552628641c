"""Secrets and mail."""

from __future__ import annotations

import smtplib
import stat
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from liveclass.operations.finding import Finding, fail, ok, warn

SHORTEST_SECRET = 50
FEWEST_SIGNS = 10


def secret_key() -> Finding:
    """How hard SECRET_KEY is to guess, and who may read the file it is kept in."""
    key: str = settings.SECRET_KEY
    weak = len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_SIGNS
    if weak or key.startswith("django-insecure"):
        return fail(
            "secret key",
            _("SECRET_KEY is too short or too simple: tickets could be forged."),
            _("Set it to the output of `openssl rand -hex 32`; everybody signs in anew."),
        )
    file = Path(settings.DATA_DIR) / "secret_key"
    if file.is_file() and (others := stat.S_IMODE(file.stat().st_mode) & 0o077):
        says = _("Others may read %(file)s (mode %(mode)s).") % {
            "file": file,
            "mode": f"{0o600 | others:o}",
        }
        return fail("secret key", says, _("`chmod 600` it, then make a new one."))
    return ok("secret key", _("%(count)s signs, readable by us alone.") % {"count": len(key)})


def whisper_secret() -> Finding:
    """Whether there is a secret that seals whispers; without it there are none."""
    if settings.WHISPER_SECRETS:
        count = len(settings.WHISPER_SECRETS)
        return ok("whispers", _("%(count)s secrets; the first one seals.") % {"count": count})
    return warn(
        "whispers",
        _("WHISPER_SECRETS is not set: nobody can whisper."),
        _("Set it to the output of `openssl rand -hex 32`, and keep a copy of it."),
    )


def mail() -> Finding:
    """Whether the mail server lets us in. Nothing is sent."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return warn(
            "mail",
            _("Mails are written into DATA_DIR/mail and reach nobody."),
            _("Set EMAIL_URL to your mail server."),
        )
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = get_connection()
    try:
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        says = _("%(where)s: %(why)s") % {"where": where, "why": type(error).__name__}
        return fail("mail", says, _("Check EMAIL_URL, the firewall and the password."))
    return ok("mail", _("%(where)s lets us in.") % {"where": where})
