"""Landed shards into raw and extracted tables, with a real crawl behind them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import Crawl, ilacs_pdf, report, small_pdf, small_site

from crawler.demo.site import Fault, serve
from crawler.landing import Landing
from warehouse import extraction
from warehouse.extraction import Extract, Task, extract_documents, map_documents, pending, read_document
from warehouse.home import Home
from warehouse.load import forget_loads, load_shards

RunCrawl = Callable[..., Crawl]


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    tables = rows(
        connection,
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where schema_name in ('raw', 'extracted') and table_name <> 'loads' order by 1",
    )
    return {table: rows(connection, f"select * from {table} order by all") for (table,) in tables}


def test_a_shard_is_loaded_once_and_loading_again_changes_nothing(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        crawl(site)
    with Home(tmp_path).work_database() as connection:
        (loaded,) = load_shards(connection, Landing(tmp_path))
        assert loaded.new_documents == 3
        before = everything(connection)
        assert load_shards(connection, Landing(tmp_path)) == []
        forget_loads(connection)
        load_shards(connection, Landing(tmp_path))
        assert everything(connection) == before


def test_a_failed_verdict_keeps_the_bytes_and_loads_nothing(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        done = crawl(site, bounds='{"authorities": {"min": 150}}')
    assert Landing(tmp_path).body(str(done.responses[-1].sha256))
    with Home(tmp_path).work_database() as connection:
        assert load_shards(connection, Landing(tmp_path)) == []
        assert rows(connection, "select count(*) from raw.files") == [(0,)]


def test_a_partial_shard_is_not_loaded(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        done = crawl(site)
    assert done.shard is not None
    done.shard.rename(done.shard.with_name(f".{done.shard.name}.partial"))
    with Home(tmp_path).work_database() as connection:
        assert load_shards(connection, Landing(tmp_path)) == []


def test_a_corrected_file_is_a_second_version_beside_the_first(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        crawl(site)
        site.set_faults("/v1/file/50000001", Fault(replace_body=small_pdf("corrected")))
        crawl(site, report_recheck_days=0)
    with Home(tmp_path).work_database() as connection:
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select count(*) from raw.files where file_key = '50000001'") == [(2,)]
        assert rows(connection, "select count(*) from raw.files") == [(4,)]


def test_a_dead_letter_is_resolved_when_the_file_comes_whole(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site, Home(tmp_path).work_database() as connection:
        site.set_faults("/v1/file/50000001", Fault(status=200, body=b"<title>Report not found</title>"))
        crawl(site)
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select reason, resolved_at from raw.rejects") == [("not_pdf", None)]
        site.set_faults("/v1/file/50000001")
        crawl(site, retry_rejects="true")
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select reason, resolved_at is not null from raw.rejects") == [("not_pdf", True)]


def test_an_issue_is_resolved_by_the_crawl_that_does_not_meet_it(crawl: RunCrawl, tmp_path: Path) -> None:
    port, found = 0, []
    with Home(tmp_path).work_database() as connection:
        for label in ("Leaflet", "Children's services inspection", "Leaflet"):
            with serve(small_site(report(50000001, label=label)), port) as site:
                crawl(site)
                port = int(site.base_url.rsplit(":", 1)[1])
            load_shards(connection, Landing(tmp_path))
            found += rows(connection, "select code, resolved_at is not null from raw.issues")
    assert found == [("unknown_label", False), ("unknown_label", True), ("unknown_label", False)]


def test_a_dead_letter_stays_one_though_an_earlier_version_was_whole(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site, Home(tmp_path).work_database() as connection:
        crawl(site)
        site.set_faults("/v1/file/50000001", Fault(status=200, body=b"<title>Report not found</title>"))
        crawl(site, report_recheck_days=0)
        crawl(site)  # the entry is still listed
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select reason, resolved_at from raw.rejects") == [("not_pdf", None)]


def test_a_file_that_goes_back_to_an_earlier_version_has_that_one_as_its_latest(
    crawl: RunCrawl, tmp_path: Path
) -> None:
    latest = "select content_sha256 from raw.files where file_key = '50000001' and is_latest"
    with serve(small_site()) as site, Home(tmp_path).work_database() as connection:
        found = []
        for faults in ((), (Fault(replace_body=small_pdf("corrected")),), ()):
            site.set_faults("/v1/file/50000001", *faults)
            crawl(site, report_recheck_days=0)
            load_shards(connection, Landing(tmp_path))
            found += rows(connection, latest)
    assert len(found) == 3
    assert found[0] == found[2] != found[1]


def test_an_older_shard_loaded_again_changes_nothing_that_is_known_since(crawl: RunCrawl, tmp_path: Path) -> None:
    port = 0
    with Home(tmp_path).work_database() as connection:
        for label in ("Children's services inspection", "Children's services focused visit"):
            with serve(small_site(report(50000001, label=label)), port) as site:
                crawl(site)
                port = int(site.base_url.rsplit(":", 1)[1])
        first, _ = load_shards(connection, Landing(tmp_path))
        before = everything(connection)
        forget_loads(connection, first.shard)
        assert [x.shard for x in load_shards(connection, Landing(tmp_path))] == [first.shard]
        assert everything(connection) == before


def test_one_damaged_body_is_an_issue_and_the_others_are_loaded(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        done = crawl(site)
    (damaged,) = (r for r in done.responses if r.key == "file/50000001")
    Landing(tmp_path).body_path(str(damaged.sha256)).write_bytes(b"no more")
    with Home(tmp_path).work_database() as connection:
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select code from raw.issues") == [("landed_body_damaged",)]
        assert rows(connection, "select count(*) from raw.files") == [(2,)]


def test_a_listed_report_that_is_not_asked_for_again_was_seen(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        crawl(site)
        crawl(site)
    with Home(tmp_path).work_database() as connection:
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select bool_and(last_seen_at > first_seen_at) from raw.files") == [(True,)]


def test_a_request_without_an_answer_is_an_issue_or_a_dead_letter(crawl: RunCrawl, tmp_path: Path) -> None:
    with serve(small_site()) as site:
        site.set_faults("/v1/file/50000001", Fault(drop=True))
        crawl(site, max_failed_share=0.5, retry_times=0)
    with Home(tmp_path).work_database() as connection:
        load_shards(connection, Landing(tmp_path))
        assert rows(connection, "select file_key, reason from raw.rejects") == [("50000001", "no_answer")]


@pytest.fixture
def loaded(crawl: RunCrawl, tmp_path: Path) -> Path:
    """A home with one ILACS report, one page without text, and one PDF that is no report."""
    bodies = [ilacs_pdf("Barnet"), small_pdf(""), small_pdf("A leaflet about nothing")]
    with serve(small_site(*(report(50000001 + n, body) for n, body in enumerate(bodies)))) as site:
        crawl(site)
    with Home(tmp_path).work_database() as connection:
        load_shards(connection, Landing(tmp_path))
    return tmp_path


def test_each_document_gets_text_facts_and_a_status(loaded: Path) -> None:
    with Home(loaded).work_database() as connection:
        assert extract_documents(connection, Landing(loaded)) == 4
        statuses = rows(connection, "select status, count(*) from extracted.documents group by 1 order by 1")
        assert statuses == [("no_text", 1), ("ok", 3)]
        grades = rows(connection, "select judgement, grade from extracted.judgements order by 1")
        assert len(grades) == 5
        assert {grade for _, grade in grades} == {"good"}
        wrong = rows(
            connection,
            "select count(*) from extracted.judgements join extracted.documents using (content_sha256) "
            "where substring(text, char_start + 1, char_end - char_start) is distinct from quote",
        )
        assert wrong == [(0,)]


def test_only_new_documents_and_new_versions_of_an_extractor_are_read(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Home(loaded).work_database() as connection:
        landing = Landing(loaded)
        extract_documents(connection, landing)
        before = everything(connection)
        assert extract_documents(connection, landing) == 0
        monkeypatch.setitem(extraction.VERSIONS, "report", lambda: 999)
        assert extract_documents(connection, landing) == 4
        after = everything(connection)
    assert after["extracted.judgements"] == before["extracted.judgements"]


def test_several_processes_read_what_one_reads(loaded: Path) -> None:
    with Home(loaded).work_database() as connection:
        tasks = pending(connection, Landing(loaded))
    pooled, alone = list(map_documents(tasks, processes=2)), list(map(read_document, tasks))
    assert sorted(pooled, key=lambda e: e.task.content_sha256) == alone


def test_one_damaged_document_has_a_status_and_the_others_are_read(loaded: Path) -> None:
    with Home(loaded).work_database() as connection:
        landing = Landing(loaded)
        victim = next(task for task in pending(connection, landing))
        victim.path.write_bytes(b"%PDF-1.4 not any more")
        extract_documents(connection, landing)
        failed = rows(connection, "select content_sha256, error from extracted.documents where status = 'failed'")
    assert [digest for digest, _ in failed] == [victim.content_sha256]
    assert "do not match" in failed[0][1]


def test_a_document_that_failed_is_read_again_by_the_next_run(loaded: Path) -> None:
    with Home(loaded).work_database() as connection:
        landing = Landing(loaded)
        victim = next(task for task in pending(connection, landing))
        whole = victim.path.read_bytes()
        victim.path.write_bytes(b"for a while")
        extract_documents(connection, landing)
        victim.path.write_bytes(whole)
        assert extract_documents(connection, landing) == 1
        assert rows(connection, "select count(*) from extracted.documents where status = 'failed'") == [(0,)]


def read_or_die(task: Task) -> Extract:
    """Read a document, or end the process where the bytes say so, as a fault in the PDF library would."""
    if task.path.read_bytes() == b"end the process":
        os.kill(os.getpid(), signal.SIGKILL)
    return read_document(task)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_document_that_kills_its_process_has_a_status_and_the_others_are_read(processes: int, loaded: Path) -> None:
    with Home(loaded).work_database() as connection:
        tasks = pending(connection, Landing(loaded))
    tasks[0].path.write_bytes(b"end the process")
    statuses = {e.task: e.status for e in map_documents(tasks, processes=processes, read=read_or_die)}
    assert statuses.pop(tasks[0]) == "failed"
    assert "failed" not in statuses.values()
    assert set(statuses) == set(tasks[1:])
