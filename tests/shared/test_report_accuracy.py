"""The reader against the labels of real reports, cell by cell, and against real letters, which give no grade."""

import csv
import os
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from warehouse.extract.pages import UnreadableDocument, read_pages
from warehouse.extract.report import Reading, read_report

SHARED = Path(os.environ.get("CASELOAD_WATCH_SHARED") or Path(__file__).parents[3] / "shared")
REPORTS = SHARED / "data" / "reports"
LABELS = SHARED / "data" / "gold" / "judgements.csv"
SMALLEST_SHARE = 0.999

pytestmark = pytest.mark.shared


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def read(name: str) -> Reading | None:
    try:
        return read_report(read_pages((REPORTS / name).read_bytes()))
    except UnreadableDocument:
        return None


@cache
def manifest() -> dict[str, dict[str, str]]:
    return {row["file"]: row for row in rows(REPORTS / "manifest.csv")}


@cache
def labels() -> dict[str, list[dict[str, str]]]:
    by_file: dict[str, list[dict[str, str]]] = {}
    for row in rows(LABELS):
        by_file.setdefault(row["file"], []).append(row)
    return by_file


@cache
def readings() -> dict[str, Reading | None]:
    names = sorted(manifest())
    with ProcessPoolExecutor() as pool:
        return dict(zip(names, pool.map(read, names, chunksize=8), strict=True))


def same_name(one: str | None, other: str) -> bool:
    def plain(name: str) -> str:
        ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        return " ".join(ascii_name.replace(".", " ").replace("safeguarding children board", " ").split())

    return plain(one or "") == plain(other)


def cells(name: str) -> dict[str, bool]:
    """Return whether each labelled cell of a report was read right; an invented judgement is a wrong cell."""
    reading, known = readings()[name], labels()[name]
    assert reading is not None, f"{name} could not be read"
    result = {}
    found = [each for inspection in reading.inspections for each in inspection.judgements]
    for label in known:
        want = (None, "not_judged") if label["grade"] == "not_judged" else (label["grade"], "graded")
        got = [
            (each.grade, each.grade_status, each.evidence and each.evidence.page_number)
            for each in found
            if each.judgement == label["judgement"]
        ]
        result[f"grade {label['judgement']}"] = [each[:2] for each in got] == [want]
        result[f"page {label['judgement']}"] = [each[2] for each in got] == [int(label["page"])]
    for each in found:
        if each.judgement not in {label["judgement"] for label in known}:
            result[f"invented {each.judgement}"] = False
    label, inspections = known[0], reading.inspections
    published = {label["published"], manifest()[name]["published"], "None"}  # None: the site's date is taken
    result["inspected_from"] = any(str(each.inspected_from) == label["inspection_start"] for each in inspections)
    result["inspected_to"] = any(str(each.inspected_to) == label["inspection_end"] for each in inspections)
    result["published_on"] = all(str(each.published_on) in published for each in inspections)
    result["framework"] = any(each.framework == label["framework"] for each in inspections)
    result["event_type"] = (inspections[0].event_type == "reinspection") == ("re-inspection" in label["notes"])
    result["authority"] = any(same_name(each.authority, label["local_authority"]) for each in inspections)
    if label["lead_inspector"]:
        result["lead_inspector"] = any(same_name(each.lead_inspector, label["lead_inspector"]) for each in inspections)
    return result


def test_labelled_cells_are_read_right() -> None:
    checked = {f"{name} {cell}": right for name in labels() for cell, right in cells(name).items()}
    wrong = [cell for cell, right in checked.items() if not right]
    share = 1 - len(wrong) / len(checked)
    assert share >= SMALLEST_SHARE, f"{share:.4%} of {len(checked)} cells, wrong: {wrong[:25]}"


def test_letters_give_no_judgement_and_are_known_for_what_they_are() -> None:
    letters = {name: row for name, row in manifest().items() if row["expects"] == "ungraded"}
    assert len(letters) == 60
    for name in letters:
        reading = readings()[name]
        assert reading is not None, name
        (inspection,) = reading.inspections
        kind = "jtai" if "-jtai" in name else "send"
        assert (inspection.event_type, inspection.judgements) == (kind, ()), name
        assert (inspection.overall_grade, inspection.overall_grade_status) == (None, "visit_has_none"), name
        assert inspection.authority, name


def test_files_that_are_no_pdf_are_refused() -> None:
    refused = {name for name, reading in readings().items() if reading is None}
    assert refused == {name for name, row in manifest().items() if row["expects"] == "not_pdf"}


def test_what_the_reader_did_not_understand_stays_a_handful() -> None:
    issues = [f"{name}: {issue.code}" for name, reading in readings().items() if reading for issue in reading.issues]
    assert len(issues) <= 3, issues
