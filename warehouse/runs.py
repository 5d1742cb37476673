"""The run ledger, `ops.*`: what ran, what each source's verdict was, what the gate said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from warehouse.crawl import Crawled
from warehouse.load import Loaded
from warehouse.rows import merge

if TYPE_CHECKING:
    from warehouse.gate import QualityResult


def begin(
    connection: duckdb.DuckDBPyConnection, run_id: str, command: str, profile: str, published_run: str | None
) -> None:
    """Note a run's beginning, and that earlier runs without an end were interrupted.

    A run notes its end before its ledger is published with it; one that says so, and is later than what is published
    (`published_run`), was interrupted in between.
    """
    connection.execute(
        "update ops.runs set outcome = 'interrupted', exit_code = null, detail = 'the process ended before its run' "
        "where outcome = 'running' or outcome = 'published' and run_id > coalesce(?, '')",
        [published_run],
    )
    row = {"run_id": run_id, "command": command, "profile": profile, "started_at": datetime.now(UTC)}
    merge(connection, "ops.runs", [{**row, "outcome": "running"}])


def end(connection: duckdb.DuckDBPyConnection, run_id: str, outcome: str, exit_code: int, detail: str | None) -> None:
    """Note how a run ended (outcomes as in schema.sql)."""
    connection.execute(
        "update ops.runs set finished_at = ?, outcome = ?, exit_code = ?, detail = ? where run_id = ?",
        [datetime.now(UTC), outcome, exit_code, detail, run_id],
    )


def end_if_running(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Note that a stage is done, where nothing more particular was noted."""
    connection.execute(
        "update ops.runs set finished_at = ?, outcome = 'done', exit_code = 0 where run_id = ? and outcome = 'running'",
        [datetime.now(UTC), run_id],
    )


def note_crawls(connection: duckdb.DuckDBPyConnection, run_id: str, crawled: Iterable[Crawled]) -> None:
    """Note each source's verdict and counts."""
    counts = ("requests", "fetched", "unchanged", "skipped", "failed")
    rows = [
        {
            "run_id": run_id,
            "source": crawl.source,
            "started_at": crawl.started_at,
            "finished_at": crawl.finished_at,
            "verdict": "ok" if crawl.ok else "failed",
            "reason": crawl.reason,
            **{name: crawl.tally.get(name, 0) for name in counts},
            "new_documents": 0,
            "rejected": sum(crawl.tally.get("rejects", {}).values()),
            "issues": sum(crawl.tally.get("issues", {}).values()),
        }
        for crawl in crawled
    ]
    merge(connection, "ops.source_runs", rows)


def note_loads(connection: duckdb.DuckDBPyConnection, loaded: Iterable[Loaded]) -> None:
    """Note how many new documents each crawl brought. A crawl's run id names its shard."""
    for load in loaded:
        connection.execute(
            "update ops.source_runs set new_documents = ? where run_id = ? and source = ?",
            [load.new_documents, load.shard, load.source],
        )


def note_quality(connection: duckdb.DuckDBPyConnection, run_id: str, results: Iterable[QualityResult]) -> None:
    """Note the gate's results of this run."""
    connection.execute("delete from ops.quality_results where run_id = ?", [run_id])
    merge(connection, "ops.quality_results", [{"run_id": run_id, **asdict(result)} for result in results])
