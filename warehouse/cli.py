"""The command line. Exit codes: 0 published or nothing new, 1 the quality gate refused, 2 wrong usage or
configuration, 3 a source failed its verdict, 4 another run holds the lock; 70 for an error of the program itself.
"""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import duckdb
import typer

from crawler.landing import HOME_VARIABLE, Landing, LandingError
from crawler.source import SourceError
from warehouse import pipeline, runs
from warehouse.console import Reporter
from warehouse.gate import GateError
from warehouse.home import Home, HomeError, HomeLockedError
from warehouse.pipeline import Exit, Job

app = typer.Typer(
    name="caseload-watch",
    help="Ofsted ratings, caseloads and staff voice of every English children's social care service, with their proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

HomeOption = Annotated[
    Path, typer.Option("--home", envvar=HOME_VARIABLE, help="folder of this installation's data", show_default=True)
]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="a source to crawl; default: all")]
SinceOption = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="leave out reports published before this date")
]
ProfileOption = Annotated[str, typer.Option("--profile", help="live, or demo: a stand-in site within the package")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="S.KEY=VALUE", help="override a key of a source's source.yml")
]
DEFAULT_HOME = Path("data")


def main() -> None:
    """Run the command line; known errors become one line and an exit code."""
    try:
        app()
    except HomeLockedError as error:
        _fail(error, Exit.LOCKED)
    except (SourceError, HomeError, LandingError, GateError) as error:
        _fail(error, Exit.USAGE)
    except BrokenPipeError:  # who read the output has had enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (PermissionError, NotADirectoryError, FileExistsError) as error:  # a home that is a file, or not ours
        _fail(error, Exit.USAGE)
    except Exception:  # noqa: BLE001 - see CRASHED
        traceback.print_exc()
        raise SystemExit(pipeline.CRASHED) from None


@app.command()
def run(
    home: HomeOption = DEFAULT_HOME,
    source: SourceOption = None,
    since: SinceOption = None,
    profile: ProfileOption = "live",
    overrides: SetOption = None,
) -> None:
    """All stages for the chosen sources; the scheduled job.

    Example: caseload-watch run --profile demo
    """
    job = _job(profile, source, since, overrides)
    reporter, place = Reporter(), Home(home)
    with place.locked("caseload-watch run"):
        outcome = pipeline.run(place, job, reporter)
    _tell(place, outcome, reporter)
    raise typer.Exit(outcome.exit_code)


@app.command()
def crawl(
    home: HomeOption = DEFAULT_HOME,
    source: SourceOption = None,
    since: SinceOption = None,
    profile: ProfileOption = "live",
    overrides: SetOption = None,
) -> None:
    """One stage: walk the sources and land what they serve.

    Example: caseload-watch crawl --source ofsted_reports --since 2026-01-01
    """
    job = _job(profile, source, since, overrides)
    place = Home(home)
    with place.locked("caseload-watch crawl"):
        outcome = pipeline.run(place, job, Reporter(), only_crawl=True)
    raise typer.Exit(outcome.exit_code)


@app.command()
def load(home: HomeOption = DEFAULT_HOME) -> None:
    """One stage: landed shards into raw tables.

    Example: caseload-watch load
    """
    with _stage(home, "load") as (place, reporter, _run_id), place.work_database() as connection:
        pipeline.load(place, connection, reporter)


@app.command()
def extract(home: HomeOption = DEFAULT_HOME) -> None:
    """One stage: read every document that is new, or whose extractor is.

    Example: caseload-watch extract
    """
    with _stage(home, "extract") as (place, reporter, _run_id), place.work_database() as connection:
        pipeline.extract(place, connection, reporter)


@app.command()
def build(home: HomeOption = DEFAULT_HOME) -> None:
    """One stage: build and test the models.

    Example: caseload-watch build
    """
    with _stage(home, "build") as (place, reporter, run_id):
        is_built = pipeline.build_marts(place, reporter)
        if not is_built:
            _note_refusal(place, run_id, "a model or one of its tests failed")
    raise typer.Exit(Exit.PUBLISHED if is_built else Exit.GATE_REFUSED)


@app.command()
def check(home: HomeOption = DEFAULT_HOME) -> None:
    """One stage: the quality gate, and every grade that differs from Ofsted's own statistics.

    Example: caseload-watch check
    """
    with _stage(home, "check") as (place, reporter, run_id):
        report = pipeline.check_marts(place, run_id, reporter)
        if not report.passed:
            _note_refusal(place, run_id, "the quality gate refused")
        with place.work_database() as connection:
            _tell_disagreements(connection, reporter)
    reporter.say(f"{place.data_docs / 'index.html'}")
    raise typer.Exit(Exit.PUBLISHED if report.passed else Exit.GATE_REFUSED)


