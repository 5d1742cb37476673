"""What is read from a report: plain records, each with the place in the text that says so."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact stands: ``document_text(pages)[char_start:char_end] == quote``; pages count from 1."""

    page_number: int
    quote: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement.

    `grade_status` is ``graded``, ``not_judged`` (the report says so), ``framework_has_none`` (ILACS overall from April
    2026) or ``unreadable`` (the report should say and no rule can read it: there is an Issue). `grade` is None for all
    but ``graded``.
    """

    judgement: str
    grade: str | None
    grade_status: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection, visit or review.

    `event_type` is inspection, reinspection, focused_visit, monitoring_visit, jtai, send, lscb_review or other;
    `framework` is ilacs, sif, pre_sif or other. `theme` is one or more codes of `kinds`, joined by "; ". `authority` is
    the name as printed, of a board's review without "Safeguarding Children Board". `published_on` is None where the
    document prints no date of publication. Two lead inspectors are joined by " and ". `overall_grade_status` is one of
    the judgement's, or ``visit_has_none`` for letters.
    """

    event_type: str | None
    framework: str
    theme: str | None
    authority: str | None
    inspected_from: date | None
    inspected_to: date | None
    dates_evidence: Evidence | None
    published_on: date | None
    lead_inspector: str | None
    overall_grade: str | None
    overall_grade_status: str
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that was read and not understood, or looked for and not found; it awaits a person."""

    code: str
    detail: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one document says: normally one inspection, two where two reports share one PDF."""

    inspections: tuple[Inspection, ...]
    issues: tuple[Issue, ...]
