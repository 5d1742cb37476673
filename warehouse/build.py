"""Runs `dbt build` on a home folder and says, for whatever failed, what it is and which rows break it.

dbt is another process, started once a run: it takes seconds to start, and it keeps state that must not be shared.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from crawler.source import PROJECT

SHOWN_ROWS = 5
FAILED = frozenset({"error", "fail", "runtime error"})


@dataclass(frozen=True, slots=True)
class BuildFailure:
    """One model, seed or test that failed: its name, what it promises, what dbt said, and rows that break a test."""

    name: str
    kind: str
    description: str
    message: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.kind} {self.name}: {self.message}"]
        if self.description:
            lines.insert(1, f"  {self.description}")
        if self.rows:
            lines.append(f"  {' | '.join(self.columns)}")
            lines.extend(f"  {' | '.join(str(value) for value in row)}" for row in self.rows)
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How a build ended: `summary` in one line, `failures` in the order of the build."""

    ok: bool
    summary: str
    failures: tuple[BuildFailure, ...]


def build(home: Path, on_progress: Callable[[str], None]) -> BuildResult:
    """Build and test all models in `<home>/work.duckdb`. `on_progress` is given a line for each step.

    A failure is returned, never raised. dbt's artefacts and log stand under `<home>/dbt`.
    """
    folder = home.resolve() / "dbt"
    target = folder / "target"
    results = target / "run_results.json"
    results.unlink(missing_ok=True)  # of an earlier build: not to be taken for this one's where dbt cannot even start
    # Unit tests are of the rules, not of the data: they run where the rules change, in the project's own tests.
    arguments = ["build", "--exclude-resource-type", "unit_test", "--log-format", "json", "--log-level-file", "info"]
    arguments += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(target), "--log-path", str(folder / "logs"), "--no-use-colors"]
    said: list[str] = []
    with subprocess.Popen(
        # dbt's own package imports the module that is run here, of which runpy warns.
        [sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", "dbt.cli.main", *arguments],
        cwd=PROJECT,
        env={**os.environ, "CASELOAD_WATCH_HOME": str(home.resolve())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as dbt:
        for line in dbt.stdout or ():
            name, level, message = _event(line)
            if level == "error":
                said.append(message)
            if name.startswith("Log") and name.endswith("Result"):
                on_progress(message)
    if not results.is_file():
        message = "\n".join(said) or f"it ended with code {dbt.returncode} and said nothing"
        failure = BuildFailure(
            "build", "dbt", f"dbt could not begin; its log is {folder / 'logs' / 'dbt.log'}", message
        )
        return BuildResult(False, "dbt could not begin", (failure,))
    ran = json.loads(results.read_text(encoding="utf-8"))["results"]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    failures = tuple(_failures(ran, manifest["nodes"], home / "work.duckdb"))
    tests = sum(result["unique_id"].startswith("test.") for result in ran)
    summary = f"{len(ran) - tests} tables and {tests} tests"
    if failures:
        summary += f", {len(failures)} failed"
    return BuildResult(dbt.returncode == 0 and not failures, summary, failures)


def _event(line: str) -> tuple[str, str, str]:
    """Name, level and message of a line of dbt's log; what is no event (a crash of the process) is an error."""
    try:
        info = json.loads(line)["info"]
    except (ValueError, KeyError, TypeError):
        return "", "error", line.rstrip()
    return info["name"], info["level"], info["msg"]


def _failures(ran: list[dict[str, Any]], nodes: dict[str, Any], database: Path) -> Iterator[BuildFailure]:
    failed = [result for result in ran if result["status"] in FAILED]
    if not failed:
        return
    with duckdb.connect(str(database), read_only=True) as connection:
        for result in failed:
            node = nodes[result["unique_id"]]
            message = " ".join((result["message"] or result["status"]).split())
            columns: tuple[str, ...] = ()
            rows: tuple[tuple[Any, ...], ...] = ()
            if node["resource_type"] == "test" and result["status"] == "fail":
                found = connection.execute(f"select * from ({result['compiled_code']}) limit {SHOWN_ROWS}")
                columns = tuple(name for name, *_ in found.description or ())
                rows = tuple(found.fetchall())
                message = f"{result['failures']} found that break it"
            yield BuildFailure(node["name"], node["resource_type"], _promise(node), message, columns, rows)


def _promise(node: dict[str, Any]) -> str:
    """What a node promises: its description, or a generic test's kind, column and values."""
    metadata = node.get("test_metadata")
    if node["description"] or not metadata:
        return " ".join(node["description"].split())
    given = {key: value for key, value in metadata["kwargs"].items() if key not in ("model", "column_name")}
    column = f".{node['column_name']}" if node.get("column_name") else ""
    table = (node["attached_node"] or "").rsplit(".", 1)[-1]
    arguments = [f"{key}: {', '.join(value) if isinstance(value, list) else value}" for key, value in given.items()]
    return " ".join([f"{table}{column}", metadata["name"], *arguments])
