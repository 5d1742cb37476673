"""What the models promise, end to end: rows as the loader and the extraction leave them, one real build, the marts."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import REPOSITORY
from marts_home import REPORTS, VINTAGE, Fact, Landed, ilacs, insert, outcome, seen, work_home

from warehouse.build import build
from warehouse.home import Home

BARNET, BEXLEY, CAMDEN = "E09000003", "E09000004", "E09000007"
CUMBRIA, CUMBERLAND, BARNSLEY = "E10000006", "E06000063", "E08000038"
URNS = {BARNET: "80487", BEXLEY: "80488", CUMBRIA: "135513", CUMBERLAND: "2733690"}


def land_everything(landed: Landed) -> None:
    for name, code in (("Barnet", BARNET), ("Bexley", BEXLEY), ("Cumbria", CUMBRIA), ("Cumberland", CUMBERLAND)):
        landed.authority(URNS[code], name)

    # Barnet: a single inspection, the review of its board in the same PDF, then ILACS twice, the second issued again.
    landed.report(
        "1",
        Fact(
            "inspection",
            "sif",
            "London Borough of Barnet",
            date(2017, 4, 25),
            date(2017, 5, 18),
            date(2017, 7, 7),
            grades={"overall_effectiveness": "inadequate", "care_leavers": "good", "adoption": "good"},
        ),
        Fact(
            "lscb_review",
            "other",
            "London Borough of Barnet",
            date(2017, 4, 25),
            date(2017, 5, 18),
            date(2017, 7, 7),
            grades={"lscb": "inadequate"},
        ),
    )
    landed.entry(URNS[BARNET], "1", "Single inspection of LA children's services", "inspection", date(2017, 7, 7))
    landed.report("2", ilacs("Barnet Council", date(2019, 5, 13)))
    landed.entry(URNS[BARNET], "2", "Children's services inspection", "inspection", date(2019, 7, 5))
    landed.report("3", ilacs("Barnet Council", date(2024, 6, 10), "requires_improvement"))
    landed.report("3", ilacs("Barnet Council", date(2024, 6, 10), in_care="outstanding"), version=2)
    landed.entry(URNS[BARNET], "3", "Children's services inspection", "inspection", date(2024, 7, 30))

    # A letter about two authorities, and one whose theme only the workbook gives.
    joint = Fact(
        "jtai", "other", "North London", date(2022, 3, 7), date(2022, 3, 11), date(2022, 5, 1), theme="neglect"
    )
    landed.report("4", joint)
    for code in (BARNET, BEXLEY):
        landed.entry(URNS[code], "4", "Joint area child protection inspection", "jtai", date(2022, 5, 1))
    visit = Fact("focused_visit", "ilacs", "Bexley", date(2024, 11, 5), date(2024, 11, 6), date(2024, 12, 13))
    landed.report("5", visit)
    landed.entry(URNS[BEXLEY], "5", "Children's services focused visit", "focused_visit", date(2024, 12, 13))

    # The register's abolished authority and its successor; a report without a timeline; one of spring 2026.
    landed.report("6", ilacs("Cumbria County Council", date(2022, 9, 20), "requires_improvement"))
    landed.entry(URNS[CUMBRIA], "6", "Children's services inspection", "inspection", date(2022, 11, 18))
    landed.report("7", ilacs("Cumberland", date(2024, 9, 30)))
    landed.entry(URNS[CUMBERLAND], "7", "Children's services inspection", "inspection", date(2024, 11, 26))
    landed.report("8", ilacs("London Borough of Camden", date(2026, 4, 27), overall_effectiveness=None))

    # What is not understood: another authority's report, a label and a title that nobody knows, an unknown name.
    landed.report("9", Fact("send", "other", "Camden", date(2023, 1, 16), date(2023, 1, 20), date(2023, 3, 2)))
    landed.entry(URNS[BEXLEY], "9", "Children's services focused visit", "focused_visit", date(2023, 3, 2))
    landed.report("10", Fact("other", "other", "Bexley"))
    landed.entry(URNS[BEXLEY], "10", "A new sort of letter", None, date(2025, 3, 2))
    landed.report("11", ilacs("Middle Earth", date(2023, 2, 6)))
    reject = {"url": "https://files.ofsted.gov.uk/v1/file/12", "reason": "not_pdf", "detail": "an HTML page"}
    insert(landed.connection, "raw.rejects", source=REPORTS, file_key="12", **reject, **seen())

    landed.workbook(
        outcome(BARNET, "Barnet", date(2024, 6, 5), grades={"overall_effectiveness": "good", "in_care": "good"}),
        outcome("E08000016", "Barnsley", date(2018, 10, 8)),
        outcome("E08000016", "Barnsley", date(2023, 9, 11), inspection_type="ilacs_short_inspection"),
        outcome(
            BEXLEY,
            "Bexley",
            date(2024, 11, 5),
            dataset="in_year",
            inspection_type="ilacs_focused_visit",
            theme="Front door",
            grades={},
        ),
        outcome("W06000001", "Anglesey", date(2024, 1, 8)),
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = work_home(tmp_path_factory.mktemp("models"))
    with place.work_database() as connection:
        land_everything(Landed(connection))
    result = build(place.root, lambda _: None)
    assert result.ok, "\n".join(map(str, result.failures))
    return place


@pytest.fixture(scope="module")
def marts(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """What was built, as a copy: a reader of the work database keeps the next build out."""
    copy = shutil.copy(home.work, home.root / "copy.duckdb")
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection


def rows(marts: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return marts.execute(query, list(parameters)).fetchall()


def test_the_register_is_published_with_its_lists(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select replaced_by, is_current, former_gss from marts.local_authorities where la_code = ?"
    assert rows(marts, query, CUMBRIA) == [([CUMBERLAND, "E06000064"], False, [])]
    assert rows(marts, query, BARNSLEY) == [([], True, ["E08000016"])]
    trust = "select provider_trust from marts.local_authorities where la_name = 'Birmingham'"
    assert rows(marts, trust) == [("Birmingham Children's Trust",)]


def test_both_versions_of_a_file_are_documents_and_a_dead_letter_is_none(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(marts, "select file_key, count(*) from marts.documents where file_key in ('3', '12') group by all")
    assert found == [("3", 2)]


def test_a_document_has_one_address_whichever_host_served_it(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(marts, "select distinct url, canonical_url from marts.documents where file_key = '3'")
    assert found == [("https://files.api.ofsted.gov.uk/v1/file/3", "https://files.ofsted.gov.uk/v1/file/3")]


def test_a_report_issued_again_is_one_inspection_with_the_later_grades(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select judgement, grade, documents.content_sha256
        from marts.ratings inner join marts.documents using (document_id)
        where la_code = ? and inspected_from = date '2024-06-10' and judgement in ('overall_effectiveness', 'in_care')
        order by judgement
    """
    version_2 = f"{3:060x}{2:04x}"
    assert rows(marts, query, BARNET) == [
        ("in_care", "outstanding", version_2),
        ("overall_effectiveness", "good", version_2),
    ]


