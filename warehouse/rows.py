"""Rows from Python into DuckDB tables: many at once, typed by the table itself."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Column names and types of `schema.table`, in order."""
    return {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}


def key_columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The primary key of `schema.table`."""
    schema, name = table.split(".")
    found = connection.execute(
        "select constraint_column_names from duckdb_constraints() "
        "where schema_name = ? and table_name = ? and constraint_type = 'PRIMARY KEY'",
        [schema, name],
    ).fetchone()
    if found is None:
        raise LookupError(f"{table} has no primary key; rows are merged on one")
    return list(found[0])


def merge(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows into `table`, or update those whose key is there. Returns how many rows were given.

    `first_seen_at` keeps the earliest and `last_seen_at` the latest instant.
    """
    types, keys = columns(connection, table), key_columns(connection, table)
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[k] for k in keys)
        before = merged.get(key)
        merged[key] = {name: row.get(name) for name in types}
        if before and "first_seen_at" in types:
            merged[key]["first_seen_at"] = min(before["first_seen_at"], row["first_seen_at"])
            merged[key]["last_seen_at"] = max(before["last_seen_at"], row["last_seen_at"])
    if not merged:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for row in merged.values():
                lines.write(json.dumps(row, default=_json, ensure_ascii=False) + "\n")
        names = ", ".join(types)
        spec = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in types.items()) + "}"
        updates = ", ".join(f"{n} = {_update(n, 'last_seen_at' in types)}" for n in types if n not in keys)
        connection.execute(
            f"insert into {table} ({names}) select {names} from read_json(?, columns = {spec}, "
            f"format = 'newline_delimited', maximum_object_size = 67108864) "
            f"on conflict ({', '.join(keys)}) do update set {updates}",
            [str(file)],
        )
    return len(merged)


def _update(column: str, is_seen: bool) -> str:
    if column == "first_seen_at":
        return "least(first_seen_at, excluded.first_seen_at)"
    if column == "last_seen_at":
        return "greatest(last_seen_at, excluded.last_seen_at)"
    if is_seen:  # what an older shard says, loaded again, goes behind what is known since
        return f"case when excluded.last_seen_at >= last_seen_at then excluded.{column} else {column} end"
    return f"excluded.{column}"


def _json(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no form in a table")
