"""Reads Ofsted's yearly workbook "Local authority inspection outcomes", and the snapshot of it that ships here.

A workbook is first rendered to one text (`workbook_text`), which is what is stored as the document's text; every
outcome points at the line of that text that it stands on. Sheets and columns are known by the words of their names,
never by position: the header stands in row 3 or 4, and 2023 has other columns and column names than 2025.
Authorities are known by GSS code and by the printed name. The link column is not read: five links of the 2025 workbook
carry another authority's number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from crawler.items import OfficialOutcome, SourceIssue, StatisticsFile

SERIES = "ofsted_inspection_outcomes"
SHEET_MARK = "# sheet: "
TITLE_MARK = "# title: "
RELEASE_MARK = "# release: "
SNAPSHOT_SHEET = "snapshot"


class NotAWorkbookError(ValueError):
    """Raised when bytes are neither a workbook that can be opened nor the project's snapshot of one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a name or header means: `code` where `pattern` is found in its folded text, as in each of `examples`."""

    code: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


def _rule(code: str, pattern: str, *examples: str) -> Rule:
    return Rule(code, re.compile(pattern), examples)


# Sheets that hold no outcome of a local authority, one row an inspection; each is left out of the text.
IGNORED_SHEETS = (
    _rule("front_matter", r"^(contents|notes|accessibility|guidance|meta-?data)$", "Contents", "Notes", "Meta-data"),
    _rule("providers", r"^(provider|leavers)", "Provider_level_at_31_Mar_2023", "Leavers+Joiners_at_31_Mar_2023"),
    _rule("time_series", r"time series$", "In_Year_Time_series", "Latest_OE_31_Mar_Time_Series"),
    _rule("wide_history", r"^la inspections \d{4}", "LA_inspections_2009-2023"),
)

# Looked for in the sheet's name, then in the lines above its header; the first that is found counts.
DATASETS = (
    _rule("in_year", r"\bin[ -]year\b", "In-year_inspections", "LA_level_in_year_2022-23"),
    _rule("history", r"\bhistory\b", "ILACS_inspection_history"),
    _rule("current", r"\bat 31 mar(ch)?\b", "Inspections_as_at_31_March", "LA_level_at_31_Mar_2023"),
)

COLUMNS = (
    _rule("dataset", r"^dataset$", "dataset"),
    _rule("vintage", r"^as at$", "as_at"),
    _rule("link", r"^web link$", "Web link"),
    _rule("la_code", r"\barea code$", "Local authority area code"),
    _rule("la_name", r"^local authority( name)?$", "Local authority name", "Local authority"),
    _rule("la_status", r"\bstatus$", "Local authority status"),
    _rule("region", r"\bregion$", "Ofsted region", "Region"),
    _rule("inspected_on", r"^(inspection|visit|inspection/visit) date$", "Inspection date", "Inspection/Visit date"),
    _rule("published_on", r"^publication date$", "Publication date"),
    _rule("inspection_type", r"^(inspection|visit|inspection/visit) type$", "Inspection type", "Inspection/Visit type"),
    _rule("overall_effectiveness", r"^overall effectiveness$", "Overall effectiveness"),
    _rule(
        "impact_of_leaders",
        r"\bimpact of leaders\b",
        "The impact of leaders on social work practice with children and families",
        "Impact of leaders",
    ),
    _rule(
        "help_and_protection",
        r"\bhelp and protection$",
        "The experiences and progress of children who need help and protection",
        "Help and protection",
    ),
    _rule(
        "in_care",
        r"\bchildren in care( and care leavers)?$",
        "The experiences and progress of children in care",
        "Experiences and progress of children in care",
        "The experiences and progress of children in care and care leavers",
    ),
    _rule(
        "care_leavers",
        r"(?<!\band )\bcare leavers$",
        "The experiences and progress of care leavers",
        "Experiences and progress of care leavers",
    ),
    _rule("theme", r"\btheme$", "Visit Theme"),
)

JUDGEMENTS = ("overall_effectiveness", "impact_of_leaders", "help_and_protection", "in_care", "care_leavers")

_ALWAYS_THERE = frozenset({"la_name", "inspected_on", "impact_of_leaders", "help_and_protection", "in_care"})
REQUIRED_COLUMNS = {
    "current": _ALWAYS_THERE,
    "in_year": _ALWAYS_THERE | {"inspection_type"},
    "history": _ALWAYS_THERE | {"inspection_type"},
}

GRADES = {
    "outstanding": "outstanding",
    "good": "good",
    "requires improvement to be good": "requires_improvement",
    "requires improvement": "requires_improvement",
    "inadequate": "inadequate",
}