@app.command()
def publish(home: HomeOption = DEFAULT_HOME) -> None:
    """One stage: what was built and checked into the file that analysts open.

    Example: caseload-watch publish
    """
    with _stage(home, "publish") as (place, reporter, run_id):
        with place.work_database() as connection:  # the published ledger shows this run as ended
            runs.end(connection, run_id, "published", Exit.PUBLISHED, None)
        pipeline.publish_marts(place, run_id, reporter)


@app.command()
def replay(
    home: HomeOption = DEFAULT_HOME,
    run_id: Annotated[str | None, typer.Option("--run-id", help="only what this run landed; default: all")] = None,
) -> None:
    """Parse, load and extract again from landed bytes, without the network.

    Example: caseload-watch replay
    """
    with _stage(home, "replay") as (place, reporter, _run_id):
        pipeline.replay(place, run_id, reporter)


@app.command()
def rejects(
    home: HomeOption = DEFAULT_HOME,
    retry: Annotated[bool, typer.Option("--retry", help="run again and ask for the rejected files")] = False,
    profile: Annotated[str | None, typer.Option("--profile", help="live or demo; default: the home folder's")] = None,
    overrides: SetOption = None,
) -> None:
    """List dead letters: what was landed and is no report, with reason and address.

    Example: caseload-watch rejects --retry
    """
    if retry:
        reporter, place = Reporter(), _existing(home)
        settings = [*(overrides or []), "ofsted_reports.retry_rejects=true"]
        job = _job(profile or place.profile, ["ofsted_reports"], None, settings)
        with place.locked("caseload-watch rejects --retry"):
            outcome = pipeline.run(place, job, reporter)
        _tell(place, outcome, reporter)
        raise typer.Exit(outcome.exit_code)
    place, reporter = _existing(home), Reporter()
    with place.locked("caseload-watch rejects"), place.work_database() as connection:
        found = connection.execute(
            "select reason, url, detail, first_seen_at, content_sha256 from raw.rejects "
            "where resolved_at is null order by reason, url"
        )
        landing = Landing(place.root)
        reporter.table(
            ("reason", "address", "detail", "first seen", "bytes"),
            [
                (reason, url, detail, f"{seen:%Y-%m-%d}", landing.body_path(sha256) if sha256 else "none came")
                for reason, url, detail, seen, sha256 in found.fetchall()
            ],
        )


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="a SELECT over the tables of schema marts")],
    home: HomeOption = DEFAULT_HOME,
    as_csv: Annotated[bool, typer.Option("--csv", help="comma-separated values")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="a list of objects")] = False,
) -> None:
    """Query the published marts.

    Example: caseload-watch sql "select la_name, judgement, grade from marts.ratings where is_current"
    """
    if as_csv and as_json:
        raise typer.BadParameter("--csv and --json: choose one")
    path = pipeline.published_path(Home(home))
    try:
        names, rows = _ask(path, "marts", query)
    except duckdb.Error as error:
        _fail(error, Exit.USAGE)
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    elif as_json:
        json.dump([dict(zip(names, row, strict=True)) for row in rows], sys.stdout, default=str, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        Reporter().table(names, rows)


@app.command()
def status(home: HomeOption = DEFAULT_HOME) -> None:
    """Last runs, each source's last verdict, age of data, and what is published.

    Example: caseload-watch status
    """
    place, reporter = Home(home), Reporter()
    for title, query in STATUS:
        names, rows = _from_ledger(place, query)
        reporter.say(f"\n{title}")
        reporter.table(names, rows)
    manifest = place.read_manifest()
    if manifest is None:
        reporter.say("\nNothing is published yet.")
        return
    reporter.say(f"\nPublished: run {manifest['run_id']} at {manifest['published_at']}: {place.published_database}")


STATUS = (
    (
        "Last runs",
        "select run_id, profile, outcome, exit_code, started_at, "
        "round(epoch(finished_at) - epoch(started_at), 1) as seconds, detail "
        "from runs order by started_at desc limit 10",
    ),
    (
        "Sources, as last crawled",
        "select source, verdict, fetched, unchanged, skipped as known, new_documents as new, rejected, issues, "
        "finished_at, round((epoch(now()) - epoch(finished_at)) / 3600, 1) as hours_old, reason "
        "from source_runs qualify row_number() over (partition by source order by run_id desc) = 1 order by source",
    ),
)


def _from_ledger(place: Home, query: str) -> tuple[list[str], list[Any]]:
    """Ask the ledger: the work database, or, while a run holds the folder, the published copy."""
    try:
        with _existing(place.root).locked("caseload-watch status"):
            if place.work.is_file():
                return _ask(place.work, "ops", query)
    except HomeLockedError as error:
        if place.published_database.is_file():
            return _ask(place.published_database, "marts", query)
        raise HomeError(f"{error} Nothing is published yet.") from error
    raise HomeError(f"{place.root}: no run was made here yet. Start with `caseload-watch run --profile demo`.")


def _ask(path: Path, schema: str, query: str) -> tuple[list[str], list[Any]]:
    """Column names and rows; tables are found in `schema` without naming it, and instants are shown in UTC."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute(f"set search_path = '{schema}'")
        connection.execute("set timezone = 'UTC'")
        result = connection.execute(query)
        return [column[0] for column in result.description or ()], result.fetchall()


def _tell(place: Home, outcome: pipeline.Outcome, reporter: Reporter) -> None:
    """What a person wants to know at the end of a run."""
    words = {
        Exit.PUBLISHED: "Nothing new: what is published stays." if outcome.outcome == "nothing_new" else "Published.",
        Exit.GATE_REFUSED: f"Nothing was published: {outcome.detail}. What was published before stays.",
        Exit.SOURCE_FAILED: f"A source failed its verdict; nothing of it is published: {outcome.detail}",
    }
    reporter.say("\n" + words[outcome.exit_code])
    if not place.published_database.is_file():
        return
    with duckdb.connect(str(place.published_database), read_only=True) as connection:
        for line in SUMMARY:
            found = connection.execute(line).fetchone()
            reporter.say(f"  {found[0]}" if found else "")
    reporter.say("\nTry:")
    for query in TRY:
        reporter.say(f'  {_command(place)} "{query}"')


def _command(place: Home) -> str:
    """How to ask a question from here: by name where it is on the path, with --home where it is needed."""
    called = Path(sys.argv[0])
    name = "caseload-watch" if shutil.which("caseload-watch") else os.path.relpath(called)
    is_default = place.root.resolve() == Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME)).resolve()
    return f"{name} sql" if is_default else f"{name} sql --home {shlex.quote(str(place.root))}"


SUMMARY = (
    "select count(*) || ' documents of ' || count(distinct source) || ' sources' from marts.documents",
    "select count(*) || ' inspections, visits and reviews of ' || count(distinct la_code) || ' authorities' "
    "from marts.inspections",
    "select count(*) || ' ratings, ' || count(*) filter (is_current) || ' of them current; ' "
    "|| count(*) filter (source_kind = 'report') || ' read from reports with their quote' from marts.ratings",
    "select count(*) || ' things read that await a person (marts.data_issues)' from marts.data_issues",
)
TRY = (
    "select la_name, judgement, grade from marts.ratings where is_current and la_name = 'Cambridgeshire'",
    "select la_name, published_on, previous_grade, grade, quote from marts.ratings where change = 'declined' "
    "and judgement = 'overall_effectiveness' order by published_on desc",
    "select event_type, count(*) as events, min(published_on) as first, max(published_on) as last "
    "from marts.inspections group by all order by events desc",
)


def _tell_disagreements(connection: duckdb.DuckDBPyConnection, reporter: Reporter) -> None:
    result = connection.execute(
        "select la_name, inspected_from, judgement, grade, official_grade, source_url "
        "from marts.ratings where not agrees_with_official order by all"
    )
    names, rows = [column[0] for column in result.description], result.fetchall()
    reporter.say("\nGrades that differ from Ofsted's own statistics")
    reporter.table(names, rows)


def _job(profile: str, source: list[str] | None, since: datetime | None, overrides: list[str] | None) -> Job:
    if profile not in ("live", "demo"):
        raise typer.BadParameter(f"{profile!r}: expected live or demo", param_hint="--profile")
    by_source: dict[str, dict[str, str]] = defaultdict(dict)
    for override in overrides or []:
        name, equals, value = override.partition("=")
        source_name, dot, key = name.partition(".")
        if not (equals and dot and key):
            raise typer.BadParameter(f"{override!r}: expected SOURCE.KEY=VALUE", param_hint="--set")
        by_source[source_name][key] = value
    return Job(profile, tuple(source or ()), since.date() if since else None, by_source)


def _existing(home: Path) -> Home:
    place = Home(home)
    if not place.root.is_dir():
        raise HomeError(f"{place.root}: no such home folder. Start with `caseload-watch run --profile demo`.")
    return place


@contextmanager
def _stage(home: Path, command: str) -> Iterator[tuple[Home, Reporter, str]]:
    """An existing home folder, held for one stage that has a row in the ledger."""
    place = _existing(home)
    with place.locked(f"caseload-watch {command}"), pipeline.recorded(place, command) as run_id:
        yield place, Reporter(), run_id


def _note_refusal(place: Home, run_id: str, detail: str) -> None:
    with place.work_database() as connection:
        runs.end(connection, run_id, "gate_refused", Exit.GATE_REFUSED, detail)


def _fail(error: Exception, code: Exit) -> NoReturn:
    typer.echo(f"caseload-watch: {error}", err=True)
    raise SystemExit(int(code))
