"""The command line from end to end: the demonstration, exit codes, a kill at any moment."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import REPOSITORY, ilacs_pdf, report, small_site

from crawler.demo.site import serve
from warehouse.home import Home

COMMAND = [str(Path(sys.executable).with_name("caseload-watch"))]
README_QUERY = "select la_name, judgement, grade from marts.ratings where is_current and la_name = 'Cambridgeshire'"
#: What differs between two runs that read the same: instants, and the ledger itself.
LEDGER = ("runs", "source_runs", "quality_results")
INSTANTS = ("first_seen_at", "last_seen_at")


def caseload_watch(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments), "--home", str(home)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
    )


def marts(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every published mart without instants and without the ledger."""
    found = {}
    with duckdb.connect(str(Home(home).published_database), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        for (table,) in tables:
            if table not in LEDGER:
                names = [name for name, *_ in connection.execute(f"describe marts.{table}").fetchall()]
                kept = ", ".join(f'"{name}"' for name in names if name not in INSTANTS)
                found[table] = connection.execute(f"select {kept} from marts.{table} order by all").fetchall()
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder after `run --profile demo`."""
    home = tmp_path_factory.mktemp("demo")
    done = caseload_watch("run", "--profile", "demo", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Published." in done.stdout
    assert done.stdout.count("caseload-watch sql") == 3
    return home


def test_the_demonstration_publishes_every_authority_and_the_reports_that_it_read(demo: Path) -> None:
    done = caseload_watch("sql", README_QUERY, "--json", home=demo)
    ratings = {row["judgement"]: row["grade"] for row in json.loads(done.stdout)}
    assert len(ratings) == 5
    assert "overall_effectiveness" in ratings
    counts = caseload_watch(
        "sql",
        "select count(distinct la_code) filter (is_current), count(*) filter (source_kind = 'report') from ratings",
        "--csv",
        home=demo,
    )
    authorities, from_reports = list(csv.reader(io.StringIO(counts.stdout)))[1]
    assert int(authorities) == 153
    assert int(from_reports) > 100


def test_the_demonstrations_unknown_label_and_dead_letter_are_to_be_seen(demo: Path) -> None:
    issues = caseload_watch(
        "sql", "select code, url from data_issues where code = 'unknown_label'", "--json", home=demo
    )
    assert len(json.loads(issues.stdout)) == 1
    rejected = caseload_watch("rejects", home=demo).stdout
    assert "not_pdf" in rejected
    assert "Report not found" in rejected


def questions() -> list[str]:
    """Every query that the documents show."""
    pages = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return re.findall(r"^```sql\n(.*?)^```", text, re.S | re.M) + re.findall(r'caseload-watch sql "([^"]+)"', text)


@pytest.mark.parametrize("query", questions())
def test_every_query_of_the_documents_has_an_answer(query: str, demo: Path) -> None:
    done = caseload_watch("sql", query, "--json", home=demo)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_every_summary_query_of_a_run_answers(demo: Path) -> None:
    from warehouse.cli import TRY

    for query in TRY:
        assert json.loads(caseload_watch("sql", query, "--json", home=demo).stdout)


def test_no_address_tells_where_on_this_machine_the_snapshot_is(demo: Path) -> None:
    done = caseload_watch("sql", "select kind, url from documents where kind = 'statistics'", "--json", home=demo)
    assert [row["url"].split("/")[2] for row in json.loads(done.stdout)] == ["www.gov.uk"]
    assert not [row for rows in marts(demo).values() for row in rows if str(REPOSITORY) in str(row)]


def test_status_names_the_run_and_each_sources_verdict(demo: Path) -> None:
    done = caseload_watch("status", home=demo)
    assert done.returncode == 0
    assert "ofsted_reports" in done.stdout
    assert "official_statistics" in done.stdout
    assert json.loads(Home(demo).manifest.read_text())["run_id"] in done.stdout


def test_a_second_run_has_nothing_new_and_downloads_no_report(demo: Path) -> None:
    before = Home(demo).manifest.read_bytes()
    done = caseload_watch("run", "--profile", "demo", home=demo)
    assert done.returncode == 0
    assert "Nothing new" in done.stdout
    assert "40 known" in done.stdout
    assert Home(demo).manifest.read_bytes() == before


def test_replay_reads_the_same_again_without_the_network(demo: Path) -> None:
    def read() -> list[Any]:
        with duckdb.connect(str(Home(demo).work), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() "
                "where schema_name in ('raw', 'extracted') and table_name <> 'loads' order by 1"
            ).fetchall()
            return [connection.execute(f"select * from {table} order by all").fetchall() for (table,) in tables]

    before = read()
    assert caseload_watch("replay", home=demo).returncode == 0
    assert read() == before


def test_a_damaged_manifest_is_written_anew(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home)
    Home(home).manifest.write_text("{")
    assert caseload_watch("status", home=home).returncode == 0
    done = caseload_watch("run", "--profile", "demo", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(json.loads(Home(home).manifest.read_text())["tables"]) == set(marts(home)) | set(LEDGER)


def test_another_profile_is_not_mixed_into_a_home_folder(demo: Path) -> None:
    done = caseload_watch("run", "--set", "ofsted_reports.base_url=http://127.0.0.1:9", home=demo)
    assert done.returncode == 2
    assert "holds data of the profile 'demo'" in done.stderr


def test_a_second_writer_is_told_who_holds_the_folder(demo: Path) -> None:
    with Home(demo).locked("a test"):
        done = caseload_watch("load", home=demo)
    assert done.returncode == 4
    assert "a test" in done.stderr


WRONG_USAGE = [
    (("run", "--source", "ofsted"), "no source 'ofsted'"),
    (("run", "--set", "ofsted_reports.base_ulr=x"), "base_ulr"),
    (("run", "--set", "base_url"), "expected SOURCE.KEY=VALUE"),
    (("run", "--profile", "real"), "expected live or demo"),
    (("run",), "no contact is set"),
    (("load",), "no such home folder"),
    (("sql", "select 1"), "nothing is published here yet"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG_USAGE)
def test_wrong_usage_is_named_with_the_way_out(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = caseload_watch(*arguments, home=tmp_path / "home")
    assert done.returncode == 2
    assert words in done.stderr


def test_a_wrong_query_is_told_in_the_databases_own_words(demo: Path) -> None:
    done = caseload_watch("sql", "select grde from ratings", home=demo)
    assert done.returncode == 2
    assert "grade" in done.stderr


def test_a_gate_that_refuses_publishes_nothing_and_the_last_version_stays(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home)
    before = hashlib.sha256(Home(home).published_database.read_bytes()).hexdigest()
    with duckdb.connect(str(Home(home).work)) as connection:
        # A quote that does not stand at its offsets: nobody could trace that grade.
        connection.execute("update extracted.judgements set char_start = char_start + 1, char_end = char_end + 1")
    done = caseload_watch("run", "--profile", "demo", home=home)
    assert done.returncode == 1, done.stdout
    assert "Nothing was published" in done.stdout
    assert hashlib.sha256(Home(home).published_database.read_bytes()).hexdigest() == before
    assert caseload_watch("publish", home=home).returncode == 2


def test_the_stages_can_be_run_one_by_one(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home)
    for stage in ("load", "extract", "build", "check", "publish"):
        done = caseload_watch(stage, home=home)
        assert done.returncode == 0, f"{stage}: {done.stdout}{done.stderr}"
    assert caseload_watch("build", home=home).returncode == 0  # the ledger of the stages fits its own models
    run_id = json.loads(Home(home).manifest.read_text())["run_id"]
    ledger = caseload_watch("sql", "select run_id, command, outcome from runs", "--json", home=home)
    assert {"run_id": run_id, "command": "publish", "outcome": "published"} in json.loads(ledger.stdout)


def test_nothing_is_checked_or_published_that_was_not_built(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home)
    with duckdb.connect(str(Home(home).work)) as connection:
        connection.execute("update raw.authorities set name = name || ' Council'")
    for stage in ("check", "publish"):
        done = caseload_watch(stage, home=home)
        assert done.returncode == 2
        assert "nothing was published" in done.stderr


def test_a_crawl_ends_with_the_run_that_started_it(tmp_path: Path) -> None:
    with serve(small_site()) as site:
        settings = ("--set", f"ofsted_reports.base_url={site.base_url}", "--set", "ofsted_reports.download_delay=0.5")
        command = [*COMMAND, "run", "--source", "ofsted_reports", *settings, "--home", str(tmp_path)]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
        while not site.requests:
            time.sleep(0.02)
        process.kill()
        process.wait()
        time.sleep(0.7)  # one request may be under way
        asked = len(site.requests)
        time.sleep(1.5)
        assert len(site.requests) == asked


def test_a_source_that_fails_its_verdict_is_left_out_and_the_others_are_published(tmp_path: Path) -> None:
    with serve(small_site(report(50000001, ilacs_pdf("Barnet")))) as site:
        done = caseload_watch("run", "--set", f"ofsted_reports.base_url={site.base_url}", *quick(), home=tmp_path)
    assert done.returncode == 3
    assert "below the declared minimum of 150" in done.stdout
    with duckdb.connect(str(Home(tmp_path).published_database), read_only=True) as connection:
        kinds = connection.execute("select distinct source_kind from marts.ratings").fetchall()
        assert kinds == [("official_statistics",)]
        verdicts = dict(connection.execute("select source, verdict from marts.source_runs").fetchall())
    assert verdicts == {"official_statistics": "ok", "ofsted_reports": "failed"}


def quick() -> Iterator[str]:
    for setting in ("download_delay=0", "backoff_seconds=0"):
        yield from ("--set", f"ofsted_reports.{setting}")


STAGES = ("crawl", "load", "extract", "build", "check")


def test_killed_at_any_moment_and_started_again_the_run_ends_with_the_same_marts(demo: Path, tmp_path: Path) -> None:
    """Killed in the crawl, after each stage's end, and started again each time."""
    shutil.copy(Home(demo).demo_port, tmp_path)  # the same addresses
    for stage in ("", *STAGES):
        process = subprocess.Popen(
            [*COMMAND, "run", "--profile", "demo", "--home", str(tmp_path)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        assert process.stdout is not None
        if stage:
            while not (line := process.stdout.readline()).startswith(stage):
                assert line, f"the run ended before its stage {stage}"
        else:
            shards = tmp_path / "landing" / "shards" / "ofsted_reports"
            while not list(shards.glob(".*.partial/responses.jsonl")):
                time.sleep(0.01)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    done = caseload_watch("run", "--profile", "demo", home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert marts(tmp_path) == marts(demo)
    with duckdb.connect(str(Home(tmp_path).work), read_only=True) as connection:
        ends = connection.execute("select outcome from ops.runs order by started_at").fetchall()
    assert {"interrupted"} <= {end for (end,) in ends}
