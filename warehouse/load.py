"""Landed shards into `raw.*`: the only writer of that schema.

A complete shard is read again with the parse functions of its source, in one transaction, merged on natural keys and
noted in `raw.loads`. Loading a shard twice changes nothing.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from crawler.items import (
    Authority,
    Item,
    OfficialOutcome,
    Reject,
    ReportEntry,
    ReportFile,
    SourceIssue,
    StatisticsFile,
)
from crawler.landing import Landed, Landing, LandingError, read_responses, read_shard
from crawler.source import source_names
from warehouse.rows import merge

TABLES = (
    "raw.authorities",
    "raw.report_entries",
    "raw.files",
    "raw.rejects",
    "raw.issues",
    "raw.official_outcomes",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one shard brought."""

    source: str
    shard: str
    responses: int
    items: int
    new_documents: int
    rejected: int


def load_shards(
    connection: duckdb.DuckDBPyConnection, landing: Landing, on_shard: Callable[[Loaded], None] | None = None
) -> list[Loaded]:
    """Load every complete shard with a good verdict that is not loaded yet, oldest first."""
    done = set(connection.execute("select source, shard from raw.loads").fetchall())
    loaded = []
    for source in source_names():
        for shard in landing.shards(source):
            if (source, shard.name) in done or not read_shard(shard)["verdict"]["ok"]:
                continue
            loaded.append(load_shard(connection, landing, source, shard))
            if on_shard:
                on_shard(loaded[-1])
    return loaded


def forget_loads(connection: duckdb.DuckDBPyConnection, run_id: str | None = None) -> None:
    """Make the next `load_shards` read everything again, or the shards of one run."""
    if run_id is not None:
        connection.execute("delete from raw.loads where run_id = ?", [run_id])
        return
    connection.execute("begin")
    for table in (*TABLES, "raw.loads"):
        connection.execute(f"delete from {table}")
    connection.execute("commit")


def load_shard(connection: duckdb.DuckDBPyConnection, landing: Landing, source: str, shard: Path) -> Loaded:
    """Load one shard in one transaction."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    summary = read_shard(shard)
    responses = items = 0
    for landed in read_responses(shard):
        responses += 1
        for item in _read(landing, source, landed):
            items += 1
            table, row = _row(source, landed, item)
            rows[table].append(row)
    before = _count(connection, source)
    connection.execute("begin")
    try:
        for table in TABLES:
            merge(connection, table, rows[table])
        _settle(connection, source, summary)
        merge(
            connection,
            "raw.loads",
            [
                {
                    "source": source,
                    "shard": shard.name,
                    "run_id": summary["run_id"],
                    "responses": responses,
                    "items": items,
                    "loaded_at": datetime.now(UTC),
                }
            ],
        )
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
    return Loaded(source, shard.name, responses, items, _count(connection, source) - before, len(rows["raw.rejects"]))


def _read(landing: Landing, source: str, landed: Landed) -> Iterator[Item]:
    """The items of one landed response."""
    if landed.status is None:
        if "file_key" in landed.context:
            yield Reject(landed.context["file_key"], "no_answer", landed.error or "no answer")
        else:
            yield SourceIssue("no_answer", landed.error or "no answer", landed.url)
        return
    if landed.status != 200 and "file_key" not in landed.context:
        yield SourceIssue("http_error", f"answered {landed.status}", landed.url)
        return
    pages: dict[str, Callable[..., Iterator[Item]]] = importlib.import_module(f"crawler.sources.{source}.parse").PAGES
    if landed.page not in pages:
        raise LandingError(f"{landed.url}: landed as {landed.page!r}, which {source}/parse.py has no function for")
    try:
        body = landing.body(str(landed.sha256))
    except LandingError as error:  # one damaged body must not keep the others from being read
        yield SourceIssue("landed_body_damaged", str(error), landed.url)
        return
    yield from pages[landed.page](body, landed.url, status=landed.status, flags=tuple(landed.flags), **landed.context)


def _row(source: str, landed: Landed, item: Item) -> tuple[str, dict[str, Any]]:
    """The table and row of an item, with where and when it was seen."""
    seen = {"source": source, "first_seen_at": landed.fetched, "last_seen_at": landed.fetched}
    file = {
        "content_sha256": landed.sha256,
        "media_type": landed.media_type,
        "url": landed.requested_url,
        "last_fetched_at": landed.fetched,
    }
    row = {**asdict(item), **seen}
    match item:
        case Authority():
            return "raw.authorities", row
        case ReportEntry():
            return "raw.report_entries", row
        case ReportFile():
            return "raw.files", {**row, **file, "kind": "report"}
        case StatisticsFile():
            return "raw.files", {**row, **file, "kind": "statistics", "url": item.release_url or landed.requested_url}
        case Reject():
            return "raw.rejects", {**row, **file}
        case SourceIssue():
            return "raw.issues", row
        case OfficialOutcome():
            return "raw.official_outcomes", {**row, "content_sha256": landed.sha256}


def _settle(connection: duckdb.DuckDBPyConnection, source: str, shard: dict[str, Any]) -> None:
    """What follows from the rows of a shard for those of earlier ones."""
    given = {"source": source, "started_at": datetime.fromisoformat(shard["started_at"])}
    connection.execute(
        """
        update raw.files as f set is_latest = f.last_fetched_at = newest.last_fetched_at from (
            select file_key, max(last_fetched_at) as last_fetched_at from raw.files
            where source = $source group by file_key
        ) as newest
        where f.source = $source and f.file_key = newest.file_key
            and f.is_latest is distinct from (f.last_fetched_at = newest.last_fetched_at)
        """,
        {"source": source},
    )
    # A report that is still listed was seen, though it was not asked for again.
    connection.execute(
        """
        update raw.files as f set last_seen_at = e.last_seen_at from (
            select file_key, max(last_seen_at) as last_seen_at from raw.report_entries
            where source = $source group by file_key
        ) as e
        where f.source = $source and f.file_key = e.file_key and f.is_latest and e.last_seen_at > f.last_seen_at
        """,
        {"source": source},
    )
    connection.execute(
        """
        update raw.rejects as r set resolved_at = f.last_fetched_at from raw.files as f
        where r.source = $source and f.source = r.source and f.file_key = r.file_key and f.is_latest
            and f.last_fetched_at > r.last_seen_at and r.resolved_at is null
        """,
        {"source": source},
    )
    if not shard["tally"]["failed"]:  # a page that was not read may still say it
        connection.execute(
            "update raw.issues set resolved_at = $started_at "
            "where source = $source and last_seen_at < $started_at and resolved_at is null",
            given,
        )


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    found = connection.execute("select count(*) from raw.files where source = ?", [source]).fetchone()
    return int(found[0]) if found else 0
