"""Reads Ofsted's list of authorities, an authority's timeline, and whether a file is a report at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import pypdfium2
from parsel import Selector, SelectorList
from pypdfium2 import raw as pdfium

from crawler.items import Authority, Item, Reject, ReportEntry, ReportFile, SourceIssue

# Children's services of local authorities; 21 and 23 are schools.
PROVIDER_LINK = re.compile(r"/provider/44/([0-9]+)")
FILE_NUMBER = re.compile(r"/v1/file/([0-9]+)")

# The words of a label, before its comma, and the event it names; the first that is found holds.
# Site labels seen: inspection, single inspection, focused visit, joint area child protection, area SEND.
# (pattern, event type, an example that a test runs)
LABELS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"monitor"), "monitoring_visit", "Children's services monitoring visit"),
    (re.compile(r"focus(s)?ed"), "focused_visit", "Children's services focused visit"),
    (re.compile(r"joint area|\bjtai\b"), "jtai", "Joint area child protection inspection"),
    (re.compile(r"\bsend\b|special educational needs"), "send", "Area SEND full inspection"),
    (re.compile(r"safeguarding children board|\blscb\b"), "lscb_review", "Local safeguarding children board review"),
    (re.compile(r"re-?inspection"), "reinspection", "Children's services re-inspection"),
    (re.compile(r"(children.?s services|la children.?s services|looked after|safeguarding).*inspection|"
                r"inspection of .*(children|safeguarding|looked after)|^ilacs|single inspection"),
     "inspection", "Single inspection of LA children's services as pdf"),
)  # fmt: skip

# Days of a timeline that carry no report.
STATUS_DAYS = frozenset({"opened", "closed", "registered", "successor", "predecessor"})

# A PDF ends with this mark; readers look for it in the last kilobyte, and some writers pad the end.
PDF_END, PDF_END_WITHIN = b"%%EOF", 4096


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list: its authorities, and how many there are in all (None where the page does not say)."""

    authorities: tuple[Authority, ...]
    total: int | None
    issues: tuple[SourceIssue, ...]


def parse_listing(body: bytes, url: str) -> Listing:
    """Read a result page. Each authority is linked several times on it and is returned once."""
    page = Selector(body.decode("utf-8", "replace"))
    # "153", or "1 to 100 of 153": the largest number is how many there are.
    counts = re.findall(r"[0-9][0-9,]*", " ".join(page.css(".js-results-count ::text, .results-count ::text").getall()))
    total = max((int(count.replace(",", "")) for count in counts), default=None)
    authorities: dict[str, Authority] = {}
    for link in page.css('a[href*="/provider/44/"]'):
        urn = PROVIDER_LINK.search(link.attrib["href"])
        name = _text(link)
        if urn and (urn.group(1) not in authorities or not authorities[urn.group(1)].name):
            authorities[urn.group(1)] = Authority(urn.group(1), name, urljoin(url, urn.group(0)))
    issues = []
    if total is None:
        issues.append(SourceIssue("no_results_count", "expected the number of results in .js-results-count", url))
    return Listing(tuple(authorities.values()), total, tuple(issues))


def parse_provider(body: bytes, url: str) -> Iterator[Authority | ReportEntry | SourceIssue]:
    """Read an authority's page: its head, and every entry of its timeline, collapsed ones included."""
    page = Selector(body.decode("utf-8", "replace"))
    found = PROVIDER_LINK.search(url)
    heading = _text(page.css("h1.title-block__heading, h1"))
    printed = re.search(r"URN:\s*([0-9]+)", _text(page.css(".title-block__subheading")))
    if not found or not heading or (printed and printed.group(1) != found.group(1)):
        detail = f"expected an authority's page: heading {heading!r}, URN {printed.group(1) if printed else None!r}"
        yield SourceIssue("not_a_provider_page", detail, url)
        return
    urn = found.group(1)
    title = _text(page.css("title"))
    is_open = True if " - Open - " in title else False if " - Closed - " in title else None
    yield Authority(urn, heading, url, is_open)

    seen: set[str] = set()
    for event in page.css("ol.timeline .event"):
        links = event.css("a.publication-link, .event__title a[href]")
        if not links:
            words = _text(event.css(".event__title"))
            if words.lower().split(" ")[0] not in STATUS_DAYS:
                yield SourceIssue(
                    "entry_without_file", f"timeline entry {words!r} of {heading} links to no file", url, words
                )
            continue
        for link in links:
            entry = _entry(link, event, urn, url)
            if entry.file_key in seen:
                continue
            seen.add(entry.file_key)
            if entry.event_type is None:
                detail = f"label {entry.label!r} of {heading} is not mapped to an event; add it to LABELS"
                yield SourceIssue("unknown_label", detail, entry.url, entry.label)
            if entry.published_on is None:
                detail = f"publication date {entry.published_text!r} of {entry.label!r}, {heading}, is not a date"
                yield SourceIssue("unreadable_date", detail, entry.url, entry.published_text)
            yield entry
    if not seen:
        yield SourceIssue("no_reports", f"{heading} lists no report", url)


