"""A small work database in our own words, for tests of the models and of the gate: rows of raw and extracted tables.

Each helper inserts what the loader and the extraction would; a report's text is made of the quotes that its facts need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse.home import Home

REPORTS, STATISTICS = "ofsted_reports", "official_statistics"
FIRST_SEEN = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
VINTAGE = date(2025, 3, 31)
WORKBOOK = "workbook"
OFFICIAL_JUDGEMENTS = ("overall_effectiveness", "impact_of_leaders", "help_and_protection", "in_care", "care_leavers")
PRINTED = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement to be good",
    "adequate": "Adequate",
    "inadequate": "Inadequate",
}


def insert(connection: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    """Insert one row."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))


def seen(days: int = 0) -> dict[str, datetime]:
    """When a row was seen: so many days after the first of the fixture."""
    at = FIRST_SEEN + timedelta(days=days)
    return {"first_seen_at": at, "last_seen_at": at}


@dataclass(frozen=True)
class Fact:
    """One inspection as a document reports on it; `grades` by judgement, None where one cannot be read."""

    event_type: str | None
    framework: str
    authority: str | None
    inspected_from: date | None = None
    inspected_to: date | None = None
    published_on: date | None = None
    theme: str | None = None
    grades: Mapping[str, str | None] | None = None


