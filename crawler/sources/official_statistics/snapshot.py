"""Makes the snapshot that ships with the project from a newer workbook.

    python -m crawler.sources.official_statistics.snapshot WORKBOOK.ods ofsted_inspection_outcomes.csv

Review the difference before it is committed. The snapshot keeps what the workbook prints, less its links and regions,
in the same words, so that both are read by the same rules.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import re
import sys
from pathlib import Path

from crawler.items import SourceIssue
from crawler.sources.official_statistics.parse import (
    RELEASE_MARK,
    TITLE_MARK,
    NotAWorkbookError,
    PrintedRow,
    parse_statistics_file,
    parse_workbook,
    printed_rows,
    workbook_text,
)

# Header of the snapshot → the column of the workbook that it comes from (codes of `parse.COLUMNS`).
SNAPSHOT_COLUMNS = {
    "local_authority_area_code": "la_code",
    "local_authority_name": "la_name",
    "local_authority_status": "la_status",
    "inspection_type": "inspection_type",
    "inspection_date": "inspected_on",
    "publication_date": "published_on",
    "overall_effectiveness": "overall_effectiveness",
    "impact_of_leaders": "impact_of_leaders",
    "help_and_protection": "help_and_protection",
    "children_in_care": "in_care",
    "care_leavers": "care_leavers",
    "visit_theme": "theme",
}

LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0, "
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
)


class UnreadWorkbookError(ValueError):
    """Raised when a workbook holds something that was not understood: no snapshot is made of a part of it."""


def snapshot(workbook: bytes, name: str) -> str:
    """Return the snapshot of a workbook as CSV, after comment lines that say what it was made from.

    Raises `NotAWorkbookError` and, naming every sheet and row that was not understood, `UnreadWorkbookError`.
    """
    text = workbook_text(workbook)
    issues = [item for item in parse_workbook(workbook, name) if isinstance(item, SourceIssue)]
    if issues:
        listed = "\n".join(f"  {issue.code}: {issue.detail}" for issue in issues)
        raise UnreadWorkbookError(
            f"{name}: {len(issues)} things were not understood; extend the tables of parse.py:\n{listed}"
        )
    file = parse_statistics_file(workbook, name)
    published = next((line.split(",")[1] for line in text.splitlines() if line.startswith("Published on:")), "")
    slug = re.sub(r"[^a-z0-9]+", "-", file.title.casefold().replace("'", ""))
    out = io.StringIO()
    out.write(f"{TITLE_MARK}{file.title}\n")
    out.write(f"# publisher: Ofsted; as at 31 March {file.vintage.year}; published: {published}\n")
    out.write(f"{RELEASE_MARK}https://www.gov.uk/government/statistics/{slug}\n")
    out.write(f"# made from: a workbook with sha256 {hashlib.sha256(workbook).hexdigest()}\n")
    out.write(f"# licence: {LICENCE}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["dataset", "as_at", *SNAPSHOT_COLUMNS])
    for row in printed_rows(text, name):
        if isinstance(row, PrintedRow):
            cells = (row.cells.get(column, "") for column in SNAPSHOT_COLUMNS.values())
            writer.writerow([row.dataset, row.vintage.isoformat(), *cells])
    return out.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write the snapshot; 0 when it is written, 1 when the workbook was not understood."""
    parser = argparse.ArgumentParser(prog="snapshot", description="Make the snapshot from Ofsted's workbook.")
    parser.add_argument("workbook", type=Path, help="the ODS file of the release")
    parser.add_argument("out", type=Path, help="the CSV file to write")
    chosen = parser.parse_args(arguments)
    try:
        made = snapshot(chosen.workbook.read_bytes(), chosen.workbook.name)
    except (NotAWorkbookError, UnreadWorkbookError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    chosen.out.write_text(made, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
