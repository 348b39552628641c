"""Catalogues of the server's texts: collected, merged, compiled and checked without gettext.

``python -m tools.translations update`` finds every text in sources and templates and merges it
into ``locale/*/LC_MESSAGES/django.po``; ``check`` fails when something is missing, left fuzzy,
loses a placeholder, or is not compiled. Needs the development packages (babel).
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools import stamps
from tools.console import ROOT

LOCALE = ROOT / "locale"
SOURCES = ("liveclass", "courses", "members", "realtime")
SOURCE_LANGUAGE = "en"
"""Texts are written in English in the sources: that catalogue may stay empty, or be missing."""
KEYWORDS: dict[str, Any] = {
    name: spec
    for base, spec in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for name in (base, f"{base}_lazy")
} | {"_": None, "gettext_noop": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")


def update() -> None:
    """Merge the texts of the sources into every catalogue and compile it."""
    for path in catalogues():
        catalogue = read(path)
        catalogue.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=98, sort_by_file=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(read(path)))
        missing = sum(1 for message in texts(catalogue) if not _is_translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {missing} to translate")


def check() -> list[str]:
    """Everything that is wrong with the catalogues, one sentence each."""
    found = catalogues()
    wanted = {_key(message) for message in texts(collected())}
    faults = [] if found else [f"no catalogue below {LOCALE.relative_to(ROOT)}"]
    for path in found:
        name = str(path.relative_to(ROOT))
        catalogue = read(path)
        have = {_key(message) for message in texts(catalogue)}
        faults += [f"{name}: not collected: {key[1]!r}" for key in sorted(wanted - have)]
        faults += [f"{name}: nobody says any more: {key[1]!r}" for key in sorted(have - wanted)]
        if not path.parts[-3].startswith(SOURCE_LANGUAGE):
            faults += [f"{name}: {fault}" for fault in _faults(catalogue)]
        if not _is_compiled(path, catalogue):
            faults.append(f"{name}: not compiled since it was changed; run `make messages`")
    return faults


def catalogues() -> list[Path]:
    """The .po files of the project."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """One catalogue from its .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def compiled(catalogue: Catalog) -> bytes:
    """The .mo file of a catalogue; the same catalogue always gives the same bytes."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def collected() -> Catalog:
    """Every text that Python files and templates ask to have translated."""
    catalogue = Catalog()
    for path, source in _sources():
        where = str(path.relative_to(ROOT))
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
        for line, text, _comments, context in found:
            catalogue.add(text, locations=[(where, line)], context=context)
    return catalogue


def texts(catalogue: Catalog) -> Iterator[Message]:
    """Messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def _sources() -> Iterator[tuple[Path, str]]:
    """Python as it is; templates turned into calls, in brackets so that indents mean nothing."""
    _set_up_django()
    from django.utils.translation.template import templatize

    for path in stamps.files_below(*(ROOT / name for name in SOURCES)):
        if path.suffix == ".py":
            yield path, path.read_text(encoding="utf-8")
    for path in stamps.files_below(ROOT / "templates"):
        if path.suffix in {".html", ".txt"}:
            text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield path, f"({text})"


def _set_up_django() -> None:
    """Reading templates needs Django's settings, but none of ours."""
    from django.conf import settings

    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        settings.configure()


def _faults(catalogue: Catalog) -> Iterator[str]:
    for message in texts(catalogue):
        label = repr(_key(message)[1])
        if not _is_translated(message):
            yield f"not translated: {label}"
        elif message.fuzzy:
            yield f"fuzzy: {label}"
        elif not _keeps_placeholders(message):
            yield f"placeholders differ: {label}"


def _is_translated(message: Message) -> bool:
    return bool(_strings(message)) and all(_strings(message))


def _keeps_placeholders(message: Message) -> bool:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = {tuple(sorted(set(PLACEHOLDER.findall(text)))) for text in originals}
    return all(
        tuple(sorted(set(PLACEHOLDER.findall(text)))) in allowed for text in _strings(message)
    )


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _is_compiled(path: Path, catalogue: Catalog) -> bool:
    target = path.with_suffix(".mo")
    return target.is_file() and target.read_bytes() == compiled(catalogue)


def _key(message: Message) -> tuple[str, str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", text


def main(words: list[str]) -> int:
    """``update`` or ``check``."""
    if words == ["update"]:
        update()
        return 0
    if words == ["check"]:
        faults = check()
        print("\n".join(faults[:50]))
        return 1 if faults else 0
    print("usage: python -m tools.translations update|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