# Government statistics print these in place of a value (Analysis Function, "Symbols in tables").
GRADE_MARKERS = {
    "[c]": "suppressed",
    "c": "suppressed",
    "*": "suppressed",
    "redacted": "suppressed",
    "suppressed": "suppressed",
    "[x]": "blank",
    "x": "blank",
    "-": "blank",
    "..": "blank",
    ":": "blank",
    "[z]": "not_applicable",
    "z": "not_applicable",
}

INSPECTION_TYPES = {
    "ilacs standard inspection": "ilacs_standard_inspection",
    "ilacs short inspection": "ilacs_short_inspection",
    "ilacs focused visit": "ilacs_focused_visit",
    "la monitoring visit": "monitoring_visit",
}
VISITS = frozenset({"ilacs_focused_visit", "monitoring_visit"})

LA_STATUSES = {"current": "current", "no longer exists": "no_longer_exists"}

# First and last day, by inspection date, on which ILACS gives the judgement, where it does not always do so.
JUDGEMENT_PERIODS = {
    "overall_effectiveness": (date.min, date(2026, 3, 31)),
    "care_leavers": (date(2023, 1, 1), date.max),
}

DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")

_HEADER_ROWS = 15
_AS_AT = re.compile(r"\b31 mar(?:ch)? (20\d\d)\b")
_YEAR = re.compile(r"\b20\d\d\b")
_GSS = re.compile(r"E\d{8}")
_NOTE_REFERENCE = re.compile(r"\s*\[(?:note \d+|r)\]$")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a table of outcomes, as printed: `cells` by the column codes of `COLUMNS`."""

    sheet: str
    sheet_row: int
    dataset: str
    vintage: date
    line_number: int
    cells: dict[str, str]
    quote: str
    char_start: int


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    lines: tuple[_Line, ...]


def workbook_text(body: bytes) -> str:
    """Render a workbook as text, one line a row, each sheet after a line `# sheet: <name>`; a snapshot is decoded.

    Raises `NotAWorkbookError` for anything else.
    """
    if body.startswith(b"PK\x03\x04"):
        return _render(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_a_workbook(body) from None
    header = next((line for line in text.splitlines() if not line.startswith("#")), "")
    if not {"dataset", "vintage", "la_name"} <= set(_columns(_cells(header))):
        raise _not_a_workbook(body)
    return text


def _not_a_workbook(body: bytes) -> NotAWorkbookError:
    return NotAWorkbookError(
        f"{len(body)} bytes beginning {body[:24]!r} are no workbook of inspection outcomes: expected an ODS file "
        "(it begins b'PK') or the snapshot's CSV with the columns dataset, as_at, local_authority_name. "
        "Check the address of the workbook; a page of the release, or an error page, may have been fetched in its place"
    )


def _render(body: bytes) -> str:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        names = [name for name in workbook.sheet_names if _first(IGNORED_SHEETS, name) is None]
        sheets = [(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
    except (CalamineError, OSError) as error:
        raise NotAWorkbookError(
            f"a ZIP file of {len(body)} bytes cannot be opened as an ODS workbook ({error}): "
            "expected Ofsted's workbook of inspection outcomes, whole. Fetch it again"
        ) from error
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for name, rows in sheets:
        out.write(f"{SHEET_MARK}{name}\n")
        writer.writerows([_cell_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell_text(cell: object) -> str:
    """Render a cell on one line: a row of the sheet must be a line of the text."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def parse_statistics_file(body: bytes, url: str) -> StatisticsFile:
    """Say what the file is: its series, its printed title and its "as at" date.

    Raises `NotAWorkbookError` as `workbook_text` does, and where no "as at" date is printed.
    """
    text = workbook_text(body)
    sheets = _sheets(text)
    vintage = _workbook_vintage(sheets)
    if vintage is None:
        raise NotAWorkbookError(
            f"{url}: no sheet says which year it is for: expected 'as at 31 March YYYY' in a sheet's name or above its "
            'header, as in Ofsted\'s "Local authority inspection outcomes". Check the address of the workbook'
        )
    if text.startswith(TITLE_MARK):
        title = text.split("\n", 1)[0].removeprefix(TITLE_MARK)
    else:  # 2023's first cell says only "Cover sheet": the first cell that names a year is the title
        cells = (cell for sheet in sheets for line in sheet.lines for cell in _cells(line.text))
        title = next(cell for cell in cells if _YEAR.search(cell))
    release = re.search(rf"^{RELEASE_MARK}(\S+)$", text, re.M)
    key = f"{SERIES}-{vintage.isoformat()}"
    return StatisticsFile(key, title.strip(), vintage, len(body), release[1] if release else None)


def parse_workbook(body: bytes, url: str) -> Iterator[OfficialOutcome | SourceIssue]:
    """Read every row of the tables of outcomes, in the order of the file: one item a row, nothing merged.

    A sheet, column or cell that is not understood gives a `SourceIssue` that names the sheet and the row; the rest of
    the row is still read. Raises `NotAWorkbookError` as `workbook_text` does.
    """
    for row in printed_rows(workbook_text(body), url):
        if isinstance(row, SourceIssue):
            yield row
        else:
            yield from _outcome(row, url)


