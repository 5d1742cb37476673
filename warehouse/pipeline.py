"""One run: crawl, load, extract, build, check, publish; its ledger and its exit code."""

from __future__ import annotations

import enum
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb

from crawler.landing import Landing, LandingError, claim_home, new_run_id, read_responses, write_whole
from crawler.source import SourceError, load_source, source_names
from warehouse import runs
from warehouse.console import Reporter
from warehouse.crawl import Crawled, crawl_sources
from warehouse.extraction import extract_documents, forget_extracts
from warehouse.home import Home, HomeError
from warehouse.load import Loaded, forget_loads, load_shards
from warehouse.publish import inputs, is_published, publish

if TYPE_CHECKING:
    from warehouse.gate import GateReport


class Exit(enum.IntEnum):
    """Exit codes of the command line (contract)."""

    PUBLISHED = 0
    GATE_REFUSED = 1
    USAGE = 2
    SOURCE_FAILED = 3
    LOCKED = 4


#: Exit code of an error of the program itself: Python's own is 1, which is the gate's.
CRASHED = 70


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is asked to do. `overrides` holds `source.yml` keys by source."""

    profile: str = "live"
    sources: tuple[str, ...] = ()
    since: date | None = None
    overrides: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def by_source(self) -> dict[str, dict[str, str]]:
        """Each chosen source with its overrides (all sources where none is chosen)."""
        return {name: dict(self.overrides.get(name, {})) for name in self.sources or tuple(source_names())}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: `outcome` as in `ops.runs`, and why."""

    exit_code: Exit
    outcome: str
    detail: str | None = None


def run(home: Home, job: Job, reporter: Reporter, *, only_crawl: bool = False) -> Outcome:
    """Run all stages for the chosen sources, or their crawl alone. The caller holds the home folder's lock."""
    validate(job)
    claim_home(home.root, job.profile)
    with recorded(home, "crawl" if only_crawl else "run", job.profile) as run_id:
        crawled = crawl(home, job, run_id, reporter)
        failed = "; ".join(f"{c.source}: {c.reason}" for c in crawled if not c.ok)
        outcome = Outcome(Exit.SOURCE_FAILED, "source_failed", failed) if failed else None
        if only_crawl:
            outcome = outcome or Outcome(Exit.PUBLISHED, "done")
        else:
            with home.work_database() as connection:
                load(home, connection, reporter)
                extract(home, connection, reporter)
                has_rows = connection.execute("select count(*) from raw.loads").fetchone() != (0,)
                is_new = has_rows and not is_published(home, connection)
            if is_new:
                outcome = make_marts(home, run_id, reporter, outcome)
            else:
                outcome = outcome or Outcome(Exit.PUBLISHED, "nothing_new")
        with home.work_database() as connection:
            runs.end(connection, run_id, outcome.outcome, outcome.exit_code, outcome.detail)
    return outcome


def validate(job: Job) -> None:
    """Raise SourceError for a source or key that is not declared, or a live site without a contact."""
    for name, overrides in job.by_source().items():
        declared = load_source(name, overrides)
        if job.profile == "live":
            declared.require_contact()
    for name, given in job.overrides.items():
        load_source(name, given)


def crawl(home: Home, job: Job, run_id: str, reporter: Reporter) -> list[Crawled]:
    """Crawl the chosen sources; with the profile `demo`, from the stand-in site."""
    with _site(home, job) as sources, reporter.stage("crawl") as stage:
        seen: dict[str, int] = {}

        def on_progress(source: str, responses: int) -> None:
            seen[source] = responses
            stage.advance(", ".join(f"{name}: {n} responses" for name, n in seen.items()))

        crawled = crawl_sources(home, run_id, job.profile, sources, job.since, on_progress)
        with home.work_database() as connection:
            runs.note_crawls(connection, run_id, crawled)
        stage.done("; ".join(_crawl_line(c) for c in crawled))
    for failed in (c for c in crawled if not c.ok):
        reporter.say(f"          {failed.source} FAILED its verdict: {failed.reason} (log: {failed.log})")
    return crawled


def load(home: Home, connection: duckdb.DuckDBPyConnection, reporter: Reporter) -> list[Loaded]:
    """Load every complete shard that is not loaded."""
    with reporter.stage("load") as stage:
        loaded = load_shards(connection, Landing(home.root), lambda item: stage.advance(f"{item.source} {item.shard}"))
        runs.note_loads(connection, loaded)
        stage.done(
            "; ".join(f"{x.source}: {x.items} items, {x.new_documents} new documents" for x in loaded) or "nothing new"
        )
    return loaded


def extract(home: Home, connection: duckdb.DuckDBPyConnection, reporter: Reporter) -> int:
    """Read every document that is new, or whose extractor is."""
    with reporter.stage("extract") as stage:
        read = extract_documents(
            connection, Landing(home.root), lambda n, of: stage.advance(f"{n} of {of} documents", n, of)
        )
        failed = connection.execute("select count(*) from extracted.documents where status <> 'ok'").fetchone()
        stage.done(f"{read} documents read; {failed[0] if failed else 0} in all that could not be")
    return read


def build_marts(home: Home, reporter: Reporter) -> bool:
    """Build and test the models. False where a model or a test failed; its rows are printed."""
    from warehouse.build import build

    for mark in (home.built, home.checked):
        mark.unlink(missing_ok=True)
    with reporter.stage("build") as stage:
        result = build(home.root, stage.advance)
        stage.done(result.summary)
    if result.ok:
        with home.work_database() as connection:
            write_whole(home.built, json.dumps(inputs(connection)))
    for failure in result.failures:
        reporter.say(str(failure))
    return result.ok


