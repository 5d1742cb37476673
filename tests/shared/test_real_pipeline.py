"""The whole pipeline over the real files, served by a stand-in built from their manifest, and scored."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import REPOSITORY

from crawler.demo.site import StandIn, from_manifest, serve
from warehouse.home import Home

pytestmark = pytest.mark.shared


def run(site: StandIn, home: Path) -> subprocess.CompletedProcess[str]:
    settings = {
        "base_url": site.base_url,
        "hosts": "[]",
        "download_delay": 0,
        "bounds.authorities.min": len(site.site.providers),
        "bounds.reports_per_authority.min": 1,
    }
    command = [str(Path(sys.executable).with_name("caseload-watch")), "run", "--home", str(home)]
    command += [part for key, value in settings.items() for part in ("--set", f"ofsted_reports.{key}={value}")]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=900)


@pytest.fixture(scope="module")
def manifest(shared: Path) -> list[dict[str, str]]:
    with (shared / "data/reports/manifest.csv").open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def site(shared: Path) -> Iterator[StandIn]:
    reports = shared / "data/reports"
    with serve(from_manifest(reports / "manifest.csv", reports)) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def home(site: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    done = run(site, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def ask(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(Home(home).published_database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_at_least_999_of_1000_cells_are_right(home: Path, shared: Path) -> None:
    data = shared / "data"
    command = [sys.executable, str(shared / "score/score_ratings.py"), "--min", "0.999"]
    command += ["--db", str(Home(home).published_database), "--gold", str(data / "gold/judgements.csv")]
    command += ["--manifest", str(data / "reports/manifest.csv")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    print(done.stdout)


def test_files_that_are_no_pdf_are_kept_as_dead_letters(home: Path, manifest: list[dict[str, str]]) -> None:
    with duckdb.connect(str(Home(home).work), read_only=True) as connection:
        rejected = connection.execute("select reason, content_sha256 from raw.rejects").fetchall()
    expected = [("not_pdf", m["sha256"]) for m in manifest if m["expects"] == "not_pdf"]
    assert sorted(rejected) == sorted(expected)


def test_every_other_file_is_read_and_no_letter_yields_a_rating(home: Path, manifest: list[dict[str, str]]) -> None:
    status = dict(ask(home, "select content_sha256, extraction_status from marts.documents where kind = 'report'"))
    assert status == {m["sha256"]: "ok" for m in manifest if m["expects"] != "not_pdf"}
    letters = {m["sha256"] for m in manifest if m["expects"] == "ungraded"}
    rated = ask(home, "select distinct content_sha256 from marts.ratings join marts.documents using (document_id)")
    assert not letters & {digest for (digest,) in rated}


def test_every_quote_stands_at_its_offsets(home: Path, manifest: list[dict[str, str]]) -> None:
    wrong = ask(
        home,
        "select count(*) filter (text[char_start + 1:char_end] is distinct from quote), count(*) "
        "from marts.ratings join marts.document_texts using (document_id) where quote is not null",
    )
    assert wrong[0][0] == 0
    assert wrong[0][1] >= sum(m["expects"] == "graded" for m in manifest)


def test_a_second_run_downloads_no_report_and_has_nothing_new(home: Path, site: StandIn) -> None:
    site.forget_requests()
    done = run(site, home)
    assert done.returncode == 0
    assert "Nothing new" in done.stdout
    assert [r.path for r in site.requests if r.path.startswith("/v1/file/")] == []
