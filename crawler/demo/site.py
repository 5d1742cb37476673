"""A small stand-in for Ofsted's site on the loopback interface: the embedded default, and the tests' site.

    with serve(demo_site()) as stand_in:
        run("--set", f"ofsted_reports.base_url={stand_in.base_url}")
        assert stand_in.count("/robots.txt") == 1

From a shell: `python -m crawler.demo.site --help`.
"""

from __future__ import annotations

import argparse
import csv
import functools
import hashlib
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.demo import markup
from crawler.demo.facts import AuthorityFacts, Layout, ReportFacts, demo_authorities
from crawler.demo.model import HTML, PDF, StandInProvider, StandInReport, StandInSite

__all__ = [
    "Fault",
    "LoggedRequest",
    "ManifestError",
    "StandIn",
    "StandInProvider",
    "StandInReport",
    "StandInSite",
    "demo_site",
    "from_manifest",
    "serve",
]

# On the real site the newest entries stand open and older ones are collapsed.
ENTRIES_SHOWN = 3
# from_manifest numbers its files upward from here.
FIRST_FILE_NUMBER = 50_000_001


class ManifestError(ValueError):
    """Raised when a manifest does not describe a site, from `from_manifest`."""


# --- faults ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What happens instead of the usual answer, for the first `times` requests (None: for all).

    One of: `status` with `body` and `headers`; `drop` the connection unanswered; `truncate_after` so many bytes of a
    body whose Content-Length says more; `chunked`, without a Content-Length; `redirect_to` an address; `replace_body`,
    a new version at the same address with its own validators. `delay_seconds` comes first, also on its own.
    """

    times: int | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    drop: bool = False
    truncate_after: int | None = None
    redirect_to: str | None = None
    replace_body: bytes | None = None
    chunked: bool = False
    delay_seconds: float = 0.0

    @classmethod
    def too_many_requests(cls, times: int | None = None, retry_after: str = "1") -> Fault:
        """429 with a Retry-After header: seconds or an HTTP date."""
        return cls(times=times, status=429, headers={"Retry-After": retry_after})

    @classmethod
    def forbidden(cls, times: int | None = None) -> Fault:
        """403 with the site's page for it."""
        return cls(times=times, status=403, headers={"Content-Type": HTML}, body=markup.FORBIDDEN)

    @classmethod
    def challenge(cls, times: int | None = None, status: int = 403) -> Fault:
        """The page of a service that keeps robots out."""
        return cls(times=times, status=status, headers={"Content-Type": HTML}, body=markup.CHALLENGE)


@dataclass(frozen=True)
class LoggedRequest:
    """One request as the site saw it. `path` carries the query; `at` is a monotonic clock's seconds."""

    method: str
    path: str
    status: int
    user_agent: str
    at: float
    headers: Mapping[str, str]


class StandIn:
    """A running site: where it is, what it was asked, and what is to go wrong."""

    def __init__(self, site: StandInSite) -> None:
        self.site = site
        self.base_url = ""
        self._lock = threading.Lock()
        self._requests: list[LoggedRequest] = []
        self._faults: dict[str, list[tuple[Fault, int]]] = {}
        self._providers = {provider.urn: provider for provider in site.providers}
        self._reports = {report.file_number: report for provider in site.providers for report in provider.reports}

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """Everything asked so far, in the order of the answers. A dropped connection is logged with status 0."""
        with self._lock:
            return tuple(self._requests)

    def count(self, path: str, status: int | None = None) -> int:
        """How often `path` (with its query, or without any) was asked, with this answer where one is given."""
        return sum(
            path in (request.path, urlsplit(request.path).path) and status in (None, request.status)
            for request in self.requests
        )

    def forget_requests(self) -> None:
        """Empty the log, as between two runs of a test."""
        with self._lock:
            self._requests.clear()

    def set_faults(self, path: str, *faults: Fault) -> None:
        """Let these happen at `path` in turn, each as many times as it says; then it answers as usual again.

        A path with a query is that address only; one without is every query of it. No faults: as usual from now on.
        """
        with self._lock:
            self._faults[path] = [(fault, 0) for fault in faults]

    def next_fault(self, path: str) -> Fault | None:
        """The fault that the request in hand meets, counted."""
        with self._lock:
            for key in (path, urlsplit(path).path):
                queue = self._faults.get(key, [])
                while queue:
                    fault, used = queue[0]
                    if fault.times is None or used < fault.times:
                        queue[0] = (fault, used + 1)
                        return fault
                    queue.pop(0)
            return None

    def log(self, request: LoggedRequest) -> None:
        """Add one request to the log."""
        with self._lock:
            self._requests.append(request)

    def provider(self, urn: int) -> StandInProvider | None:
        """The authority with this URN."""
        return self._providers.get(urn)

    def report(self, file_number: int) -> StandInReport | None:
        """The entry with this file number."""
        return self._reports.get(file_number)


