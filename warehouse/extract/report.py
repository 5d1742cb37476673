"""Reading a report of Ofsted: what it is, whose, when, by whom, and each judgement with its grade and its proof.

Pure: page texts in, facts out. A grade is matched to its label and never taken by position. What a report should say
and no rule can read is None with the status ``unreadable`` and an Issue; nothing is inferred from another document.
"""

from collections.abc import Sequence
from typing import Final

from warehouse.extract import front_matter
from warehouse.extract.document import Document
from warehouse.extract.facts import Evidence, Inspection, Issue, Judgement, Reading
from warehouse.extract.grading import read_judgements
from warehouse.extract.kinds import LETTER_EVENTS

__all__ = ["VERSION", "Evidence", "Inspection", "Issue", "Judgement", "Reading", "read_report"]

VERSION: Final = 1


def read_report(pages: Sequence[str]) -> Reading:
    """Read the page texts of one document (see `pages.read_pages`). Never raises, whatever the text."""
    document = Document.of(pages)
    if not document.text.strip():
        return Reading((), (Issue("no_text", f"none of {len(pages)} pages has text: a scan would need OCR", None),))
    readings = [_read_one(report) for report in document.reports()]
    return Reading(
        tuple(inspection for reading in readings for inspection in reading.inspections),
        tuple(issue for reading in readings for issue in reading.issues),
    )


def _read_one(document: Document) -> Reading:
    title = document.title()
    if title is None:
        start, end = document.heads[0]
        detail = f"no known title on the first pages, which begin {document.text[start:end].strip()[:200]!r}"
        unknown = Inspection("other", "other", None, None, None, None, None, None, None, None, "unreadable", ())
        return Reading((unknown,), (Issue("document_kind_unknown", detail, None),))

    rule = title.rule
    issues: list[Issue] = []
    is_letter = rule.event_type in LETTER_EVENTS

    authority = front_matter.authority(document, title)
    if authority is None:
        issues.append(Issue("authority_unreadable", "no name near the title", document.evidence(*title.match.span())))

    period = front_matter.letter_dates(document, title) if is_letter else front_matter.dates(document)
    if period is None:
        issues.append(Issue("dates_unreadable", "no certain dates of the inspection on the first pages", None))

    if rule.event_type == "send":
        lead_inspector = front_matter.send_lead_inspectors(document)
    else:
        lead_inspector = front_matter.lead_inspectors(document)
    if lead_inspector is None and rule.framework in {"ilacs", "sif"} and not is_letter:
        issues.append(Issue("lead_inspector_unreadable", "no name beside a label on any page", None))

    judgements: tuple[Judgement, ...] = ()
    if not is_letter:
        judgements, judgement_issues = read_judgements(document, title, period.first if period else None)
        issues.extend(judgement_issues)
    overall = next((each for each in judgements if each.judgement == "overall_effectiveness"), None)
    without_overall = "visit_has_none" if is_letter else "framework_has_none"

    inspection = Inspection(
        event_type=rule.event_type,
        framework=rule.framework,
        theme=front_matter.theme(document, title),
        authority=authority,
        inspected_from=period.first if period else None,
        inspected_to=period.last if period else None,
        dates_evidence=document.evidence(period.start, period.end) if period else None,
        published_on=(front_matter.letter_date(document) if is_letter else None) or front_matter.published_on(document),
        lead_inspector=lead_inspector,
        overall_grade=overall.grade if overall else None,
        overall_grade_status=overall.grade_status if overall else without_overall,
        judgements=judgements,
    )
    return Reading((inspection,), tuple(issues))
