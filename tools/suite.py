"""What developers run: the tests, the quick checks, formatting, benchmarks and catalogues."""

from __future__ import annotations

import os
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

from tools import environment, frontend, system
from tools.console import ROOT, Problem, show

REPORTS = ROOT / ".cache" / "reports"
POSTGRES_FOLDERS = ("tests/members", "tests/courses", "tests/liveclass")
"""Model and action tests: they run a second time on PostgreSQL."""
OWN_PROCESSES = (
    "tests/liveclass/operations", "tests/liveclass/test_consumers.py",
    "tests/liveclass/test_rights.py",
)  # fmt: skip
"""Among them, those that start web processes with databases of their own: once is enough."""
OF_PAGES_ALONE = (
    "tests/members/test_headers.py", "tests/liveclass/pages/test_pages.py",
    "tests/liveclass/pages/test_form.py", "tests/liveclass/pages/test_calendar.py",
)  # fmt: skip
"""Among them, those that look at what a page says: no other database says it otherwise."""
WORKERS = os.environ.get("LIVECLASS_WORKERS", "4")
BROWSERS = "2"
QUICK = "not browser and not kill"
AGAIN = 3
"""So many failures of a run may have come from a machine that was too busy; they get one more try,
one at a time. More are no accident."""


class Pass(NamedTuple):
    """One run of pytest."""

    name: str
    arguments: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()


class Check(NamedTuple):
    """One static check of ``make check``."""

    name: str
    command: tuple[object, ...]


def test() -> int:
    """``make test``: everything, on real services and a real browser; code 0 only if all pass."""
    _prepare(browser="browser" not in _skipped())
    if not {"kill", "stack"} & _skipped():
        system.ensure_servers()
    failed = [] if frontend.npm("test") == 0 else ["front end"]
    passes = _passes()
    for one in passes:
        print(f"\n== {one.name}", flush=True)
        if _pytest(one) != 0 and not _passes_alone(one):
            failed.append(one.name)
    _print_sum(passes, failed)
    return 1 if failed else 0


def check() -> int:
    """``make check``: what can be said without running the product, in under a minute."""
    environment.ensure("dev")
    frontend.ensure_modules()
    failed = []
    for one in _checks():
        began = time.monotonic()
        code = show(one.command, env={})
        print(f"  {'ok' if code == 0 else 'FAILED':7}{one.name} {time.monotonic() - began:.1f} s")
        if code != 0:
            failed.append(one.name)
    if frontend.npm("check") != 0:
        failed.append("TypeScript")
    print("check: " + (f"failed: {', '.join(failed)}" if failed else "all good"), flush=True)
    return 1 if failed else 0


def fmt() -> int:
    """``make fmt``: rewrite sources in the house's form."""
    environment.ensure("dev")
    show([_tool("ruff"), "check", "--fix", "--quiet", "."], env={})
    show([_tool("ruff"), "format", "--quiet", "."], env={})
    show([_tool("djade"), "--target-version", "5.2", *_templates()], env={})
    return 0


def bench() -> int:
    """``make bench``: run the benchmarks that README.md in benchmarks/ describes."""
    environment.ensure("dev")
    frontend.ensure_built()
    return show([environment.PYTHON, "-m", "benchmarks"], env={})


def messages() -> int:
    """``make messages``: collect texts to translate and compile the catalogues."""
    environment.ensure("dev")
    return show([environment.PYTHON, "-m", "tools.translations", "update"], env={})


def _prepare(*, browser: bool) -> None:
    print("LiveClass: getting ready for the tests", flush=True)
    environment.ensure("dev")
    if browser:
        system.ensure_chromium()
    frontend.ensure_built()


def _passes() -> list[Pass]:
    """Parallel everywhere; tests that start whole processes keep their file together."""
    parallel = ("-n", WORKERS, "--dist", "loadgroup", "-m", QUICK)
    folders = [folder for folder in POSTGRES_FOLDERS if (ROOT / folder).is_dir()]
    passes = [Pass("unit, wire, action, consumer and media tests", parallel)]
    if "postgres" not in _skipped():
        on_postgres = (("LIVECLASS_TEST_DB", "postgres"),)
        others = tuple(f"--ignore={place}" for place in (*OWN_PROCESSES, *OF_PAGES_ALONE))
        there = (*parallel, *others, *folders)
        passes.append(Pass("models and actions on PostgreSQL", there, on_postgres))
    if not {"browser", "kill"} <= _skipped():
        by_file = ("-n", BROWSERS, "--dist", "loadfile", "-m", "browser or kill")
        passes.append(Pass("browsers and kills", by_file))
    return passes


