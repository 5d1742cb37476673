"""Landed documents into `extracted.*`: the extract functions, mapped over every document that they have not read.

What was read is kept by the bytes' sha256, the extractor's name and its version: a bumped version reads all landed
documents again, without the network; otherwise only new ones are read. One bad document gets a
status, never a failed run.
"""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb

from crawler.landing import Landing, read_body
from warehouse.rows import merge

#: Seconds that one document may take; the slowest real report takes under one.
DOCUMENT_SECONDS = 120
#: Rows are written after this many documents, so that a killed run keeps what it read.
BATCH = 200
#: Seconds after which a process that hangs outside of Python is ended.
PROCESS_SECONDS = DOCUMENT_SECONDS + 10
#: Documents that wait for each process, so that what was read does not pile up.
WAITING = 4

CHILD_TABLES = ("extracted.inspections", "extracted.judgements", "extracted.issues")


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read."""

    content_sha256: str
    extractor: str
    path: Path


@dataclass(slots=True)
class Extract:
    """What was read out of one document, as rows by table."""

    task: Task
    version: int
    status: str
    error: str | None = None
    text: str | None = None
    page_count: int | None = None
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def extract_documents(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    on_progress: Callable[[int, int], None] | None = None,
    processes: int | None = None,
) -> int:
    """Read every document that its extractor, in its present version, has not read. Returns how many were read."""
    tasks = pending(connection, landing)
    if not tasks:
        return 0
    done: list[Extract] = []
    workers = min(processes or os.cpu_count() or 1, len(tasks))
    for number, extract in enumerate(map_documents(tasks, workers), start=1):
        done.append(extract)
        if len(done) == BATCH:
            _write(connection, done)
            done = []
        if on_progress:
            on_progress(number, len(tasks))
    _write(connection, done)
    return len(tasks)


def pending(connection: duckdb.DuckDBPyConnection, landing: Landing) -> list[Task]:
    """Documents that the extractor of their kind has not read, or has failed to read, in its present version."""
    tasks = []
    for kind, version in VERSIONS.items():
        found = connection.execute(
            """
            select distinct f.content_sha256 from raw.files as f
            left join extracted.documents as d
                on d.content_sha256 = f.content_sha256 and d.extractor = f.kind and d.extractor_version = $version
                and d.status <> 'failed'
            where f.kind = $kind and d.content_sha256 is null
            order by 1
            """,
            {"kind": kind, "version": version()},
        ).fetchall()
        tasks += [Task(sha256, kind, landing.body_path(sha256)) for (sha256,) in found]
    return tasks


def forget_extracts(connection: duckdb.DuckDBPyConnection, digests: Iterable[str] | None = None) -> None:
    """Make the next extraction read all documents again, or those with these digests."""
    if digests is None:
        connection.execute("delete from extracted.documents")
    else:
        connection.execute(
            "delete from extracted.documents where content_sha256 in (select unnest(?))", [list(digests)]
        )


def read_document(task: Task) -> Extract:
    """Read one document in this process. Whatever goes wrong is the extract's status and error."""
    version = VERSIONS[task.extractor]()
    try:
        with _deadline(DOCUMENT_SECONDS):
            return READERS[task.extractor](task, read_body(task.path, task.content_sha256), version)
    except Exception as error:  # noqa: BLE001 - one bad document must not fail the run; the error stands on its row
        return Extract(task, version, "failed", f"{type(error).__name__}: {error}")