@contextmanager
def serve(site: StandInSite, port: int = 0) -> Iterator[StandIn]:
    """Serve a site on the loopback interface (a free port by default) for as long as the block runs."""
    stand_in = StandIn(site)
    server = _Server(("127.0.0.1", port), _handler_of(stand_in))
    stand_in.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="stand-in site")
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of broken connections: a crawler that is killed leaves them behind, as tests want it to."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "stand-in"
    timeout = 30
    # Without this a body waits some 40 ms behind its headers on a kept connection.
    disable_nagle_algorithm = True
    stand_in: StandIn

    def do_GET(self) -> None:
        fault = self.stand_in.next_fault(self.path)
        if fault and fault.delay_seconds:
            time.sleep(fault.delay_seconds)
        if fault and fault.drop:
            self._log(0)
            self.close_connection = True
            return
        answer = self._answer(fault)
        self._log(answer.status)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        is_chunked = bool(fault and fault.chunked)
        if is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command == "HEAD" or answer.status == 304:
            return
        if is_chunked:
            self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body))
        elif fault and fault.truncate_after is not None:
            self.wfile.write(answer.body[: fault.truncate_after])
            self.close_connection = True
        else:
            self.wfile.write(answer.body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, _format: str, *_args: object) -> None:
        """Keep standard error quiet; `StandIn.requests` is the log."""

    def _log(self, status: int) -> None:
        headers = dict(self.headers.items())
        agent = self.headers.get("User-Agent", "")
        self.stand_in.log(LoggedRequest(self.command, self.path, status, agent, time.monotonic(), headers))

    def _answer(self, fault: Fault | None) -> _Answer:
        if fault and fault.redirect_to:
            return _Answer(302, b"", {"Location": fault.redirect_to})
        if fault and fault.status:
            return _Answer(fault.status, fault.body, fault.headers)
        url = urlsplit(self.path)
        if url.path == "/robots.txt":
            return _Answer(200, self.stand_in.site.robots_txt.encode(), {"Content-Type": "text/plain"})
        if url.path == "/search":
            return _html(200, _search(self.stand_in.site, dict(parse_qsl(url.query, keep_blank_values=True))))
        if found := re.fullmatch(r"/provider/44/(\d+)", url.path):
            provider = self.stand_in.provider(int(found[1]))
            if provider:
                return _html(200, markup.provider_page(provider, self.stand_in.base_url))
        if found := re.fullmatch(r"/v1/file/(\d+)", url.path):
            report = self.stand_in.report(int(found[1]))
            if report:
                return self._file(report, fault)
        return _html(404, markup.NOT_FOUND)

    def _file(self, report: StandInReport, fault: Fault | None) -> _Answer:
        body = report.read()
        changed = datetime.combine(report.published_on, datetime.min.time(), UTC)
        if fault and fault.replace_body is not None:
            body, changed = fault.replace_body, changed + timedelta(days=1)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            "Content-Type": report.content_type,
            "ETag": etag,
            "Last-Modified": format_datetime(changed, usegmt=True),
        }
        if self._is_unchanged(etag, changed):
            return _Answer(304, b"", headers)
        return _Answer(200, body, headers)

    def _is_unchanged(self, etag: str, changed: datetime) -> bool:
        """RFC 9110, 13.2.2: with If-None-Match, If-Modified-Since is not looked at."""
        if none_match := self.headers.get("If-None-Match"):
            return etag in [tag.strip().removeprefix("W/") for tag in none_match.split(",")]
        if since := self.headers.get("If-Modified-Since"):
            return changed <= parsedate_to_datetime(since)
        return False


def _handler_of(stand_in: StandIn) -> type[_Handler]:
    return type("Handler", (_Handler,), {"stand_in": stand_in})


def _html(status: int, body: bytes) -> _Answer:
    return _Answer(status, body, {"Content-Type": HTML})


def _search(site: StandInSite, query: dict[str, str]) -> bytes:
    found = tuple(sorted(site.providers, key=lambda provider: provider.name))
    kinds = [value for key, value in query.items() if re.fullmatch(r"level_2_types\[\d*\]", key)]
    if query.get("level_1_types", "3") != "3" or any(kind != "12" for kind in kinds):
        found = ()
    if any(re.fullmatch(r"status\[\d*\]", key) and value == "1" for key, value in query.items()):
        found = tuple(provider for provider in found if provider.status == "Open")
    start = _whole_number(query.get("start"), 0)
    rows = min(max(_whole_number(query.get("rows"), markup.DEFAULT_ROWS), 1), markup.MAX_ROWS)
    return markup.search_page(found, start, rows, query)


def _whole_number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


# --- sites -----------------------------------------------------------------------------------------------------------


def demo_site() -> StandInSite:
    """The embedded default: the authorities of `authorities.yml`. A report is made when it is first asked for."""
    return StandInSite(tuple(_demo_provider(authority) for authority in demo_authorities()))


def _demo_provider(authority: AuthorityFacts) -> StandInProvider:
    by_file = {report.file: report for report in authority.reports}
    newest_first = sorted(authority.reports, key=lambda report: report.published_on, reverse=True)
    reports = tuple(
        StandInReport(
            file_number=facts.file,
            label=facts.label,
            event_date=facts.inspected_from,
            published_on=facts.published_on,
            body=_demo_body(facts, authority.name, by_file.get(facts.previous_file or 0)),
            archived=position >= ENTRIES_SHOWN,
            content_type=HTML if facts.layout is Layout.REPORT_NOT_FOUND else PDF,
        )
        for position, facts in enumerate(newest_first)
    )
    return StandInProvider(
        urn=authority.urn,
        name=authority.name,
        address=f"Children’s services, {authority.name}",
        reports=reports,
        status=authority.status,
        closed_on=authority.closed_on,
    )