def check_marts(home: Home, run_id: str, reporter: Reporter) -> GateReport:
    """Run the quality gate and note its results. Raises HomeError where the marts are not of what is loaded now."""
    with home.work_database() as connection:
        _require(
            home, home.built, connection, "the marts are not built from what is loaded now", "caseload-watch build"
        )
    with reporter.stage("check") as stage:
        from warehouse.gate import run_gate

        previous = home.published_database if home.published_database.is_file() else None
        report = run_gate(home.work, home.data_docs, previous)
        with home.work_database() as connection:
            runs.note_quality(connection, run_id, report.results)
            home.checked.unlink(missing_ok=True)
            if report.passed:
                write_whole(home.checked, json.dumps(inputs(connection)))
        stage.done(report.summary)
    if not report.passed:
        reporter.say(report.readable())
    return report


def publish_marts(home: Home, run_id: str, reporter: Reporter) -> None:
    """Publish what was built. Raises HomeError where the gate has not passed on just this."""
    with reporter.stage("publish") as stage, home.work_database() as connection:
        _require(home, home.checked, connection, "the gate has not passed on what is built now", "caseload-watch check")
        manifest = publish(home, connection, run_id)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        stage.done(f"{len(manifest['tables'])} tables, {rows:,} rows: {home.published_database}")


def make_marts(home: Home, run_id: str, reporter: Reporter, so_far: Outcome | None) -> Outcome:
    """Build, check and publish. `so_far` is what the run will end with where all goes well."""
    if not build_marts(home, reporter):
        return Outcome(Exit.GATE_REFUSED, "gate_refused", "a model or one of its tests failed")
    if not check_marts(home, run_id, reporter).passed:
        return Outcome(Exit.GATE_REFUSED, "gate_refused", "the quality gate refused")
    outcome = so_far or Outcome(Exit.PUBLISHED, "published")
    with home.work_database() as connection:  # the published ledger shows this run as ended
        runs.end(connection, run_id, outcome.outcome, outcome.exit_code, outcome.detail)
    publish_marts(home, run_id, reporter)
    return outcome


def _require(home: Home, mark: Path, connection: duckdb.DuckDBPyConnection, what: str, command: str) -> None:
    """Raise HomeError unless `mark`, left by an earlier stage, is of the present inputs."""
    if not home.is_marked(mark, inputs(connection)):
        raise HomeError(f"{home.root}: {what}. Run `{command}` first; nothing was published.")


def replay(home: Home, run_id: str | None, reporter: Reporter) -> None:
    """Parse, load and extract again from landed bytes, without the network: all, or what one run landed."""
    landing = Landing(home.root)
    shards = [shard for source in source_names() for shard in landing.shards(source) if shard.name == run_id]
    if run_id is not None and not shards:
        raise HomeError(f"{landing.root}: no crawl of run {run_id!r}; `caseload-watch status` lists the runs")
    with home.work_database() as connection:
        digests = [landed.sha256 for shard in shards for landed in read_responses(shard) if landed.sha256]
        forget_extracts(connection, None if run_id is None else digests)
        forget_loads(connection, run_id)
        load(home, connection, reporter)
        extract(home, connection, reporter)


@contextmanager
def recorded(home: Home, command: str, profile: str | None = None) -> Iterator[str]:
    """A row of the ledger for what is done within; yields its run id. Without a profile, that of the home folder.

    What ends without an error and has not noted its end is `done`.
    """
    run_id, manifest = new_run_id(), home.read_manifest()
    with home.work_database() as connection:
        runs.begin(connection, run_id, command, profile or home.profile, str(manifest["run_id"]) if manifest else None)
    try:
        yield run_id
    except BaseException as error:
        known = isinstance(error, SourceError | HomeError | LandingError)
        with home.work_database() as connection:
            detail = f"{type(error).__name__}: {error}"
            runs.end(connection, run_id, "failed", Exit.USAGE if known else CRASHED, detail)
        raise
    with home.work_database() as connection:
        runs.end_if_running(connection, run_id)


@contextmanager
def _site(home: Home, job: Job) -> Iterator[dict[str, dict[str, str]]]:
    """The sources to crawl: as chosen, or with the demonstration's overrides while its stand-in site is up."""
    sources = job.by_source()
    if job.profile != "demo" or "ofsted_reports" not in sources:
        yield sources
        return
    from crawler.demo.site import demo_site, serve

    site = demo_site()
    with serve(site, port=_remembered_port(home)) as server:
        write_whole(home.demo_port, f"{urlsplit(server.base_url).port}\n")
        demo = {
            "base_url": server.base_url,
            "hosts": "[]",
            "download_delay": "0",
            "bounds.authorities.min": str(len(site.providers)),
            "bounds.reports_per_authority.min": "1",
        }
        sources["ofsted_reports"] = {**demo, **sources["ofsted_reports"]}
        yield sources


def _remembered_port(home: Home) -> int:
    """The port of this home's earlier demonstration where it is free, so that its addresses stay; else any (0)."""
    written = home.demo_port.read_text(encoding="utf-8").strip() if home.demo_port.is_file() else ""
    port = int(written) if written.isdecimal() else 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _crawl_line(crawled: Crawled) -> str:
    if not crawled.tally:
        return f"{crawled.source}: {crawled.reason}"
    tally = crawled.tally
    rejected = sum(tally["rejects"].values())
    return (
        f"{crawled.source}: {tally['fetched']} fetched, {tally['unchanged']} unchanged, {tally['skipped']} known, "
        f"{rejected} rejected"
    )


def published_path(home: Home) -> Path:
    """The published file. Raises HomeError where nothing was published yet."""
    if not home.published_database.is_file():
        raise HomeError(
            f"{home.published_database}: nothing is published here yet. Run `caseload-watch run --profile demo`, "
            "or name another folder with --home."
        )
    return home.published_database
