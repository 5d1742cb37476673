"""The embedded default against the real reports and Ofsted's list: its facts are true and its sentences are ours."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo import prose
from crawler.demo.facts import Layout, ReportFacts, demo_authorities
from crawler.demo.site import from_manifest
from warehouse.extract.pages import read_pages

SHARED = Path(os.environ.get("CASELOAD_WATCH_SHARED") or Path(__file__).parents[3] / "shared")
GOLD = SHARED / "data/gold/judgements.csv"
HISTORY = SHARED / "data/official/ofsted/LA_Inspection_Outcomes_2025_csv/ILACS_inspection_history.csv"
IN_YEAR = SHARED / "data/official/ofsted/LA_Inspection_Outcomes_2025_csv/In_year_inspections.csv"
REPORTS = SHARED / "data/reports"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not REPORTS.is_dir(), reason=f"{REPORTS} is not there: the real reports and labels are needed"),
]

WORDS_IN_COMMON = 10


def facts() -> Iterator[tuple[str, int, ReportFacts]]:
    for authority in demo_authorities():
        for report in authority.reports:
            yield authority.name, authority.urn, report


def rows_after_title(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = next(number for number, line in enumerate(lines) if line.startswith("Web link,"))
    return list(csv.DictReader(lines[header:]))


def test_facts_from_a_report_agree_with_its_labels() -> None:
    with GOLD.open(encoding="utf-8", newline="") as stream:
        gold = list(csv.DictReader(stream))
    compared = 0
    for _, urn, report in facts():
        labels = [row for row in gold if row["urn"] == str(urn) and row["published"] == str(report.published_on)]
        if not labels:
            continue
        compared += 1
        first = labels[0]
        assert {row["judgement"]: row["grade"] for row in labels} == report.judgements, report.file
        assert (first["inspection_start"], first["inspection_end"]) == (
            str(report.inspected_from),
            str(report.inspected_to),
        ), report.file
        assert first["lead_inspector"] in ("", report.lead_inspector), report.file
    assert compared >= 20


def test_inspections_since_2018_agree_with_ofsteds_history() -> None:
    history = rows_after_title(HISTORY)
    grades = {"Requires improvement to be good": "requires_improvement"}
    for name, _, report in facts():
        if report.layout not in (Layout.ILACS, Layout.ILACS_2018):
            continue
        (row,) = (
            row
            for row in history
            if row["Local authority name"] == name and row["Inspection date"] == str(report.inspected_from)
        )
        assert row["Publication date"] == str(report.published_on), report.file
        overall = row["Overall effectiveness"]
        assert grades.get(overall, overall.lower()) == report.judgements["overall_effectiveness"], report.file
        leaders = row["The impact of leaders on social work practice with children and families"]
        assert grades.get(leaders, leaders.lower()) == report.judgements["impact_of_leaders"], report.file
        help_and_protection = row["The experiences and progress of children who need help and protection"]
        assert grades.get(help_and_protection, help_and_protection.lower()) == report.judgements["help_and_protection"]


def test_visits_of_the_year_agree_with_ofsteds_list() -> None:
    in_year = rows_after_title(IN_YEAR)
    listed = {
        (row["Local authority name"], row["Inspection/Visit date"]): (
            row["Publication date"],
            (row["Visit Theme"] or "").lower().replace("need/subject", "need or subject").replace(" ", "_"),
        )
        for row in in_year
    }
    visits = [
        (name, report)
        for name, _, report in facts()
        if report.layout in (Layout.FOCUSED_VISIT, Layout.MONITORING_VISIT) and report.published_on.year >= 2024
    ]
    assert visits
    for name, report in visits:
        assert listed[name, str(report.inspected_from)] == (str(report.published_on), report.theme), report.file


def runs_of_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {tuple(words[start : start + WORDS_IN_COMMON]) for start in range(len(words) - WORDS_IN_COMMON + 1)}


def test_no_ten_words_in_a_row_of_our_prose_are_taken_from_a_real_report() -> None:
    by_tone = [text for tones in prose.SENTENCES.values() for texts in tones.values() for text in texts]
    written = [*by_tone, *prose.GRADE_MEANINGS, *prose.LSCB_MEANINGS, *prose.VISIT_SUBJECTS.values()]
    ours = {run for text in written for run in runs_of_words(text)}
    theirs: set[tuple[str, ...]] = set()
    for path in sorted(REPORTS.glob("*/*.pdf")):
        if int(path.parent.name) in {urn for _, urn, _ in facts()} and path.read_bytes().startswith(b"%PDF-"):
            theirs |= runs_of_words(" ".join(read_pages(path.read_bytes())))
    assert len(theirs) > 100_000
    assert not ours & theirs


def test_the_real_manifest_makes_a_site_of_its_authorities() -> None:
    site = from_manifest(REPORTS / "manifest.csv", REPORTS)
    assert len(site.providers) == 91
    assert sum(len(provider.reports) for provider in site.providers) == 317
    assert {"Kingston upon Hull", "Stockton-on-Tees", "St Helens"} <= {provider.name for provider in site.providers}