def _read_report(task: Task, body: bytes, version: int) -> Extract:
    from warehouse.extract.pages import document_text, read_pages
    from warehouse.extract.report import Evidence, read_report

    def evidence(found: Evidence | None, prefix: str = "") -> dict[str, Any]:
        values = asdict(found) if found else dict.fromkeys(("page_number", "quote", "char_start", "char_end"))
        return {f"{prefix}{name}": value for name, value in values.items()}

    pages = read_pages(body)
    extract = Extract(task, version, "ok", text=document_text(pages), page_count=len(pages))
    if not any(page.strip() for page in pages):
        extract.status, extract.error = "no_text", "no page has any text; the file may hold scanned pictures"
        return extract
    reading = read_report(pages)
    inspections, judgements = [], []
    for number, inspection in enumerate(reading.inspections, start=1):
        row = {"content_sha256": task.content_sha256, "report_number": number}
        facts = {name: getattr(inspection, name) for name in INSPECTION_FACTS}
        inspections.append({**row, **facts, **evidence(inspection.dates_evidence, "dates_")})
        judgements += [
            {**row, "judgement": j.judgement, "grade": j.grade, "grade_status": j.grade_status, **evidence(j.evidence)}
            for j in inspection.judgements
        ]
    issues = [
        {
            "content_sha256": task.content_sha256,
            "issue_number": number,
            "code": issue.code,
            "detail": issue.detail,
            **evidence(issue.evidence),
        }
        for number, issue in enumerate(reading.issues, start=1)
    ]
    extract.rows = dict(zip(CHILD_TABLES, (inspections, judgements, issues), strict=True))
    return extract


def _read_statistics(task: Task, body: bytes, version: int) -> Extract:
    from crawler.sources.official_statistics.parse import workbook_text

    return Extract(task, version, "ok", text=workbook_text(body))


def _report_version() -> int:
    from warehouse.extract.report import VERSION

    return VERSION


INSPECTION_FACTS = (
    "event_type",
    "framework",
    "theme",
    "authority",
    "inspected_from",
    "inspected_to",
    "published_on",
    "lead_inspector",
    "overall_grade",
    "overall_grade_status",
)
READERS: dict[str, Callable[[Task, bytes, int], Extract]] = {"report": _read_report, "statistics": _read_statistics}
VERSIONS: dict[str, Callable[[], int]] = {"report": _report_version, "statistics": lambda: 1}


def map_documents(
    tasks: list[Task], processes: int, read: Callable[[Task], Extract] = read_document
) -> Iterator[Extract]:
    """Read documents in so many processes of their own; one that kills its process gets a status too."""
    unread = set(tasks)
    try:
        for extract in _pooled(tasks, processes, read):
            unread.discard(extract.task)
            yield extract
    except BrokenProcessPool:
        # One of the unread documents did it: each gets a process of its own.
        for task in sorted(unread, key=lambda t: t.content_sha256):
            try:
                yield from _pooled([task], 1, read)
            except BrokenProcessPool:
                yield Extract(task, VERSIONS[task.extractor](), "failed", "the process that read it died")


def _pooled(tasks: Iterable[Task], processes: int, read: Callable[[Task], Extract]) -> Iterator[Extract]:
    # Not forked: the database's threads would not live on in a child.
    waiting = iter(tasks)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        under_way = {pool.submit(_watched, read, task) for task in islice(waiting, WAITING * processes)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
            under_way |= {pool.submit(_watched, read, task) for task in islice(waiting, len(done))}


def _watched(read: Callable[[Task], Extract], task: Task) -> Extract:
    """Read in a process that ends itself where the reading hangs in a library, which no Python signal interrupts."""
    faulthandler.dump_traceback_later(PROCESS_SECONDS, exit=True)
    try:
        return read(task)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _write(connection: duckdb.DuckDBPyConnection, extracts: list[Extract]) -> None:
    """Replace what was known of these documents, in one transaction."""
    if not extracts:
        return
    connection.execute("begin")
    try:
        digests = [e.task.content_sha256 for e in extracts if e.task.extractor == "report"]
        for table in CHILD_TABLES:
            connection.execute(f"delete from {table} where content_sha256 in (select unnest(?))", [digests])
            merge(connection, table, [row for e in extracts for row in e.rows.get(table, [])])
        merge(
            connection,
            "extracted.documents",
            [
                {
                    "content_sha256": e.task.content_sha256,
                    "extractor": e.task.extractor,
                    "extractor_version": e.version,
                    "status": e.status,
                    "error": e.error,
                    "text": e.text,
                    "page_count": e.page_count,
                }
                for e in extracts
            ],
        )
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in this process's main thread after so many seconds."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
