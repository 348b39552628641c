"""The bootstrap: what it decides, without a network and without touching this environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import (
    console,
    environment,
    frontend,
    setup,
    stamps,
    suite,
    system,
    translations,
)


def test_a_stamp_is_fresh_until_an_input_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    source, stamp = tmp_path / "a.ts", tmp_path / "made" / "stamp"
    source.write_text("1")
    stamps.write(stamp, stamps.digest([source]))
    assert stamps.is_fresh(stamp, stamps.digest([source]))
    source.write_text("2")
    assert not stamps.is_fresh(stamp, stamps.digest([source]))


def test_made_and_hidden_folders_are_no_inputs(tmp_path: Path) -> None:
    for name in ("src/a.ts", "node_modules/b.js", ".cache/c", "src/build/d.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert stamps.files_below(tmp_path) == [tmp_path / "src/a.ts"]


def test_one_package_is_taken_from_the_lock_with_its_hashes() -> None:
    block = environment.locked("uv")
    assert block.startswith("uv==")
    assert "--hash=sha256:" in block
    assert block.count("==") == 1
    assert not block.rstrip().endswith("\\")


def test_a_package_outside_the_lock_is_a_problem_with_its_fix() -> None:
    with pytest.raises(console.Problem, match="make lock"):
        environment.locked("no-such-package")


@pytest.fixture
def pip_says(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ``pip config list`` prints; tests add lines."""
    lines: list[str] = []
    monkeypatch.setattr(environment, "run", lambda *_a, **_k: "\n".join(lines))
    for name in environment.PIP_TO_UV.values():
        monkeypatch.delenv(name, raising=False)
    return lines


def test_pip_s_configuration_reaches_uv(pip_says: list[str]) -> None:
    pip_says += ["global.index-url='https://mirror.example/simple'", ":env:.find-links='/w1 /w2'"]
    assert environment.uv_settings() == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_FIND_LINKS": "/w1,/w2",
    }


def test_uv_s_own_configuration_wins(pip_says: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says.append("global.index-url='https://mirror.example/simple'")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
    assert environment.uv_settings() == {}


def test_a_missing_venv_module_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(console.Problem, match="apt-get install python3-venv"):
        system.ensure_venv_module()


def test_a_missing_chromium_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECLASS_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(console.Problem, match="apt-get install chromium fonts-noto-cjk"):
        system.ensure_chromium()


def test_an_old_python_names_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    monkeypatch.setattr(system, "PYTHON_FLOOR", (99, 0))
    with pytest.raises(console.Problem, match=r"needs Python 3\.11.*apt-get install python3"):
        system.ensure_python()


def test_an_old_node_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_answers", lambda program: True)
    monkeypatch.setattr(system, "run", lambda command: "v16.20.2\n")
    assert system.system_node() is None
    monkeypatch.setattr(system, "run", lambda command: "v18.19.0\n")
    assert system.system_node() == Path("/usr/bin")


def test_the_node_in_the_environment_comes_with_npm() -> None:
    bundled = frontend._bundled()
    assert bundled is not None
    done = subprocess.run(
        [*frontend._npm_of(bundled), "--version"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_failing_command_shows_the_end_of_its_output() -> None:
    script = "print('why it failed'); raise SystemExit(3)"
    with pytest.raises(console.Problem, match=r"(?s)code 3.*Do this.*why it failed"):
        console.run([sys.executable, "-c", script], fix="Do this.")


def test_an_unknown_command_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["fly"]) == 2
    assert "run|" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "translated", "fault"),
    [
        ("Leave", "离开", ""),
        ("Leave", "", "not translated"),
        ("%(n)s people", "%(n)s 人", ""),
        ("%(n)s people", "很多人", "placeholders differ"),
        ("{name} left", "{nmae} 离开", "placeholders differ"),
    ],
)
def test_catalogue_faults_are_found(text: str, translated: str, fault: str) -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add(text, translated)
    faults = list(translations._faults(catalogue))
    assert len(faults) == bool(fault)
    assert all(fault in found for found in faults)


def test_a_catalogue_compiles_to_the_same_bytes_every_time() -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Leave", "离开")
    assert translations.compiled(catalogue) == translations.compiled(catalogue)


def test_texts_of_templates_and_python_are_collected() -> None:
    found = {message.id for message in translations.texts(translations.collected())}
    assert len(found) > 100


FLAKY = """
import pathlib
import pytest

class TestBusy:
    @pytest.mark.parametrize("word", ["a b"])
    def test_twice(self, word):
        first = not pathlib.Path("been").exists()
        pathlib.Path("been").write_text("")
        assert not (first or {always})

def test_good():
    pass
"""


@pytest.mark.parametrize(("always", "passes"), [(False, True), (True, False)])
def test_what_failed_is_tried_once_more_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    always: bool, passes: bool,
) -> None:  # fmt: skip
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_busy.py").write_text(FLAKY.format(always=always))
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n")
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    monkeypatch.setattr(suite, "REPORTS", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    one = suite.Pass("busy tests", ("tests", "-p", "no:django", "-p", "no:cacheprovider"))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    assert suite._pytest(one) == 1
    assert suite._failed(one) == ["tests/test_busy.py::TestBusy::test_twice[a b]"]
    assert suite._passes_alone(one) is passes
    assert ("PASSED ONLY ALONE: 1 of busy tests" in capfd.readouterr().out) is passes


def test_many_failures_are_no_accident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "REPORTS", tmp_path)
    failing = f'<testsuite tests="9" failures="{suite.AGAIN + 1}" errors="0" skipped="0"/>'
    (tmp_path / "busy.xml").write_text(f"<testsuites>{failing}</testsuites>")
    assert not suite._passes_alone(suite.Pass("busy tests", ()))
