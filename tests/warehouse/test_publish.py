"""Publication: one swap, Parquet versions, a manifest that is written last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.home import Home
from warehouse.publish import KEPT_VERSIONS, inputs, is_published, publish


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def work(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A work database with two marts, one of them a view."""
    with home.work_database() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.ratings as select 'b' as rating_id, ['x', 'y'] as words union all select 'a', []"
        )
        connection.execute("comment on table marts.ratings is 'One row per judgement''s grade'")
        connection.execute("comment on column marts.ratings.rating_id is 'Key'")
        connection.execute("create view marts.runs as select run_id from ops.runs")
        yield connection


def test_every_mart_is_published_as_a_table_and_as_parquet(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    manifest = publish(home, work, "run-1")
    with duckdb.connect(str(home.published_database), read_only=True) as published:
        assert published.execute("select rating_id from marts.ratings").fetchall() == [("a",), ("b",)]
        assert published.execute("select count(*) from marts.runs").fetchall() == [(0,)]
    assert manifest["tables"]["ratings"]["rows"] == 2
    file = home.published / manifest["parquet"] / "ratings.parquet"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == manifest["tables"]["ratings"]["parquet_sha256"]
    assert json.loads(home.manifest.read_text()) == manifest


def test_descriptions_of_tables_and_columns_come_along(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    publish(home, work, "run-1")
    with duckdb.connect(str(home.published_database), read_only=True) as published:
        table = published.execute("select comment from duckdb_tables() where table_name = 'ratings'").fetchone()
        column = published.execute("select comment from duckdb_columns() where column_name = 'rating_id'").fetchone()
    assert table == ("One row per judgement's grade",)
    assert column == ("Key",)


def test_the_same_marts_give_the_same_parquet(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    first = publish(home, work, "run-1")
    second = publish(home, work, "run-2")
    assert first["tables"] == second["tables"]


def test_a_reader_of_the_old_file_goes_on_reading_it(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    publish(home, work, "run-1")
    with duckdb.connect(str(home.published_database), read_only=True) as reader:
        work.execute("delete from marts.ratings where rating_id = 'a'")
        publish(home, work, "run-2")
        assert reader.execute("select count(*) from marts.ratings").fetchone() == (2,)
    with duckdb.connect(str(home.published_database), read_only=True) as reader:
        assert reader.execute("select count(*) from marts.ratings").fetchone() == (1,)


def test_the_last_five_versions_are_kept(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    for number in range(KEPT_VERSIONS + 2):
        publish(home, work, f"run-{number}")
    kept = sorted(path.name for path in (home.published / "versions").iterdir())
    assert kept == [f"run-{number}" for number in range(2, KEPT_VERSIONS + 2)]


def test_what_a_killed_publication_left_is_cleared(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    (home.published / "versions" / ".run-0").mkdir(parents=True)
    (home.published / ".run-0.duckdb").write_bytes(b"half a file")
    publish(home, work, "run-1")
    assert sorted(path.name for path in home.published.iterdir()) == [
        "caseload_watch.duckdb",
        "manifest.json",
        "versions",
    ]
    assert [path.name for path in (home.published / "versions").iterdir()] == ["run-1"]


def test_seeing_a_row_again_is_nothing_new_but_another_row_is(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    row = "('ofsted_reports', '80487', 'Barnet', 'http://site.example', true, now(), now())"
    work.execute(f"insert into raw.authorities values {row}")
    publish(home, work, "run-1")
    work.execute("update raw.authorities set last_seen_at = now() + interval 1 day")
    assert is_published(home, work)
    work.execute("update raw.authorities set name = 'London Borough of Barnet'")
    assert not is_published(home, work)


def test_inputs_do_not_depend_on_the_order_of_rows(home: Home, work: duckdb.DuckDBPyConnection) -> None:
    rows = [
        f"('ofsted_reports', '8048{n}', 'Authority {n}', 'http://site.example', true, '2026-01-01', '2026-01-01')"
        for n in "789"
    ]
    work.execute(f"insert into raw.authorities values {', '.join(rows)}")
    before = inputs(work)
    work.execute("delete from raw.authorities")
    work.execute(f"insert into raw.authorities values {', '.join(reversed(rows))}")
    assert inputs(work) == before