def printed_rows(text: str, url: str) -> Iterator[PrintedRow | SourceIssue]:
    """Find the tables in the text of a workbook or snapshot and read their rows as printed."""
    sheets = _sheets(text)
    workbook_vintage = _workbook_vintage(sheets)
    for sheet in sheets:
        if _fold(sheet.name) != "cover":
            yield from _table(sheet, workbook_vintage, url)


def _table(sheet: _Sheet, workbook_vintage: date | None, url: str) -> Iterator[PrintedRow | SourceIssue]:
    header_at, columns = _header(sheet)
    context = sheet.lines[header_at].text if sheet.lines else None
    head = " ".join(line.text for line in sheet.lines[:header_at])
    dataset = _first(DATASETS, sheet.name) or _first(DATASETS, head) or ""
    vintage = _as_at(f"{sheet.name} {head}") or workbook_vintage
    missing = REQUIRED_COLUMNS.get(dataset, _ALWAYS_THERE) - set(columns)
    repeated = {column for column in columns if column and columns.count(column) > 1}
    if not dataset and "dataset" not in columns:
        known = ", ".join(rule.examples[0] for rule in DATASETS)
        yield SourceIssue("unknown_sheet", f"sheet {sheet.name!r} was not read: expected {known}", url, context)
    elif missing or repeated:
        problem = [f"no column for {column}" for column in sorted(missing)]
        problem += [f"more than one column for {column}" for column in sorted(repeated)]
        yield SourceIssue("unknown_columns", f"sheet {sheet.name!r} was not read: {'; '.join(problem)}", url, context)
    elif vintage is None and "vintage" not in columns:
        yield SourceIssue("no_as_at_date", f"sheet {sheet.name!r} was not read: no 'at 31 March YYYY'", url, context)
    else:
        for printed, column in zip(_cells(sheet.lines[header_at].text), columns, strict=True):
            if printed and not column:
                detail = f"sheet {sheet.name!r}: column {printed!r} was not read"
                yield SourceIssue("unknown_column", detail, url, context)
        yield from _table_rows(sheet, header_at, columns, dataset, vintage, url)


def _table_rows(
    sheet: _Sheet, header_at: int, columns: list[str], dataset: str, vintage: date | None, url: str
) -> Iterator[PrintedRow | SourceIssue]:
    for sheet_row, line in enumerate(sheet.lines[header_at + 1 :], start=header_at + 2):
        cells = _cells(line.text)
        if not any(cells):
            continue
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        row_dataset = named.get("dataset", dataset)
        row_vintage = _date(named.get("vintage", "")) if "vintage" in columns else vintage
        if len(cells) != len(columns):
            detail = f"{len(cells)} cells where the header has {len(columns)}"
        elif row_dataset not in REQUIRED_COLUMNS:
            detail = f"dataset {row_dataset!r} is not one of {', '.join(REQUIRED_COLUMNS)}"
        elif row_vintage is None:
            detail = f"as_at {named['vintage']!r} is not a date"
        else:
            yield PrintedRow(sheet.name, sheet_row, row_dataset, row_vintage, line.number, named, line.text, line.start)
            continue
        yield SourceIssue("unreadable_row", f"sheet {sheet.name!r}, row {sheet_row}: {detail}", url, line.text)


