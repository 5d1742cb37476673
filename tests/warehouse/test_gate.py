"""Each expectation of the gate can fail: one row broken in one way turns it red, and only what was checked passes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import REPOSITORY
from marts_home import Fact, Landed, ilacs, outcome, work_home

from warehouse.build import build
from warehouse.gate import GateError, GateReport, Suite, read_suites, run_gate

BARNET = "E09000003"
COMPLETENESS = "every authority of three years or more has current ratings, once official statistics are loaded"

SUITES = {suite.name: suite for suite in read_suites()}
#: Grades in about the shares that ILACS gives them.
GRADES = ("good", "good", "good", "requires_improvement", "requires_improvement", "outstanding", "inadequate")

#: By suite and description of the expectation, what breaks it.
BROKEN = {
    ("marts.ratings", "there are ratings"): "delete from marts.ratings",
    ("marts.ratings", "rating_id is the key"): "insert into marts.ratings select * from marts.ratings limit 1",
    ("marts.ratings", "an inspection gives each judgement once"): (
        "insert into marts.ratings select * replace ('another' as rating_id) from marts.ratings limit 1"
    ),
    ("marts.ratings", "an authority has one current rating of a judgement"): (
        "update marts.ratings set is_current = true where la_name = 'Barnet'"
    ),
    ("marts.ratings", "an abolished authority has no current rating"): (
        "update marts.ratings set is_current = true where la_name = 'Cumbria'"
    ),
    ("marts.ratings", COMPLETENESS): ("update marts.ratings set is_current = false where la_name = 'Bexley'"),
    ("marts.ratings", "an ILACS inspection gives four judgements to the end of 2022 and five since"): (
        "delete from marts.ratings where la_name = 'Bexley' and judgement = 'care_leavers'"
    ),
    ("marts.ratings", "each judgement is one that its framework makes"): (
        "update marts.ratings set judgement = 'adoption' where la_name = 'Bexley' and judgement = 'care_leavers'"
    ),
    ("marts.ratings", "ILACS judges care leavers on their own from 2023 by inspection date, and not before"): (
        "update marts.ratings set inspected_from = '2022-12-31' where la_name = 'Bexley' and judgement = 'care_leavers'"
    ),
    ("marts.ratings", "ILACS gives no overall grade from April 2026"): (
        "update marts.ratings set inspected_from = '2026-04-01' where la_name = 'Bexley'"
    ),
    ("marts.ratings", "adequate is a grade of the 2013 scale only"): (
        "update marts.ratings set grade = 'adequate' where la_name = 'Bexley'"
    ),
    ("marts.ratings", "a grade is there if and only if its status is graded"): (
        "update marts.ratings set grade = null where la_name = 'Bexley'"
    ),
    ("marts.ratings", "each grade has its quote, offsets and address"): (
        "update marts.ratings set quote = null where la_name = 'Bexley'"
    ),
    ("marts.ratings", "each rating quotes words that stand at its offsets in the text of its document"): (
        "update marts.ratings set char_start = char_start + 1 where la_name = 'Barnet'"
    ),
    ("marts.ratings", "the quote of each grade read from a report says that grade"): (
        "update marts.ratings set grade = 'inadequate' where la_name = 'Barnet'"
    ),
    ("marts.ratings", "at most 2% of judgements, or five, cannot be read"): (
        "update marts.ratings set grade_status = 'unreadable' where judgement = 'in_care'"
    ),
    (
        "marts.ratings",
        "of 100 or more overall grades of ILACS, each grade's share is near that of the years since 2018",
    ): "update marts.ratings set grade = 'good'",
    (
        "marts.ratings",
        "reports and official statistics disagree on at most 2%, or five, of the grades that both give",
    ): "update marts.ratings set agrees_with_official = false where la_code < 'E06000010'",
    ("marts.ratings", "no more than 5% of the ratings last published are gone"): (
        "delete from marts.ratings where la_code > 'E10'"
    ),
    ("marts.ratings", "no authority loses the current ratings that were last published"): (
        "update marts.ratings set is_current = false where la_name = 'Bexley'"
    ),
    ("marts.ratings", "at most 2% of the grades last published, or five, are now another grade"): (
        "update marts.ratings set grade = 'outstanding'"
    ),
    ("marts.inspections", "there are inspections"): "delete from marts.inspections",
    ("marts.inspections", "inspection_id is the key"): (
        "insert into marts.inspections select * from marts.inspections limit 1"
    ),
    ("marts.inspections", "the authority of at most 5% of inspections, or five, is not known"): (
        "update marts.inspections set la_code = null where la_code > 'E09'"
    ),
    ("marts.inspections", "a visit, joint or SEND inspection grades nothing"): (
        "update marts.inspections set event_type = 'focused_visit' where la_name = 'Bexley'"
    ),
    ("marts.inspections", "an overall grade is there if and only if its status is graded"): (
        "update marts.inspections set overall_grade = null where la_name = 'Bexley'"
    ),
    (
        "marts.inspections",
        "at most 2% of inspections, or five, end before they begin, take over 150 days, are published before they end,"
        " or are of before 2005",
    ): "update marts.inspections set published_on = inspected_from - 1",
    ("marts.inspections", "the dates of at most 10% of inspections, or five, are not known"): (
        "update marts.inspections set inspected_from = null where la_code > 'E09'"
    ),
    ("marts.inspections", "at most 5% of inspections, or five, are of a kind that is not known"): (
        "update marts.inspections set event_type = 'other' where la_code > 'E09'"
    ),
    (
        "marts.inspections",
        "at most 2% of inspections, or five, stand twice: from a report, and within a month of it from official"
        " statistics",
    ): (
        "insert into marts.inspections select * replace ('report' as source_kind, inspected_from + 20 as"
        " inspected_from) from marts.inspections where source_kind = 'official_statistics'"
    ),
    (
        "marts.inspections",
        "each inspection with dates quotes words that stand at its offsets in the text of its document",
    ): "update marts.inspections set quote = quote || '.' where la_name = 'Barnet'",
    ("marts.inspections", "no more than 5% of the inspections last published are gone"): (
        "delete from marts.inspections where la_code > 'E10'"
    ),
    ("marts.documents", "there are documents"): "delete from marts.documents",
    ("marts.documents", "document_id is the key"): "insert into marts.documents select * from marts.documents limit 1",
    ("marts.documents", "a file has one row for each version of its bytes"): (
        "insert into marts.documents select * replace ('another' as document_id) from marts.documents limit 1"
    ),
    ("marts.documents", "each document has the SHA-256 of its bytes and the address it came from"): (
        "update marts.documents set content_sha256 = 'none'"
    ),
    ("marts.documents", "every document was read, or tried"): (
        "update marts.documents set extraction_status = 'pending' where file_key = '1'"
    ),
    ("marts.documents", "at most 2% of documents, or five, could not be read"): (
        "update marts.documents set extraction_status = 'failed' where kind = 'report'"
    ),
    ("marts.documents", "every document that was read has a text to quote from"): (
        "update marts.document_texts set text = ''"
    ),
    ("marts.documents", "at most 2% of reports, or five, were read and tell of no inspection"): (
        "delete from marts.inspections where source_kind = 'report'"
    ),
    ("marts.documents", "no more than 5% of the documents last published are gone"): (
        "delete from marts.documents where file_key = '1'"
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work database with an official inspection of each current authority, and eight reports."""
    home = work_home(tmp_path_factory.mktemp("gate"))
    with (REPOSITORY / "seeds/local_authorities.csv").open(encoding="utf-8") as file:
        current = [row for row in csv.DictReader(file) if not row["active_to"]]
    with home.work_database() as connection:
        landed = Landed(connection)
        landed.workbook(
            *(
                outcome(row["la_code"], row["la_name"], date(2023, 1, 9) + timedelta(days=n), GRADES[n % len(GRADES)])
                for n, row in enumerate(current)
            )
        )
        landed.report("1", ilacs("Barnet", date(2019, 5, 13)))
        landed.report("2", ilacs("Barnet", date(2024, 6, 10), "requires_improvement"))
        landed.report("3", ilacs("Cumbria", date(2022, 9, 20)))
        landed.report("4", Fact("jtai", "other", "Barnet", date(2022, 3, 7), date(2022, 3, 11), date(2022, 5, 1)))
        for number, name in enumerate(("Camden", "Brent", "Enfield", "Ealing"), start=5):
            landed.report(str(number), ilacs(name, date(2024, 9, 2)))
    result = build(home.root, lambda _: None)
    assert result.ok, "\n".join(map(str, result.failures))
    return home.work


