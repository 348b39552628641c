"""The wire is written down freshly and completely, and every example survives the way there.

``commands.json`` and ``events.json`` hold one example of each message; the tests of the front end
decode the same files. Run with ``LIVECLASS_WRITE_FIXTURES=1`` after the wire has changed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest

from liveclass.dispatch import action_for, decode
from liveclass.rooms.actor import Actor
from liveclass.sentences import SENTENCES
from realtime.protocol import base, commands, events, export, refusals
from tests.wire.examples import COMMANDS, EVENTS

HERE = Path(__file__).resolve().parent
FILES: dict[str, list[Any]] = {"commands.json": COMMANDS, "events.json": EVENTS}


def text_of(examples: list[Any]) -> str:
    lines = [msgspec.json.encode(example).decode() for example in examples]
    return "[\n" + ",\n".join(lines) + "\n]\n"


@pytest.mark.parametrize("name", FILES)
def test_fixtures_are_fresh(name: str) -> None:
    file, text = HERE / name, text_of(FILES[name])
    if os.environ.get("LIVECLASS_WRITE_FIXTURES"):
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("union", "examples"),
    [(commands.AnyCommand, COMMANDS), (events.RoomEventMessage, EVENTS)],
)
def test_there_is_an_example_of_every_message(union: Any, examples: list[Any]) -> None:
    assert {type(example) for example in examples} == set(get_args(union))
    assert len(examples) == len(get_args(union))


@pytest.mark.parametrize("example", COMMANDS + EVENTS, ids=lambda one: type(one).__name__)
def test_a_message_arrives_as_it_was_sent(example: Any) -> None:
    union = commands.AnyCommand | events.RoomEventMessage
    kinds = commands.AnyCommand if isinstance(example, base.Command) else union
    assert msgspec.json.decode(msgspec.json.encode(example), type=kinds) == example


@pytest.mark.parametrize(
    "command",
    [one for one in COMMANDS if isinstance(one, get_args(commands.RoomCommand))],
    ids=lambda one: type(one).__name__,
)
def test_every_command_has_its_action(command: Any) -> None:
    action = action_for(
        Actor(1, "room", 2, "member"), decode(msgspec.json.encode(command).decode())
    )
    assert callable(action)


def test_every_refusal_has_a_sentence() -> None:
    assert set(SENTENCES) == set(refusals.REFUSAL_CODES)


def test_generated_files_are_fresh() -> None:
    assert export.stale() == []


def test_the_check_names_what_is_stale(tmp_path: Path) -> None:
    assert export.write(tmp_path) == list(export.artefacts())
    assert export.write(tmp_path) == []
    (tmp_path / export.PAGE).write_text("old")
    assert export.stale(tmp_path) == [export.PAGE]


def test_the_export_runs_without_django() -> None:
    check = (
        "import sys; from realtime.protocol import export; status = export.main(['--check']);"
        "assert 'django' not in sys.modules; raise SystemExit(status)"
    )
    done = subprocess.run([sys.executable, "-c", check], cwd=export.ROOT, check=False)
    assert done.returncode == 0


def test_examples_fit_the_schema() -> None:
    schema = json.loads(export.json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for example in COMMANDS + EVENTS:
        validator.validate(json.loads(msgspec.json.encode(example)))
    assert not validator.is_valid({"type": "chat.shout", "id": "12345678"})


def test_the_typescript_names_every_message() -> None:
    source = export.typescript()
    for example in COMMANDS + EVENTS:
        tag = type(example).__struct_config__.tag
        assert f'readonly type: "{tag}";' in source
        assert f"\n  | {type(example).__name__}" in source
    assert "undefined" not in source


@pytest.mark.skipif(
    not (export.ROOT / "assets/node_modules/typescript").exists() or not shutil.which("node"),
    reason="the TypeScript compiler is installed by `make`",
)
def test_examples_are_of_the_typescript_types(tmp_path: Path) -> None:
    """The compiler itself compares every example with the generated types."""
    (tmp_path / "protocol.gen.ts").write_text(export.typescript())
    lines = ['import type { AnyCommand, RoomEventMessage } from "./protocol.gen.js";']
    for name, kind, examples in (
        ("commands", "AnyCommand", COMMANDS),
        ("events", "RoomEventMessage", EVENTS),
    ):
        lines.append(f"export const {name}: readonly {kind}[] = {text_of(list(examples))};")
    (tmp_path / "examples.ts").write_text("\n".join(lines))
    compiler = export.ROOT / "assets/node_modules/typescript/bin/tsc"
    options = ["--strict", "--noEmit", "--module", "nodenext", "--types", "", "--target", "es2022"]
    done = subprocess.run(
        ["node", str(compiler), *options, str(tmp_path / "examples.ts")],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