def _pytest(one: Pass) -> int:
    report = _report(one)
    report.unlink(missing_ok=True)
    command = [environment.PYTHON, "-m", "pytest", "-q", f"--junitxml={report}", *one.arguments]
    return show(command, cwd=ROOT, env=dict(one.variables))


def _passes_alone(one: Pass) -> bool:
    """Run the few tests of ``one`` that failed again, with nothing beside them, and say so."""
    counts = _counts(one)
    if not 0 < counts["failures"] + counts["errors"] <= AGAIN:
        return False
    print(f"\n== {one.name}: those that failed, alone", flush=True)
    again = Pass(f"again-{one.name}", ("-n", "0", *_failed(one)), one.variables)
    if _pytest(again) != 0:
        return False
    print(f"PASSED ONLY ALONE: {_counts(again)['tests']} of {one.name}", flush=True)
    return True


def _failed(one: Pass) -> list[str]:
    """The tests of a run that failed, as pytest names them."""
    found = []
    for case in ElementTree.parse(_report(one)).getroot().iter("testcase"):
        if case.find("failure") is None and case.find("error") is None:
            continue
        words = case.get("classname", "").split(".")
        files = (end for end in range(len(words), 0, -1)
                 if (ROOT / "/".join(words[:end])).with_suffix(".py").is_file())  # fmt: skip
        end = next(files, len(words))
        name = case.get("name", "").partition("@")[0]
        found.append("::".join(("/".join(words[:end]) + ".py", *words[end:], name)))
    return found


def _print_sum(passes: list[Pass], failed: list[str]) -> None:
    """One closing line over all runs of pytest; a run that left no report counts as failed."""
    counts = [_counts(one) for one in passes]
    tests, skipped = (sum(one[key] for one in counts) for key in ("tests", "skipped"))
    bad = sum(
        one["failures"] + one["errors"]
        for one, run in zip(counts, passes, strict=True) if run.name in failed
    )  # fmt: skip
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", flush=True)
    print(f"\n{max(0, tests - bad - skipped)} passed, {bad} failed, {skipped} skipped", flush=True)


def _counts(one: Pass) -> dict[str, int]:
    """What its report counts; without a report one error."""
    report, keys = _report(one), ("tests", "failures", "errors", "skipped")
    suite = ElementTree.parse(report).getroot().find("testsuite") if report.is_file() else None
    if suite is None:
        return {key: int(key == "errors") for key in keys}
    return {key: int(suite.get(key, "0")) for key in keys}


def _report(one: Pass) -> Path:
    return REPORTS / f"{one.name.split(',')[0].split(' ')[0]}.xml"


def _checks() -> list[Check]:
    python = environment.PYTHON
    manage = (python, "manage.py")
    return [
        Check("format (ruff)", (_tool("ruff"), "format", "--check", "--quiet", ".")),
        Check("lint (ruff)", (_tool("ruff"), "check", "--quiet", ".")),
        Check("imports (import-linter)", (_tool("lint-imports"), "--cache-dir", ".cache/imports")),
        Check("templates (djade)", (_tool("djade"), "--check", "--target-version", "5.2",
                                    *_templates())),
        Check("migrations", (*manage, "makemigrations", "--check", "--dry-run", "--verbosity=0")),
        Check("protocol", (*manage, "protocol", "--check")),
        Check("translations", (python, "-m", "tools.translations", "check")),
        Check("types (mypy)", (_tool("mypy"), "--no-error-summary")),
    ]  # fmt: skip


def _tool(name: str) -> Path:
    tool = environment.VENV / "bin" / name
    if not tool.is_file():
        raise Problem(f"{name} is not in .venv; remove that folder and run make again.")
    return tool


def _templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def _skipped() -> set[str]:
    """What LIVECLASS_SKIP names; pytest prints the banner and refuses unknown names."""
    return {name for name in os.environ.get("LIVECLASS_SKIP", "").split(",") if name}