def test_a_letter_about_two_authorities_is_an_inspection_of_each(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(marts, "select la_code, theme from marts.inspections where event_type = 'jtai' order by 1")
    assert found == [(BARNET, "neglect"), (BEXLEY, "neglect")]


def test_two_reports_in_one_file_are_two_inspections(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select event_type, overall_grade_status from marts.inspections where report_url like '%/1' order by 1"
    assert rows(marts, query) == [("inspection", "graded"), ("lscb_review", "framework_has_none")]


def test_change_is_from_the_inspection_before(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select inspected_from, judgement, previous_grade, change from marts.ratings
        where la_code = ? and judgement in ('overall_effectiveness', 'care_leavers', 'in_care') order by 1, 2
    """
    assert rows(marts, query, BARNET) == [
        (date(2017, 4, 25), "care_leavers", None, "first"),
        (date(2017, 4, 25), "overall_effectiveness", None, "first"),
        (date(2019, 5, 13), "overall_effectiveness", "inadequate", "improved"),
        (date(2024, 6, 10), "care_leavers", "good", "unchanged"),
        (date(2024, 6, 10), "in_care", "good", "improved"),
        (date(2024, 6, 10), "overall_effectiveness", "good", "unchanged"),
    ]


def test_only_the_latest_inspection_of_a_current_authority_is_current(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct la_code, inspected_from from marts.ratings where is_current order by 1"
    assert rows(marts, query) == [
        (CUMBERLAND, date(2024, 9, 30)),
        (BARNSLEY, date(2023, 9, 11)),
        (BARNET, date(2024, 6, 10)),
        (CAMDEN, date(2026, 4, 27)),
    ]


def test_no_overall_grade_since_april_2026(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select overall_grade, overall_grade_status from marts.inspections where la_code = ?"
    assert rows(marts, query, CAMDEN) == [(None, "framework_has_none")]


def test_a_file_on_no_timeline_goes_by_its_printed_authority(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, "select la_code from marts.inspections where report_url like '%/8'") == [(CAMDEN,)]


def test_reports_are_reconciled_with_an_official_date_some_days_off(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select judgement, official_grade, agrees_with_official, official_vintage from marts.ratings
        where la_code = ? and official_grade is not null order by 1
    """
    assert rows(marts, query, BARNET) == [
        ("in_care", "good", False, VINTAGE),
        ("overall_effectiveness", "good", True, VINTAGE),
    ]
    assert (
        len(rows(marts, "select * from marts.inspections where la_code = ? and inspected_from > '2024-01-01'", BARNET))
        == 1
    )


def test_official_statistics_stand_where_no_report_was_read(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select inspected_from, judgement, grade, source_kind, inspected_to from marts.ratings
        where la_code = ? and judgement like '%care%' order by 1, 2
    """
    assert rows(marts, query, BARNSLEY) == [
        (date(2018, 10, 8), "in_care_and_care_leavers", "good", "official_statistics", None),
        (date(2023, 9, 11), "care_leavers", "good", "official_statistics", None),
        (date(2023, 9, 11), "in_care", "good", "official_statistics", None),
    ]


def test_the_theme_of_a_visit_comes_from_the_workbook_where_the_letter_gives_none(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    query = "select theme, source_kind, overall_grade_status from marts.inspections where event_type = 'focused_visit'"
    assert rows(marts, query) == [("front_door", "report", "visit_has_none")]


@pytest.mark.parametrize("table", ["ratings", "inspections"])
def test_every_quote_stands_in_the_text_of_its_document(marts: duckdb.DuckDBPyConnection, table: str) -> None:
    query = f"""
        select count(*), count(*) filter (substring(text, char_start + 1, char_end - char_start) = quote)
        from marts.{table} inner join marts.document_texts using (document_id) where quote is not null
    """
    quoted, found = rows(marts, query)[0]
    assert quoted == found > 5


def test_what_was_not_understood_is_listed(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select code, coalesce(la_code, '') from marts.data_issues order by all"
    assert rows(marts, query) == [
        ("authority_mismatch", BEXLEY),
        ("event_type_disagreement", BEXLEY),
        ("official_disagreement", BARNET),
        ("official_without_authority", ""),
        ("rejected_not_pdf", ""),
        ("unknown_event", BEXLEY),
        ("unresolved_authority", ""),
    ]


def test_an_issue_says_what_was_read_and_where(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(marts, "select detail, quote, url from marts.data_issues where code = 'official_disagreement'")
    detail, quote, url = found[0]
    assert "the report says outstanding" in detail
    assert "say good" in detail
    assert quote == "in_care Outstanding"
    assert url.endswith("/v1/file/3")


def test_descriptions_become_comments_of_every_column(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    views = {"runs", "source_runs", "quality_results"}
    assert [found for found in rows(marts, query) if found[0] not in views] == []


def test_ids_are_hashes_of_natural_keys(marts: duckdb.DuckDBPyConnection) -> None:
    key = f"{BARNET}|inspection|2024-06-10|".encode()
    query = "select inspection_id from marts.inspections where report_url like '%/3'"
    assert rows(marts, query) == [(hashlib.md5(key, usedforsecurity=False).hexdigest(),)]


def test_no_name_of_the_register_means_two_authorities_of_one_time(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select plain_name from intermediate.int_authority_names as a
        inner join intermediate.int_authority_names as b using (plain_name)
        where a.la_code < b.la_code and (a.active_to is null or b.active_from <= a.active_to)
            and (b.active_to is null or a.active_from <= b.active_to)
    """
    assert rows(marts, query) == []


def test_what_fails_is_reported_with_its_message_or_the_rows_that_break_it(tmp_path: Path) -> None:
    broken = work_home(tmp_path)
    file = {"source": REPORTS, "kind": "report", "url": "https://files.ofsted.gov.uk/v1/file/1", "size_bytes": 1}
    file |= {"last_fetched_at": seen()["last_seen_at"]}
    with broken.work_database() as connection:
        connection.execute("alter table raw.rejects drop column detail")
        # Two keys of one hash, as no source makes them.
        insert(connection, "raw.files", **file, file_key="1", content_sha256="2|3", **seen())
        insert(connection, "raw.files", **file, file_key="1|2", content_sha256="3", **seen())
    result = build(broken.root, lambda _: None)
    assert not result.ok
    assert result.summary.endswith("2 failed")
    model, test = sorted(result.failures, key=lambda failure: failure.kind)
    assert model.name == "stg_rejects"
    assert '"detail" not found' in model.message
    assert test.description == "stg_documents.document_id unique"
    assert test.columns == ("unique_field", "n_records")
    assert [count for _, count in test.rows] == [2]
    assert str(test).startswith("test unique_stg_documents_document_id: 1 found")


def test_the_rules_pass_their_unit_tests(home: Home) -> None:
    command = [str(Path(sys.executable).with_name("dbt")), "test", "--select", "test_type:unit"]
    command += ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
    command += ["--target-path", str(home.root / "dbt" / "target"), "--log-path", str(home.root / "dbt" / "logs")]
    environment = {"CASELOAD_WATCH_HOME": str(home.root)}
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 unit tests" in done.stdout