class Landed:
    """What was landed and read so far, in one work database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def authority(self, urn: str, name: str) -> None:
        url = f"https://reports.ofsted.gov.uk/provider/44/{urn}"
        insert(self.connection, "raw.authorities", source=REPORTS, urn=urn, name=name, url=url, is_open=True, **seen())

    def entry(self, urn: str, file_key: str, label: str, event_type: str | None, published_on: date) -> None:
        insert(
            self.connection,
            "raw.report_entries",
            source=REPORTS,
            urn=urn,
            file_key=file_key,
            url=f"https://files.ofsted.gov.uk/v1/file/{file_key}",
            label=label,
            event_type=event_type,
            published_on=published_on,
            is_archived=False,
            **seen(),
        )

    def report(self, file_key: str, *facts: Fact, version: int = 1) -> str:
        """Land a report and what was read out of it. Returns the sha256 that stands for its bytes."""
        sha256 = f"{int(file_key):060x}{version:04x}"
        text = f"A report made for a test, file {file_key}, version {version}.\n"
        judged = []
        for number, fact in enumerate(facts, start=1):
            dates, start = None, None
            if fact.inspected_from:
                dates = f"Inspection dates: {fact.inspected_from} to {fact.inspected_to}"
                start = len(text)
                text += dates + "\n"
            insert(
                self.connection,
                "extracted.inspections",
                content_sha256=sha256,
                report_number=number,
                event_type=fact.event_type,
                framework=fact.framework,
                theme=fact.theme,
                authority=fact.authority,
                inspected_from=fact.inspected_from,
                inspected_to=fact.inspected_to,
                published_on=fact.published_on,
                lead_inspector="Ann Example",
                overall_grade_status=overall_status(fact),
                dates_page_number=1 if dates else None,
                dates_quote=dates,
                dates_char_start=start,
                dates_char_end=start + len(dates) if dates and start else None,
            )
            for judgement, grade in (fact.grades or {}).items():
                quote = f"{judgement} {PRINTED[grade]}" if grade else None
                judged.append((number, judgement, grade, quote, len(text)))
                text += f"{quote}\n" if quote else ""
        for number, judgement, grade, quote, start in judged:
            insert(
                self.connection,
                "extracted.judgements",
                content_sha256=sha256,
                report_number=number,
                judgement=judgement,
                grade=grade,
                grade_status=status(judgement, grade, facts[number - 1].inspected_from),
                page_number=1 if quote else None,
                quote=quote,
                char_start=start if quote else None,
                char_end=start + len(quote) if quote else None,
            )
        self._document(file_key, sha256, "report", text, f"https://files.api.ofsted.gov.uk/v1/file/{file_key}", version)
        return sha256

    def workbook(self, *rows: Mapping[str, Any], vintage: date = VINTAGE) -> None:
        """Land a workbook: `grades` by judgement, the rest as columns of raw.official_outcomes."""
        text = ""
        sha256 = f"{vintage.year:064x}"
        for number, row in enumerate(rows, start=1):
            columns = {key: value for key, value in row.items() if key != "grades"}
            quote = ",".join(str(value) for value in [*columns.values(), *row.get("grades", {}).values()])
            grades: dict[str, Any] = {}
            for judgement in OFFICIAL_JUDGEMENTS:
                grades[judgement] = row.get("grades", {}).get(judgement)
                grades[f"{judgement}_status"] = "graded" if grades[judgement] else "blank"
            insert(
                self.connection,
                "raw.official_outcomes",
                source=STATISTICS,
                content_sha256=sha256,
                row_number=number,
                vintage=vintage,
                quote=quote,
                char_start=len(text),
                char_end=len(text) + len(quote),
                **columns,
                **grades,
                **seen(),
            )
            text += quote + "\n"
        self._document(f"{WORKBOOK}-{vintage}", sha256, "statistics", text, "https://www.gov.uk/outcomes", 1, vintage)

    def _document(
        self, file_key: str, sha256: str, kind: str, text: str, url: str, version: int, vintage: date | None = None
    ) -> None:
        self.connection.execute("update raw.files set is_latest = false where file_key = ?", [file_key])
        insert(
            self.connection,
            "raw.files",
            source=REPORTS if kind == "report" else STATISTICS,
            file_key=file_key,
            content_sha256=sha256,
            kind=kind,
            url=url,
            vintage=vintage,
            size_bytes=len(text),
            is_latest=True,
            last_fetched_at=seen(version)["last_seen_at"],
            **seen(version),
        )
        insert(
            self.connection,
            "extracted.documents",
            content_sha256=sha256,
            extractor=kind,
            extractor_version=1,
            status="ok",
            text=text,
        )


def status(judgement: str, grade: str | None, begun: date | None) -> str:
    """What the extraction says of a judgement with this grade."""
    if grade:
        return "graded"
    no_overall = judgement == "overall_effectiveness" and begun and begun >= date(2026, 4, 1)
    return "framework_has_none" if no_overall else "unreadable"


def overall_status(fact: Fact) -> str:
    """What the extraction says of the overall grade of an inspection, review or letter."""
    if not fact.grades:
        return "visit_has_none"
    if "overall_effectiveness" not in fact.grades:
        return "framework_has_none"
    return status("overall_effectiveness", fact.grades["overall_effectiveness"], fact.inspected_from)


def ilacs(
    authority: str, begun: date, grade: str = "good", *, published_on: date | None = None, **other: str | None
) -> Fact:
    """An inspection of two weeks under ILACS with one grade throughout, but for the judgements in `other`."""
    names = ["overall_effectiveness", "impact_of_leaders", "help_and_protection"]
    names += ["in_care", "care_leavers"] if begun.year >= 2023 else ["in_care_and_care_leavers"]
    return Fact(
        "inspection",
        "ilacs",
        authority,
        begun,
        begun + timedelta(days=11),
        published_on or begun + timedelta(days=50),
        grades={**dict.fromkeys(names, grade), **other},
    )


def outcome(la_code: str, la_name: str, begun: date, grade: str = "good", **other: Any) -> dict[str, Any]:
    """One row of a workbook's history, with one grade throughout."""
    names = OFFICIAL_JUDGEMENTS if begun.year >= 2023 else OFFICIAL_JUDGEMENTS[:4]
    return {
        "dataset": "history",
        "la_code": la_code,
        "la_name": la_name,
        "inspection_type": "ilacs_standard_inspection",
        "inspected_on": begun,
        "published_on": begun + timedelta(days=50),
        "grades": dict.fromkeys(names, grade),
        **other,
    }


def work_home(root: Path) -> Home:
    """A home folder whose work database has its tables and nothing in them."""
    home = Home(root)
    with home.work_database():
        pass
    return home
