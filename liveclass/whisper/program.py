"""The program that whispers in the room."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse

from liveclass.whisper import vault


def whisper_urls(code: str) -> dict[str, str]:
    """Where a room finds its whispers; "" where there is no whispering."""
    if not vault.ring():
        return dict.fromkeys(("whispers", "whisperPage", "whisperProgram", "whisperStyles"), "")
    return {
        "whispers": reverse("classes:whisper_box", args=[code]),
        "whisperPage": reverse("classes:whispers", args=[code]),
        "whisperProgram": static("build/whisper.js"),
        "whisperStyles": static("css/whisper.css"),
    }
