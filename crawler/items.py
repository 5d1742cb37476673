"""What the parse functions read out of landed bytes: one frozen dataclass a kind of item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority in Ofsted's list, or at the head of its own page.

    `urn` is the key in `/provider/44/{urn}`; it is neither the DfE number nor the GSS code.
    """

    urn: str
    name: str
    url: str
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One entry of an authority's timeline that links to a report.

    The site shows up to three dates for it, which can differ; all are kept as printed, beside what they were read as.
    `file_key` is the file's number (Ofsted serves the same file from several hosts), or its path where it has none.
    `event_type` is what the label says (codes of `marts.inspections`), None for a label that nobody has mapped yet.
    """

    urn: str
    file_key: str
    url: str
    label: str
    event_type: str | None
    event_date_text: str | None
    link_date_text: str | None
    published_text: str | None
    event_on: date | None
    published_on: date | None
    is_archived: bool


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One PDF that came whole: its bytes are landed under their sha256."""

    file_key: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A dead letter: bytes that cannot be a report. They stay landed.

    `reason` is one of not_pdf, empty, truncated, encrypted, too_large, http_error, no_answer.
    """

    file_key: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SourceIssue:
    """Something on a page that was not understood: kept for a person to look at, never guessed."""

    code: str
    detail: str
    url: str
    context: str | None = None


@dataclass(frozen=True, slots=True)
class StatisticsFile:
    """One file of official statistics. `file_key` names the series and the "as at" date (`vintage`) that it covers.

    `release_url` is the publisher's page of the release where the file itself names it.
    """

    file_key: str
    title: str
    vintage: date
    size_bytes: int
    release_url: str | None


@dataclass(frozen=True, slots=True)
class OfficialOutcome:
    """One row of Ofsted's "Local authority inspection outcomes", as printed.

    `dataset` is `current`, `in_year` or `history`; `vintage` the "as at" date; `row_number` the 1-based line of the
    document's text. A grade is NULL with a status: graded, not_applicable (a visit), framework_has_none, suppressed,
    blank, unreadable. `in_care` is the workbook's column, which before January 2023 covered care leavers too.
    `quote` is the whole row: `text[char_start:char_end] == quote`.
    """

    dataset: str
    vintage: date
    row_number: int
    la_code: str | None
    la_name: str
    la_status: str | None
    inspection_type: str | None
    inspected_on: date | None
    published_on: date | None
    theme: str | None
    overall_effectiveness: str | None
    overall_effectiveness_status: str
    impact_of_leaders: str | None
    impact_of_leaders_status: str
    help_and_protection: str | None
    help_and_protection_status: str
    in_care: str | None
    in_care_status: str
    care_leavers: str | None
    care_leavers_status: str
    quote: str
    char_start: int
    char_end: int


Item = Authority | ReportEntry | ReportFile | Reject | SourceIssue | StatisticsFile | OfficialOutcome
