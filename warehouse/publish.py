"""Marts into the file that analysts open, by one atomic swap.

    published/versions/<run_id>/<table>.parquet   each mart; the last five versions are kept
    published/caseload_watch.duckdb               all marts, with the descriptions of tables and columns
    published/manifest.json                       what is published; written last

A run that is killed here leaves the previous file, or the new one, whole; the manifest says which inputs it was made
from, so the next run knows whether to publish again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from crawler.landing import fsync, write_whole
from crawler.source import PROJECT
from warehouse.home import Home

KEPT_VERSIONS = 5
#: Files that decide how marts are made of what was extracted.
CODE = ("dbt_project.yml", "models", "macros", "seeds", "expectations")


def publish(home: Home, connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """Publish every table of schema `marts`. Returns the manifest."""
    versions = home.published / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for left in [*versions.glob(".*"), *home.published.glob(".*.duckdb*")]:
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    folder, database = versions / f".{run_id}", home.published / f".{run_id}.duckdb"
    folder.mkdir()

    tables = {}
    connection.execute(f"attach '{_quoted(database)}' as target")
    try:
        connection.execute("create schema target.marts")
        for table in mart_tables(connection):
            connection.execute(f"create table target.marts.{table} as select * from marts.{table} order by all")
            _copy_comments(connection, table)
            file = folder / f"{table}.parquet"
            connection.execute(f"copy target.marts.{table} to '{_quoted(file)}' (format parquet, compression zstd)")
            found = connection.execute(f"select count(*) from target.marts.{table}").fetchone()
            tables[table] = {"rows": found[0] if found else 0, "parquet_sha256": _sha256(file)}
    finally:
        connection.execute("detach target")
    for file in [*folder.iterdir(), folder, database]:
        fsync(file)

    final = versions / run_id
    if final.exists():
        shutil.rmtree(final)
    folder.rename(final)
    database.replace(home.published_database)
    manifest = {
        "run_id": run_id,
        "published_at": datetime.now(UTC).isoformat(),
        "inputs": inputs(connection),
        "database_sha256": _sha256(home.published_database),
        "parquet": f"versions/{run_id}",
        "tables": tables,
        "licence": "Contains public sector information licensed under the Open Government Licence v3.0.",
    }
    fsync(home.published)
    write_whole(home.manifest, json.dumps(manifest, indent=2) + "\n")
    fsync(home.manifest)
    fsync(home.published)
    for old in sorted(p for p in versions.glob("[!.]*"))[:-KEPT_VERSIONS]:
        if old != final:
            shutil.rmtree(old)
    return manifest


def mart_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables and views of schema `marts`, by name."""
    found = connection.execute(
        "select table_name from information_schema.tables "
        "where table_schema = 'marts' and table_catalog = current_database() order by 1"
    ).fetchall()
    return [name for (name,) in found]


def inputs(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """A digest of everything that the marts are made from: rows, models, seeds, expectations.

    When a row was last seen is left out: seeing it again is nothing new. The rows' hashes are joined by XOR, which does
    not depend on their order. How rows are read is not digested: what is read then differs, or nothing does.
    """
    digests = {"code": code_digest()}
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where schema_name in ('raw', 'extracted') and table_name <> 'loads' order by all"
    ).fetchall()
    for schema, table in tables:
        names = {name for name, *_ in connection.execute(f"describe {schema}.{table}").fetchall()}
        instants = ", ".join(sorted(names & {"last_seen_at", "last_fetched_at"}))
        exclude = f" exclude ({instants})" if instants else ""
        found = connection.execute(
            f"select count(*), bit_xor(hash(t)) from (select *{exclude} from {schema}.{table}) as t"
        ).fetchone()
        digests[f"{schema}.{table}"] = ":".join(str(value) for value in found or ())
    return digests


def code_digest() -> str:
    """A digest of the models, macros, seeds and expectations."""
    digest = hashlib.sha256()
    for name in CODE:
        root = PROJECT / name
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_published(home: Home, connection: duckdb.DuckDBPyConnection) -> bool:
    """True where what is published was made from just what is in the work database now."""
    manifest: Mapping[str, object] | None = home.read_manifest()
    return bool(manifest and home.published_database.is_file() and manifest["inputs"] == inputs(connection))


def _copy_comments(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    found = connection.execute(
        "select comment from duckdb_tables() where schema_name = 'marts' and table_name = $t and database_name = "
        "current_database() union all select comment from duckdb_views() where schema_name = 'marts' "
        "and view_name = $t and database_name = current_database()",
        {"t": table},
    ).fetchone()
    if found and found[0]:
        connection.execute(f"comment on table target.marts.{table} is '{_quoted(found[0])}'")
    described = connection.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'marts' and table_name = ? "
        "and database_name = current_database() and comment is not null",
        [table],
    ).fetchall()
    for column, comment in described:
        connection.execute(f"comment on column target.marts.{table}.{column} is '{_quoted(comment)}'")


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