@pytest.fixture
def work(built: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it to break."""
    copy = Path(shutil.copy(built, tmp_path / "work.duckdb"))
    yield copy
    copy.unlink()


def break_it(work: Path, statement: str) -> None:
    with duckdb.connect(str(work)) as connection:
        connection.execute(statement)


def only(suite: str, description: str) -> Suite:
    found = [e for e in SUITES[suite].expectations if e["description"] == description]
    assert len(found) == 1, description
    return replace(SUITES[suite], expectations=tuple(found))


@pytest.fixture(scope="module")
def report(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[GateReport, Path]:
    """The whole gate over good marts, with the same marts as last published; and where its web site stands."""
    folder = tmp_path_factory.mktemp("docs")
    previous = shutil.copy(built, folder / "published.duckdb")
    return run_gate(built, folder / "docs", Path(previous)), folder / "docs"


def test_good_marts_pass_every_expectation(report: tuple[GateReport, Path]) -> None:
    found, _ = report
    assert found.passed, found.readable()
    assert len(found.results) == sum(len(suite.expectations) for suite in SUITES.values())
    assert {result.table_name for result in found.results} == {"marts.ratings", "marts.inspections", "marts.documents"}


def test_the_results_stand_on_a_web_site(report: tuple[GateReport, Path]) -> None:
    _, docs = report
    assert "marts.ratings" in (docs / "index.html").read_text("utf-8")


def test_the_database_can_be_written_to_after_the_gate(built: Path, report: tuple[GateReport, Path]) -> None:
    break_it(built, "select 1")


def test_every_expectation_has_a_fixture_that_breaks_it() -> None:
    expected = {(suite.name, e["description"]) for suite in SUITES.values() for e in suite.expectations}
    assert set(BROKEN) == expected


@pytest.mark.parametrize(("suite", "description"), BROKEN, ids=lambda text: text)
def test_a_broken_row_turns_the_gate_red(work: Path, built: Path, tmp_path: Path, suite: str, description: str) -> None:
    previous = Path(shutil.copy(built, tmp_path / "published.duckdb"))
    break_it(work, BROKEN[suite, description])
    found = run_gate(work, tmp_path / "docs", previous, [only(suite, description)])
    assert not found.passed
    (result,) = found.results
    assert result.success is False, result
    assert result.error is None
    assert description in found.readable()


def test_a_failure_shows_rows_that_break_it(work: Path, tmp_path: Path) -> None:
    break_it(work, "update marts.ratings set is_current = false where la_name = 'Bexley'")
    wanted = only("marts.ratings", COMPLETENESS)
    found = run_gate(work, tmp_path / "docs", None, [wanted])
    assert found.results[0].unexpected_count == 1
    assert "la_code=E09000004, la_name=Bexley" in found.readable()


def test_completeness_asks_nothing_of_a_home_without_official_statistics(work: Path, tmp_path: Path) -> None:
    break_it(work, "delete from marts.documents where kind = 'statistics'; update marts.ratings set is_current = false")
    wanted = only("marts.ratings", COMPLETENESS)
    assert run_gate(work, tmp_path / "docs", None, [wanted]).passed


def test_nothing_is_compared_where_nothing_was_published(built: Path, tmp_path: Path) -> None:
    wanted = only("marts.ratings", "no more than 5% of the ratings last published are gone")
    assert run_gate(built, tmp_path / "docs", None, [wanted]).results == ()


def test_a_gate_that_evaluated_nothing_refuses(built: Path, tmp_path: Path) -> None:
    found = run_gate(built, tmp_path / "docs", None, [])
    assert not found.passed
    assert found.summary == "no expectation was evaluated: refused"


def test_an_expectation_that_raises_is_an_error_and_no_failure(built: Path, tmp_path: Path) -> None:
    query = {"unexpected_rows_query": "select nonsense from {batch}"}
    wrong = {"type": "unexpected_rows_expectation", "description": "of a column that is not there", "kwargs": query}
    missing = {"type": "expect_column_values_to_be_unique", "description": "of no table", "kwargs": {"column": "id"}}
    suites = [Suite("one", "marts", "ratings", (wrong,)), Suite("two", "marts", "nothing", (missing,))]
    found = run_gate(built, tmp_path / "docs", None, suites)
    assert not found.passed
    assert found.failed == ()
    assert [result.success for result in found.results] == [None, None]
    assert '"nonsense" not found' in str(found.results[0].error)
    assert "nothing does not exist" in str(found.results[1].error)
    assert "2 raised an error" in found.summary


def test_a_file_that_is_no_suite_is_named(tmp_path: Path) -> None:
    (tmp_path / "marts.ratings.json").write_text('{"expectations": [{"type": "of no description", "kwargs": {}}]}')
    with pytest.raises(GateError, match=r"marts\.ratings\.json: not a suite of expectations \(KeyError"):
        read_suites(tmp_path)