def _entry(link: Selector, event: Selector, urn: str, url: str) -> ReportEntry:
    address = urljoin(url, link.attrib["href"])
    hidden = _text(link.css(".nonvisual"))
    words = _text(link)
    label = (words[: -len(hidden)] if hidden and words.endswith(hidden) else words).strip() or hidden
    published = _text(event.css("time[pubdate]")) or None
    link_date = hidden.rsplit(" - ", 1)[1].strip() if " - " in hidden else None
    event_date = _text(event.css(".timeline__date")) or None
    return ReportEntry(
        urn=urn,
        file_key=file_key(address),
        url=address,
        label=label,
        event_type=event_type(label),
        event_date_text=event_date,
        link_date_text=link_date,
        published_text=published,
        event_on=site_date(event_date),
        published_on=site_date(published) or site_date(link_date),
        is_archived=bool(event.xpath("ancestor::*[contains(@class, 'timeline__archive')]")),
    )


def event_type(label: str) -> str | None:
    """The event that a timeline label names, None where no rule of LABELS knows it."""
    words = label.lower().replace("’", "'").split(",")[0]
    return next((event for pattern, event, _ in LABELS if pattern.search(words)), None)


def file_key(url: str) -> str:
    """A report's file number, the same on every host that serves it; the address's path where it has none."""
    number = FILE_NUMBER.search(url)
    return number.group(1) if number else urlsplit(url).path


def site_date(text: str | None) -> date | None:
    """A date as the site prints it, "15 July 2024"; None for anything else."""
    try:
        return datetime.strptime(" ".join((text or "").split()), "%d %B %Y").date()
    except ValueError:
        return None


def parse_report_file(
    body: bytes, url: str, *, file_key: str, status: int = 200, flags: tuple[str, ...] = (), **_context: Any
) -> ReportFile | Reject:
    """Whether landed bytes are a PDF that came whole, else why not. `warehouse/extract` reads its pages."""
    if status != 200:
        return Reject(file_key, "http_error", f"{url} answered {status}")
    if "download_stopped" in flags:
        return Reject(file_key, "too_large", f"the download was stopped after {len(body):,} bytes")
    if not body:
        return Reject(file_key, "empty", "the body has no bytes")
    if body.lstrip()[:5] != b"%PDF-":
        title = re.search(rb"<title>(.*?)</title>", body[:20_000], re.S | re.I)
        said = title.group(1).decode("utf-8", "replace").strip() if title else repr(body[:40])
        return Reject(file_key, "not_pdf", f"expected %PDF- at the start, found {said}")
    if "dataloss" in flags:
        return Reject(file_key, "truncated", f"the connection broke off after {len(body):,} bytes")
    # A reader repairs a cut file and shows the pages that it finds: what is missing would go unseen.
    if PDF_END not in body[-PDF_END_WITHIN:]:
        return Reject(file_key, "truncated", f"no {PDF_END.decode()} at the end of {len(body):,} bytes")
    # Many files are encrypted so that they cannot be changed, and open without a password.
    if b"/Encrypt" in body and _asks_for_password(body):
        return Reject(file_key, "encrypted", "the file asks for a password")
    return ReportFile(file_key, len(body))


def _asks_for_password(body: bytes) -> bool:
    try:
        pypdfium2.PdfDocument(body).close()
    except pypdfium2.PdfiumError as error:
        return bool(getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD)
    return False


def _text(selection: Selector | SelectorList[Selector]) -> str:
    """All words under the first element of a selection, one blank between them."""
    first = selection if isinstance(selection, Selector) else next(iter(selection), None)
    return " ".join(" ".join(first.root.itertext()).split()) if first is not None else ""


def _read_listing(body: bytes, url: str, **_context: Any) -> Iterator[Item]:
    listing = parse_listing(body, url)
    yield from listing.authorities
    yield from listing.issues


def _read_provider(body: bytes, url: str, **_context: Any) -> Iterator[Item]:
    yield from parse_provider(body, url)


def _read_report(body: bytes, url: str, **context: Any) -> Iterator[Item]:
    yield parse_report_file(body, url, **context)


#: How each kind of landed page is read again, without the network.
PAGES: Mapping[str, Callable[..., Iterator[Item]]] = {
    "listing": _read_listing,
    "provider": _read_provider,
    "report": _read_report,
}