def _outcome(row: PrintedRow, url: str) -> Iterator[OfficialOutcome | SourceIssue]:
    issues: list[SourceIssue] = []

    def report(code: str, detail: str) -> None:
        issues.append(SourceIssue(code, f"sheet {row.sheet!r}, row {row.sheet_row}: {detail}", url, row.quote))

    def known(column: str, vocabulary: dict[str, str]) -> str | None:
        printed = row.cells.get(column, "")
        code = vocabulary.get(_fold(printed))
        if printed and code is None:
            report(f"unknown_{column}", f"{column} {printed!r} is not one of {', '.join(sorted(vocabulary))}")
        return code

    def day(column: str) -> date | None:
        printed = row.cells.get(column, "")
        read = _date(printed)
        if printed and read is None:
            report("unreadable_date", f"{column} {printed!r} is not a date")
        return read

    la_code = row.cells.get("la_code") or None
    if la_code is not None and not _GSS.fullmatch(la_code):
        report("unreadable_la_code", f"{la_code!r} is not an area code of nine characters, E and eight digits")
        la_code = None
    inspection_type = known("inspection_type", INSPECTION_TYPES)
    inspected_on = day("inspected_on")
    grades = {j: _grade(j, row.cells.get(j, ""), inspection_type, inspected_on) for j in JUDGEMENTS}
    for judgement, (grade, status) in grades.items():
        if status == "unreadable":
            report("unknown_grade", f"{judgement} {row.cells[judgement]!r} is not one of {', '.join(sorted(GRADES))}")
        elif grade is not None and inspection_type in VISITS:
            report("grade_of_a_visit", f"{judgement} {row.cells[judgement]!r}: a visit gives no grade")
    outcome = OfficialOutcome(
        dataset=row.dataset,
        vintage=row.vintage,
        row_number=row.line_number,
        la_code=la_code,
        la_name=row.cells["la_name"],
        la_status=known("la_status", LA_STATUSES),
        inspection_type=inspection_type,
        inspected_on=inspected_on,
        published_on=day("published_on"),
        theme=row.cells.get("theme") or None,
        overall_effectiveness=grades["overall_effectiveness"][0],
        overall_effectiveness_status=grades["overall_effectiveness"][1],
        impact_of_leaders=grades["impact_of_leaders"][0],
        impact_of_leaders_status=grades["impact_of_leaders"][1],
        help_and_protection=grades["help_and_protection"][0],
        help_and_protection_status=grades["help_and_protection"][1],
        in_care=grades["in_care"][0],
        in_care_status=grades["in_care"][1],
        care_leavers=grades["care_leavers"][0],
        care_leavers_status=grades["care_leavers"][1],
        quote=row.quote,
        char_start=row.char_start,
        char_end=row.char_start + len(row.quote),
    )
    if not outcome.la_name or (inspected_on is None and not any(grade for grade, _ in grades.values())):
        # A note below the table, or a second table under its own header: what its cells mean is not known.
        yield SourceIssue(
            "unreadable_row",
            f"sheet {row.sheet!r}, row {row.sheet_row}: neither an authority with a date nor one with a grade",
            url,
            row.quote,
        )
        return
    yield from issues
    yield outcome


def _grade(
    judgement: str, printed: str, inspection_type: str | None, inspected_on: date | None
) -> tuple[str | None, str]:
    folded = _NOTE_REFERENCE.sub("", _fold(printed))
    if folded in GRADES:
        return GRADES[folded], "graded"
    if folded:
        return None, GRADE_MARKERS.get(folded, "unreadable")
    if inspection_type in VISITS:
        return None, "not_applicable"
    first, last = JUDGEMENT_PERIODS.get(judgement, (date.min, date.max))
    if inspected_on is not None and not first <= inspected_on <= last:
        return None, "framework_has_none"
    return None, "blank"


def _sheets(text: str) -> list[_Sheet]:
    """Split the text at its sheet marks; a snapshot has none and is one sheet."""
    sheets: list[tuple[str, list[_Line]]] = []
    start = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = _Line(number, start, raw.rstrip("\r"))
        start += len(raw) + 1
        if line.text.startswith(SHEET_MARK):
            sheets.append((line.text.removeprefix(SHEET_MARK), []))
            continue
        if not sheets:
            sheets.append((SNAPSHOT_SHEET, []))
        sheets[-1][1].append(line)
    return [_Sheet(name, tuple(lines)) for name, lines in sheets]


def _header(sheet: _Sheet) -> tuple[int, list[str]]:
    """Find the first row that heads the authorities' names and the inspection dates.

    Without one, the place is 0 and no column is known.
    """
    for at, line in enumerate(sheet.lines[:_HEADER_ROWS]):
        columns = _columns(_cells(line.text))
        if {"la_name", "inspected_on"} <= set(columns):
            return at, columns
    return 0, []


def _columns(header: list[str]) -> list[str]:
    return [_first(COLUMNS, cell) or "" for cell in header]


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:  # a cell beyond the reader's limit of 131,072 characters
        return [line]


def _workbook_vintage(sheets: list[_Sheet]) -> date | None:
    heads = (f"{sheet.name} {line.text}" for sheet in sheets for line in sheet.lines[:_HEADER_ROWS])
    return next(filter(None, map(_as_at, heads)), None)


def _as_at(text: str) -> date | None:
    found = _AS_AT.search(_fold(text))
    return date(int(found[1]), 3, 31) if found else None


def _date(text: str) -> date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _first(rules: tuple[Rule, ...], text: str) -> str | None:
    folded = _fold(text)
    return next((rule.code for rule in rules if rule.pattern.search(folded)), None)


def _fold(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _read_workbook(body: bytes, url: str, **_context: Any) -> Iterator[StatisticsFile | OfficialOutcome | SourceIssue]:
    yield parse_statistics_file(body, url)
    yield from parse_workbook(body, url)


#: How each kind of landed page is read again, without the network.
PAGES: Mapping[str, Callable[..., Iterator[StatisticsFile | OfficialOutcome | SourceIssue]]] = {
    "workbook": _read_workbook
}