def _demo_body(facts: ReportFacts, area: str, previous: ReportFacts | None) -> bytes | Callable[[], bytes]:
    if facts.layout is Layout.REPORT_NOT_FOUND:
        return markup.REPORT_NOT_FOUND

    @functools.cache
    def body() -> bytes:
        # Imported here: only the embedded default needs a PDF writer.
        from crawler.demo.pdf import make_report

        return make_report(facts, area, previous)

    return body


def from_manifest(manifest_csv: Path, reports_dir: Path) -> StandInSite:
    """A site from a list of report files, one row a file, with the columns file, urn, authority, label, published.

    `label` is what the site shows, in any case, with or without ", pdf" and the date behind it. A row whose `expects`
    is `not_pdf` is served as HTML. Files are numbered in order of publication. Raises ManifestError, naming the row,
    for a missing column, an unreadable date or a file that is not there.
    """
    with manifest_csv.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for line, row in enumerate(rows, start=2):
        _check_row(row, reports_dir, f"{manifest_csv}, line {line}")
    rows.sort(key=lambda row: (row["published"], row["file"]))
    numbered = list(enumerate(rows, start=FIRST_FILE_NUMBER))
    names = {int(row["urn"]): _display_name(row["authority"]) for row in rows}
    providers = []
    for urn, name in names.items():
        own = [(number, row) for number, row in numbered if int(row["urn"]) == urn]
        shown_from = len(own) - ENTRIES_SHOWN
        reports = tuple(
            _manifest_report(number, row, reports_dir, archived=position < shown_from)
            for position, (number, row) in enumerate(own)
        )
        providers.append(StandInProvider(urn, name, f"Children’s services, {name}", reports))
    return StandInSite(tuple(providers))


def _check_row(row: dict[str, str], reports_dir: Path, where: str) -> None:
    missing = [column for column in ("file", "urn", "authority", "label", "published") if not row.get(column)]
    if missing:
        raise ManifestError(f"{where}: no {', '.join(missing)}")
    try:
        date.fromisoformat(row["published"])
        int(row["urn"])
    except ValueError as error:
        raise ManifestError(f"{where}: {error}; expected published as YYYY-MM-DD and urn as a number") from error
    if not (reports_dir / row["file"]).is_file():
        raise ManifestError(
            f"{where}: {reports_dir / row['file']} is not there; name the reports' folder with --reports"
        )


def _manifest_report(number: int, row: dict[str, str], reports_dir: Path, *, archived: bool) -> StandInReport:
    published = date.fromisoformat(row["published"])
    return StandInReport(
        file_number=number,
        label=_display_label(row["label"]),
        event_date=published,
        published_on=published,
        body=reports_dir / row["file"],
        archived=archived,
        content_type=HTML if row.get("expects") == "not_pdf" else PDF,
    )


def _display_label(label: str) -> str:
    """A label as the site writes it, from one in small letters: "area send full inspection - 15 july 2024"."""
    words = re.split(r",| - ", label, maxsplit=1)[0].strip()
    words = re.sub(r"\bsend\b", "SEND", re.sub(r"\bla\b", "LA", words))
    return words[:1].upper() + words[1:]


def _display_name(name: str) -> str:
    """An authority's name as the site writes it, from one in small letters: "stockton-on-tees"."""
    small = {"and", "of", "on", "the", "upon", "with"}
    return re.sub(r"[^\W\d_]+", lambda word: word[0] if word[0] in small else word[0].capitalize(), name)


# --- command line ----------------------------------------------------------------------------------------------------


EXAMPLE = """example:
  python -m crawler.demo.site --manifest reports/manifest.csv --reports reports --port 8001
and from another shell:
  caseload-watch run --home trial --set ofsted_reports.base_url=http://127.0.0.1:8001 \\
    --set ofsted_reports.download_delay=0 --set 'ofsted_reports.bounds={"authorities": {"min": 10}}'
"""


def main(arguments: list[str] | None = None) -> None:
    """Serve the embedded default, or the files of a manifest, until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.demo.site",
        description="Serve a stand-in for Ofsted's site on this machine, until Ctrl-C. Prints its address.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--manifest", type=Path, help="CSV with file, urn, authority, label, published[, expects]")
    parser.add_argument("--reports", type=Path, help="the folder of the manifest's files; its own folder by default")
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    options = parser.parse_args(arguments)
    if options.reports and not options.manifest:
        parser.error("--reports goes with --manifest")
    try:
        site = (
            from_manifest(options.manifest, options.reports or options.manifest.parent)
            if options.manifest
            else demo_site()
        )
    except (ManifestError, OSError) as error:
        parser.error(str(error))
    with serve(site, options.port) as stand_in:
        print(stand_in.base_url, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
