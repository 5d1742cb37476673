"""Ofsted's workbook of inspection outcomes is read by its words. Figures of workbooks made here are invented."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import OfficialOutcome, SourceIssue
from crawler.sources.official_statistics import parse, snapshot
from crawler.sources.official_statistics.parse import (
    NotAWorkbookError,
    Rule,
    parse_statistics_file,
    parse_workbook,
    workbook_text,
)

ROOT = Path(__file__).parents[2]
SHIPPED = Path(parse.__file__).with_name("ofsted_inspection_outcomes.csv")
URL = "https://assets.example/outcomes.ods"
RI = "Requires improvement to be good"

Cell = str | date
Sheets = dict[str, list[list[Cell]]]

GRADE_HEADERS: list[Cell] = [
    "Overall effectiveness",
    "The impact of leaders on social work practice with children and families",
    "The experiences and progress of children who need help and protection",
    "The experiences and progress of children in care",
    "The experiences and progress of care leavers",
]
KEY_HEADERS: list[Cell] = ["Web link", "Local authority area code", "Local authority name"]
CURRENT_HEADER = [*KEY_HEADERS, "Ofsted region", "Inspection date", "Publication date", *GRADE_HEADERS]
IN_YEAR_HEADER = [
    *KEY_HEADERS,
    "Region",
    "Inspection/Visit date",
    "Publication date",
    "Inspection/Visit type",
    *GRADE_HEADERS,
    "Visit Theme",
]
HISTORY_HEADER = [
    *KEY_HEADERS,
    "Local authority status",
    "Ofsted region",
    "Inspection date",
    "Publication date",
    "Inspection type",
    *GRADE_HEADERS,
]
HEADER_2023: list[Cell] = [
    "Web link",
    "Local authority name",
    "Ofsted region",
    "Inspection date",
    "Overall effectiveness",
    "Impact of leaders",
    "Experiences and progress of children who need help and protection",
    "Experiences and progress of children in care",
    "Experiences and progress of care leavers",
]


def ods(sheets: Sheets) -> bytes:
    """Write the smallest OpenDocument spreadsheet that has these sheets; dates become date cells."""

    def cell(value: Cell) -> str:
        if isinstance(value, date):
            day = value.isoformat()
            attributes = f'office:value-type="date" office:date-value="{day}"'
            return f"<table:table-cell {attributes}><text:p>{day}</text:p></table:table-cell>"
        if not value:
            return "<table:table-cell/>"
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    namespace = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{namespace}:office:1.0" '
        f'xmlns:table="{namespace}:table:1.0" xmlns:text="{namespace}:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        f'xmlns:manifest="{namespace}:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def link(number: int) -> str:
    return f"Page of authority {number}"


def cover(year: int = 2025) -> list[list[Cell]]:
    title = f"Local authority inspection outcomes as at 31 March {year}"
    return [[title, ""], ["Published on:", date(year, 9, 25)]]


def current(*rows: list[Cell], header: list[Cell] = CURRENT_HEADER) -> Sheets:
    above: list[list[Cell]] = [["Judgements as at 31 March 2025"], ["One table"]]
    return {"Cover": cover(), "Inspections_as_at_31_March": [*above, header, *rows]}


def in_year(*rows: list[Cell]) -> Sheets:
    above: list[list[Cell]] = [["Local authority in-year inspection activity 2024-25"], ["One table"]]
    return {"Cover": cover(), "In-year_inspections": [*above, IN_YEAR_HEADER, *rows]}


def history(*rows: list[Cell]) -> Sheets:
    above: list[list[Cell]] = [["ILACS inspection history from 2018-2025"], ["One table"]]
    return {"Cover": cover(), "ILACS_inspection_history": [*above, HISTORY_HEADER, *rows]}


def barnet(*grades: Cell, inspected_on: Cell = date(2024, 6, 10)) -> list[Cell]:
    return [link(302), "E09000003", "Barnet", "London", inspected_on, date(2024, 7, 23), *grades]


def read(sheets: Sheets) -> tuple[list[OfficialOutcome], list[SourceIssue]]:
    items = list(parse_workbook(ods(sheets), URL))
    return (
        [item for item in items if isinstance(item, OfficialOutcome)],
        [item for item in items if isinstance(item, SourceIssue)],
    )


def read_one(sheets: Sheets) -> OfficialOutcome:
    outcomes, issues = read(sheets)
    assert issues == []
    (outcome,) = outcomes
    return outcome


@pytest.mark.parametrize("rule", [*parse.IGNORED_SHEETS, *parse.DATASETS, *parse.COLUMNS], ids=lambda rule: rule.code)
def test_every_rule_reads_its_examples(rule: Rule):
    rules = next(table for table in (parse.IGNORED_SHEETS, parse.DATASETS, parse.COLUMNS) if rule in table)
    for example in rule.examples:
        folded = " ".join(example.replace("_", " ").split()).casefold()
        assert next(other.code for other in rules if other.pattern.search(folded)) == rule.code, example


def test_a_header_is_never_the_header_of_two_columns():
    for rule in parse.COLUMNS:
        for example in rule.examples:
            folded = example.replace("_", " ").casefold()
            assert [other.code for other in parse.COLUMNS if other.pattern.search(folded)] == [rule.code], example


def test_current_grades_are_read_with_their_dates_and_vintage():
    outcome = read_one(current(barnet("Good", "Outstanding", RI, "Inadequate", "Good")))
    assert (outcome.dataset, outcome.vintage) == ("current", date(2025, 3, 31))
    assert (outcome.la_code, outcome.la_name) == ("E09000003", "Barnet")
    assert (outcome.inspected_on, outcome.published_on) == (date(2024, 6, 10), date(2024, 7, 23))
    assert (outcome.inspection_type, outcome.theme, outcome.la_status) == (None, None, None)
    assert outcome.overall_effectiveness == "good"
    assert outcome.impact_of_leaders == "outstanding"
    assert outcome.help_and_protection == "requires_improvement"
    assert outcome.in_care == "inadequate"
    assert outcome.care_leavers == "good"
    assert outcome.care_leavers_status == "graded"


def test_a_link_with_another_authoritys_number_changes_nothing():
    right = read_one(current(barnet("Good", "Good", "Good", "Good", "Good")))
    wrong = read_one(current([link(839), *barnet("Good", "Good", "Good", "Good", "Good")[1:]]))
    assert (wrong.la_code, wrong.la_name) == (right.la_code, right.la_name)
    assert "839" not in {wrong.la_code, wrong.la_name}


def test_columns_are_found_wherever_they_stand():
    row = barnet("Good", "Outstanding", RI, "Inadequate", "Good")
    shuffled = read_one(current(row[::-1], header=CURRENT_HEADER[::-1]))
    assert shuffled.overall_effectiveness == "good"
    assert shuffled.in_care == "inadequate"
    assert shuffled.la_name == "Barnet"


def test_the_form_of_2023_has_its_header_in_row_4_and_neither_code_nor_publication_date():
    title = "Children's social care data in England 2023 - LA level at 31 March 2023"
    rows: list[list[Cell]] = [
        [title],
        ["One table"],
        [""],
        HEADER_2023,
        ["Page", "Kingston upon Hull", "North East", date(2023, 1, 16), "Good", "Good", RI, "Good", "Outstanding"],
    ]
    outcome = read_one({"LA_level_at_31_Mar_2023": rows})
    assert (outcome.dataset, outcome.vintage) == ("current", date(2023, 3, 31))
    assert (outcome.la_code, outcome.la_name, outcome.published_on) == (None, "Kingston upon Hull", None)
    assert (outcome.impact_of_leaders, outcome.help_and_protection) == ("good", "requires_improvement")
    assert outcome.care_leavers == "outstanding"


@pytest.mark.parametrize(
    ("printed", "code"), [("ILACS Focused Visit", "ilacs_focused_visit"), ("LA Monitoring visit", "monitoring_visit")]
)
def test_a_visit_has_a_theme_and_no_grades(printed: str, code: str):
    row = [*barnet(), printed, "", "", "", "", "", "Front door"]
    outcome = read_one(in_year(row))
    assert (outcome.dataset, outcome.inspection_type, outcome.theme) == ("in_year", code, "Front door")
    assert {getattr(outcome, judgement) for judgement in parse.JUDGEMENTS} == {None}
    assert {getattr(outcome, f"{judgement}_status") for judgement in parse.JUDGEMENTS} == {"not_applicable"}


@pytest.mark.parametrize(("printed", "code"), [("Current", "current"), ("No longer exists", "no_longer_exists")])
def test_history_says_whether_the_authority_still_exists(printed: str, code: str):
    day = date(2019, 6, 17)
    row: list[Cell] = [link(1), "E10000021", "Northamptonshire", printed, "East Midlands", day, day]
    outcome = read_one(history([*row, "ILACS Standard Inspection", "Good", "Good", "Good", "Good", ""]))
    assert (outcome.dataset, outcome.la_status) == ("history", code)
    assert outcome.inspection_type == "ilacs_standard_inspection"


@pytest.mark.parametrize(
    ("inspected_on", "status"), [(date(2022, 12, 31), "framework_has_none"), (date(2023, 1, 1), "blank")]
)
def test_no_grade_of_care_leavers_is_expected_before_2023(inspected_on: date, status: str):
    outcome = read_one(current(barnet("Good", "Good", "Good", "Good", "", inspected_on=inspected_on)))
    assert (outcome.care_leavers, outcome.care_leavers_status) == (None, status)


@pytest.mark.parametrize(
    ("inspected_on", "status"), [(date(2026, 3, 31), "blank"), (date(2026, 4, 1), "framework_has_none")]
)
def test_no_overall_grade_is_expected_from_april_2026(inspected_on: date, status: str):
    outcome = read_one(current(barnet("", "Good", "Good", "Good", "Good", inspected_on=inspected_on)))
    assert (outcome.overall_effectiveness, outcome.overall_effectiveness_status) == (None, status)


@pytest.mark.parametrize(
    ("printed", "status"),
    [("[c]", "suppressed"), ("REDACTED", "suppressed"), ("[x]", "blank"), ("[z]", "not_applicable")],
)
def test_a_marker_in_place_of_a_grade_gives_a_status(printed: str, status: str):
    outcome = read_one(current(barnet("Good", "Good", "Good", printed, "Good")))
    assert (outcome.in_care, outcome.in_care_status) == (None, status)


@pytest.mark.parametrize("printed", ["GOOD", " good ", "Good [note 3]", "Good [r]"])
def test_a_grade_is_read_in_any_case_and_with_a_reference_to_a_note(printed: str):
    assert read_one(current(barnet("Good", "Good", "Good", printed, "Good"))).in_care == "good"


def test_an_unknown_grade_is_an_issue_and_never_a_guess():
    (outcome,), (issue,) = read(current(barnet("Good", "Good", "Quite good", "Good", "Good")))
    assert (outcome.help_and_protection, outcome.help_and_protection_status) == (None, "unreadable")
    assert outcome.in_care == "good"
    assert (issue.code, issue.url, issue.context) == ("unknown_grade", URL, outcome.quote)
    assert "'Inspections_as_at_31_March', row 4" in issue.detail
    assert "'Quite good'" in issue.detail


def test_an_unknown_inspection_type_is_an_issue():
    row = [*barnet(), "ILACS Surprise Visit", "Good", "Good", "Good", "Good", "Good", ""]
    (outcome,), (issue,) = read(in_year(row))
    assert outcome.inspection_type is None
    assert issue.code == "unknown_inspection_type"
    assert "'ILACS Surprise Visit'" in issue.detail


def test_a_grade_of_a_visit_is_an_issue():
    row = [*barnet(), "ILACS Focused Visit", "Good", "", "", "", "", "Front door"]
    _, issues = read(in_year(row))
    assert [issue.code for issue in issues] == ["grade_of_a_visit"]


def test_a_code_that_is_no_gss_code_is_an_issue_and_left_out():
    row = barnet("Good", "Good", "Good", "Good", "Good")
    (outcome,), (issue,) = read(current([row[0], "302", *row[2:]]))
    assert (outcome.la_code, outcome.la_name, issue.code) == (None, "Barnet", "unreadable_la_code")


@pytest.mark.parametrize("printed", ["2024-06-10", "10/06/2024", "10 June 2024", "10 Jun 2024"])
def test_a_date_may_be_text(printed: str):
    outcome = read_one(current(barnet("Good", "Good", "Good", "Good", "Good", inspected_on=printed)))
    assert outcome.inspected_on == date(2024, 6, 10)


def test_a_date_that_is_none_is_an_issue():
    (outcome,), (issue,) = read(current(barnet("Good", "Good", "Good", "Good", "Good", inspected_on="in June")))
    assert outcome.inspected_on is None
    assert (issue.code, issue.context) == ("unreadable_date", outcome.quote)


def test_an_unknown_sheet_is_an_issue_and_the_others_are_read():
    sheets = current(barnet("Good", "Good", "Good", "Good", "Good")) | {"Complaints": [["Something new"]]}
    (outcome,), (issue,) = read(sheets)
    assert outcome.la_name == "Barnet"
    assert (issue.code, issue.context) == ("unknown_sheet", "Something new")
    assert "'Complaints'" in issue.detail


def test_an_empty_sheet_is_an_issue():
    _, issues = read(current() | {"Extra": []})
    assert [issue.code for issue in issues] == ["unknown_sheet"]


def test_sheets_about_other_things_are_left_out_of_the_text():
    text = workbook_text(ods(current() | {"Provider_level_at_31_Mar_2023": [["A home"]], "Notes": [["A note"]]}))
    assert "A home" not in text
    assert "A note" not in text


def test_a_sheet_without_a_needed_column_is_not_read():
    header = [cell for cell in CURRENT_HEADER if cell != "The experiences and progress of children in care"]
    outcomes, (issue,) = read(current(barnet("Good", "Good", "Good", "Good"), header=header))
    assert outcomes == []
    assert issue.code == "unknown_columns"
    assert "no column for in_care" in issue.detail


def test_a_sheet_with_two_columns_of_one_judgement_is_not_read():
    row = barnet("Good", "Good", "Good", "Good", "Good")
    outcomes, (issue,) = read(current([*row, RI], header=[*CURRENT_HEADER, "Overall effectiveness"]))
    assert outcomes == []
    assert "more than one column for overall_effectiveness" in issue.detail


def test_a_new_column_is_an_issue_and_the_row_is_read():
    row = barnet("Good", "Good", "Good", "Good", "Good")
    (outcome,), (issue,) = read(current([*row, "x"], header=[*CURRENT_HEADER, "Inspector"]))
    assert outcome.overall_effectiveness == "good"
    assert (issue.code, "'Inspector'" in issue.detail) == ("unknown_column", True)


def test_a_note_below_the_table_is_an_issue_and_no_outcome():
    note: list[Cell] = ["Figures are provisional", *[""] * (len(CURRENT_HEADER) - 1)]
    outcomes, (issue,) = read(current(barnet("Good", "Good", "Good", "Good", "Good"), note))
    assert len(outcomes) == 1
    assert issue.code == "unreadable_row"
    assert "row 5" in issue.detail


def test_a_second_table_below_the_first_is_not_taken_for_an_authority():
    outcomes, issues = read(current(barnet("Good", "Good", "Good", "Good", "Good"), CURRENT_HEADER))
    assert len(outcomes) == 1
    assert [issue.code for issue in issues] == ["unreadable_row"]


def test_a_table_without_a_date_it_stands_for_is_not_read():
    sheets: Sheets = {"ILACS_inspection_history": [HISTORY_HEADER]}
    outcomes, (issue,) = read(sheets)
    assert (outcomes, issue.code) == ([], "no_as_at_date")
    with pytest.raises(NotAWorkbookError, match="as at 31 March YYYY"):
        parse_statistics_file(ods(sheets), URL)


def test_a_file_is_known_by_its_series_and_date():
    body = ods(current())
    file = parse_statistics_file(body, URL)
    assert file.file_key == "ofsted_inspection_outcomes-2025-03-31"
    assert file.title == "Local authority inspection outcomes as at 31 March 2025"
    assert (file.vintage, file.size_bytes) == (date(2025, 3, 31), len(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><title>Page not found - GOV.UK</title>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"name,grade\nBarnet,Good\n",
        b"PK\x03\x04 but nothing else",
        ods(current(barnet("Good", "Good", "Good", "Good", "Good")))[:700],
    ],
    ids=["empty", "html", "pdf", "other csv", "zip header only", "truncated"],
)
def test_other_bytes_are_refused_with_what_was_read_and_what_was_expected(body: bytes):
    with pytest.raises(NotAWorkbookError, match=rf"{len(body)} bytes .*expected"):
        workbook_text(body)


printable = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), max_size=20)
cells = st.one_of(printable, st.sampled_from(['a "quoted" name', "two\nlines", "one, two", "#5", "é’–"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(cells.filter(str.strip), min_size=1, max_size=5))
def test_every_outcome_points_at_its_own_line_of_the_text(names: list[str]):
    rows = [["", "E09000003", name, *barnet("Good", "Good", "Good", "Good", "Good")[3:]] for name in names]
    body = ods(current(*rows))
    text = workbook_text(body)
    outcomes = [item for item in parse_workbook(body, URL) if isinstance(item, OfficialOutcome)]
    assert [outcome.la_name for outcome in outcomes] == [" ".join(name.split()) for name in names]
    for outcome in outcomes:
        assert text[outcome.char_start : outcome.char_end] == outcome.quote
        assert text.split("\n")[outcome.row_number - 1] == outcome.quote


def facts(body: bytes) -> list[tuple[object, ...]]:
    """Return the outcomes without the place at which they are printed."""
    place = {"row_number", "quote", "char_start", "char_end"}
    names = [name for name in OfficialOutcome.__slots__ if name not in place]
    return [tuple(getattr(item, name) for name in names) for item in parse_workbook(body, URL)]


def test_a_snapshot_holds_the_same_facts_as_its_workbook():
    body = ods(
        current(barnet("Good", RI, "Good", "[c]", "", inspected_on=date(2022, 6, 1)))
        | in_year([*barnet(), "ILACS Focused Visit", "", "", "", "", "", "Children in need/subject to a plan"])
    )
    made = snapshot.snapshot(body, "outcomes.ods").encode()
    assert facts(made) == facts(body)
    assert len(facts(made)) == 2
    assert parse_statistics_file(made, URL).file_key == parse_statistics_file(body, URL).file_key


def test_no_snapshot_is_made_of_a_workbook_that_is_not_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    workbook, out = tmp_path / "outcomes.ods", tmp_path / "out.csv"
    workbook.write_bytes(ods(current(barnet("Good", "Good", "Quite good", "Good", "Good"))))
    assert snapshot.main([str(workbook), str(out)]) == 1
    assert "unknown_grade" in capsys.readouterr().err
    assert not out.exists()


def test_a_snapshot_is_written_to_the_named_file(tmp_path: Path):
    workbook, out = tmp_path / "outcomes.ods", tmp_path / "out.csv"
    workbook.write_bytes(ods(current(barnet("Good", "Good", "Good", "Good", "Good"))))
    assert snapshot.main([str(workbook), str(out)]) == 0
    assert len(facts(out.read_bytes())) == 1


def test_a_damaged_row_of_a_snapshot_is_an_issue_and_the_others_are_read():
    lines = SHIPPED.read_text("utf-8").splitlines()
    body = "\n".join(
        [*lines[:8], f"{lines[8]},one cell too many", "later" + lines[9].removeprefix("current"), *lines[10:]]
    )
    items = list(parse_workbook(body.encode(), URL))
    assert [item.code for item in items if isinstance(item, SourceIssue)] == ["unreadable_row", "unreadable_row"]
    assert sum(isinstance(item, OfficialOutcome) for item in items) == 153 + 112 + 271 - 2


def test_a_cell_too_long_to_be_read_is_an_issue():
    body = SHIPPED.read_bytes() + b"current," + b"x" * 200_000
    issues = [item for item in parse_workbook(body, URL) if isinstance(item, SourceIssue)]
    assert [issue.code for issue in issues] == ["unreadable_row"]


def test_a_snapshot_saved_with_other_line_ends_keeps_its_evidence():
    body = SHIPPED.read_bytes().replace(b"\n", b"\r\n")
    text = workbook_text(body)
    for item in parse_workbook(body, URL):
        assert isinstance(item, OfficialOutcome)
        assert text[item.char_start : item.char_end] == item.quote
        assert not item.quote.endswith("\r")


def test_the_shipped_snapshot_is_whole_and_wholly_understood():
    items = list(parse_workbook(SHIPPED.read_bytes(), URL))
    assert [item for item in items if isinstance(item, SourceIssue)] == []
    outcomes = [item for item in items if isinstance(item, OfficialOutcome)]
    assert Counter(outcome.dataset for outcome in outcomes) == {"current": 153, "in_year": 112, "history": 271}
    assert {outcome.vintage for outcome in outcomes} == {date(2025, 3, 31)}


def test_the_shipped_snapshot_names_its_source_and_licence():
    head = SHIPPED.read_text("utf-8").splitlines()[:5]
    assert head[0] == "# title: Local authority inspection outcomes as at 31 March 2025"
    assert "published: 2025-09-25" in head[1]
    assert "local-authority-inspection-outcomes-as-at-31-march-2025" in head[2]
    assert "Open Government Licence v3.0" in head[4]


def test_every_authority_of_the_shipped_snapshot_is_in_the_register():
    with (ROOT / "seeds" / "local_authorities.csv").open(encoding="utf-8", newline="") as file:
        register = list(csv.DictReader(file))
    codes = {code for row in register for code in (row["la_code"], *row["former_gss"].split("|"))}
    outcomes = [item for item in parse_workbook(SHIPPED.read_bytes(), URL) if isinstance(item, OfficialOutcome)]
    assert {outcome.la_code for outcome in outcomes} <= codes


def test_grades_and_periods_are_those_of_the_seeds():
    with (ROOT / "seeds" / "grades.csv").open(encoding="utf-8", newline="") as file:
        labels = {
            label.casefold(): row["grade"] for row in csv.DictReader(file) for label in row["printed_labels"].split("|")
        }
    assert parse.GRADES.items() <= labels.items()
    with (ROOT / "seeds" / "judgements.csv").open(encoding="utf-8", newline="") as file:
        ilacs = {row["judgement"]: row for row in csv.DictReader(file) if row["framework"] == "ilacs"}
    assert parse.JUDGEMENT_PERIODS["overall_effectiveness"][1].isoformat() == ilacs["overall_effectiveness"]["valid_to"]
    assert parse.JUDGEMENT_PERIODS["care_leavers"][0].isoformat() == ilacs["care_leavers"]["valid_from"]
