"""The embedded default's reports: what they say is what `authorities.yml` declares, and nothing else is claimed."""

from __future__ import annotations

import time
from datetime import date
from functools import cache

import pytest

from crawler.demo.facts import FactsError, Layout, ReportFacts, demo_authorities, parse_authorities
from crawler.demo.markup import REPORT_NOT_FOUND
from crawler.demo.pdf import make_report
from crawler.demo.prose import ABOUT_THIS_DOCUMENT, DISCLAIMER
from warehouse.extract.pages import UnreadableDocument, read_pages
from warehouse.extract.report import read_report

# What each layout is, in the codes of the marts.
KINDS = {
    Layout.LOOKED_AFTER_2013: ("inspection", "pre_sif"),
    Layout.SIF_2014: ("inspection", "sif"),
    Layout.SIF: ("inspection", "sif"),
    Layout.LSCB_REVIEW: ("lscb_review", "other"),
    Layout.ILACS_2018: ("inspection", "ilacs"),
    Layout.ILACS: ("inspection", "ilacs"),
    Layout.FOCUSED_VISIT: ("focused_visit", "ilacs"),
    Layout.MONITORING_VISIT: ("monitoring_visit", "ilacs"),
    Layout.JTAI_2016: ("jtai", "other"),
    Layout.JTAI: ("jtai", "other"),
    Layout.SEND: ("send", "other"),
}
# Layouts that print no date of publication.
WITHOUT_PUBLICATION_DATE = {Layout.ILACS_2018, Layout.ILACS, Layout.SEND}

JUDGEMENTS_OF_LEADERS = {"impact_of_leaders", "leadership_and_governance", "leadership_and_management"}

AUTHORITIES = demo_authorities()
REPORTS = [
    pytest.param(report, authority.name, id=f"{report.file}-{authority.name}-{report.layout}")
    for authority in AUTHORITIES
    for report in authority.reports
    if report.layout in KINDS
]
ALL_FACTS = {report.file: report for authority in AUTHORITIES for report in authority.reports}


def make(report: ReportFacts, area: str) -> bytes:
    return make_report(report, area, ALL_FACTS.get(report.previous_file or 0))


@cache
def pages_of(file: int, area: str) -> list[str]:
    return read_pages(make(ALL_FACTS[file], area))


@pytest.mark.parametrize(("report", "area"), REPORTS)
def test_a_report_reads_back_to_its_declared_facts(report: ReportFacts, area: str) -> None:
    (read,) = read_report(pages_of(report.file, area)).inspections
    event_type, framework = KINDS[report.layout]
    assert (read.event_type, read.framework) == ("reinspection" if report.reinspection else event_type, framework)
    printed = report.authority.removesuffix(" Safeguarding Children Board").removesuffix(" Children’s Services")
    assert read.authority == printed
    assert (read.inspected_from, read.inspected_to) == (
        report.inspected_from,
        report.inspected_to or report.inspected_from,
    )
    assert read.published_on == (None if report.layout in WITHOUT_PUBLICATION_DATE else report.published_on)
    assert read.lead_inspector == report.lead_inspector
    assert read.theme == report.theme


@pytest.mark.parametrize(("report", "area"), REPORTS)
def test_a_report_reads_back_to_exactly_its_declared_grades(report: ReportFacts, area: str) -> None:
    (read,) = read_report(pages_of(report.file, area)).inspections
    assert {judgement.judgement: judgement.grade for judgement in read.judgements} == report.judgements


def test_a_report_that_is_not_found_is_not_a_pdf() -> None:
    with pytest.raises(UnreadableDocument, match="not a PDF"):
        read_pages(REPORT_NOT_FOUND)


@pytest.mark.parametrize(("report", "area"), REPORTS)
def test_every_page_says_that_it_is_not_ofsteds(report: ReportFacts, area: str) -> None:
    pages = pages_of(report.file, area)
    assert all(DISCLAIMER in page for page in pages)
    assert ABOUT_THIS_DOCUMENT[0] in pages[-1]
    assert 2 <= len(pages) <= 6


@pytest.mark.parametrize(
    ("report", "area"),
    [parameter for parameter in REPORTS if JUDGEMENTS_OF_LEADERS & set(parameter.values[0].judgements)],
)
def test_a_report_that_judges_leaders_speaks_of_caseloads(report: ReportFacts, area: str) -> None:
    assert "aseloads" in " ".join(pages_of(report.file, area))


def test_an_inspection_of_2026_has_no_overall_grade() -> None:
    judgements = dict.fromkeys(["impact_of_leaders", "help_and_protection", "in_care", "care_leavers"], "good")
    report = ReportFacts(
        file=1,
        layout=Layout.ILACS,
        label="Children's services inspection",
        authority="Anywhere",
        dates="11 to 22 May 2026",
        inspected_from=date(2026, 5, 11),
        inspected_to=date(2026, 5, 22),
        published_on=date(2026, 7, 1),
        judgements=judgements,
        source="made up for this test",
    )
    (read,) = read_report(read_pages(make_report(report, "Anywhere"))).inspections
    assert (read.overall_grade, read.overall_grade_status) == (None, "framework_has_none")
    graded = {judgement.judgement: judgement.grade for judgement in read.judgements if judgement.grade}
    assert graded == judgements


def test_the_same_facts_give_the_same_bytes() -> None:
    report, area = REPORTS[0].values
    assert make(report, area) == make(report, area)


def test_all_reports_are_made_in_three_seconds() -> None:
    begun = time.process_time()
    for parameter in REPORTS:
        make(*parameter.values)
    assert time.process_time() - begun < 3


def test_the_embedded_default_has_every_kind_of_event() -> None:
    assert {report.layout for report in ALL_FACTS.values()} == set(Layout)
    assert any(report.reinspection for report in ALL_FACTS.values())
    assert any("in_care" in report.judgements for report in ALL_FACTS.values())
    assert any("lscb" in report.judgements and len(report.judgements) > 1 for report in ALL_FACTS.values())


def test_the_embedded_default_has_twelve_authorities_one_of_them_abolished() -> None:
    names = {authority.name for authority in AUTHORITIES}
    assert len(AUTHORITIES) == len(names) == 12
    assert {"Cambridgeshire", "Warwickshire", "Windsor and Maidenhead", "Calderdale", "Tameside", "Barnet"} <= names
    assert [authority.name for authority in AUTHORITIES if authority.status == "Closed"] == ["Northamptonshire"]


def test_file_numbers_are_unique_and_not_in_the_range_of_ofsteds() -> None:
    numbers = [report.file for authority in AUTHORITIES for report in authority.reports]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 90_000_000


@pytest.mark.parametrize("report", ALL_FACTS.values(), ids=lambda report: str(report.file))
def test_every_fact_names_its_source_and_its_dates_are_in_order(report: ReportFacts) -> None:
    assert report.source
    assert report.inspected_from <= (report.inspected_to or report.inspected_from) <= report.published_on


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("{file: 1, layout: nonsense}", "file 1: .*missing"),
        (
            "{file: 2, layout: nonsense, label: x, inspected_from: 2020-01-01, published_on: 2020-01-01, source: x}",
            "file 2: 'nonsense' is not a valid Layout",
        ),
        ("{file: 3, colour: red}", "file 3: .*colour"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(entry: str, complaint: str) -> None:
    with pytest.raises(FactsError, match=complaint):
        parse_authorities(f"[{{urn: 1, name: Anywhere, reports: [{entry}]}}]")
