"""The real workbooks of Ofsted and files of DfE agree with the shipped snapshot and the register."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from crawler.items import OfficialOutcome
from crawler.sources.official_statistics import parse, snapshot
from crawler.sources.official_statistics.parse import parse_workbook, workbook_text

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("CASELOAD_WATCH_SHARED", ROOT.parent / "shared"))
SHIPPED = Path(parse.__file__).with_name("ofsted_inspection_outcomes.csv")
OFSTED = SHARED / "data" / "official" / "ofsted"
DFE = SHARED / "data" / "official" / "dfe"
REGISTER = SHARED / "data" / "register"
WORKBOOK_2025 = OFSTED / "LA_Inspection_Outcomes_as_at_31_March_2025.ods"
WORKBOOK_2023 = OFSTED / "Childrens_social_care_in_England_2023_underlying_data.ods"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not OFSTED.is_dir(), reason=f"no official workbooks at {OFSTED}: set CASELOAD_WATCH_SHARED"),
]

Row = dict[str, str]


def read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def listed(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def normalise(name: str) -> str:
    folded = re.sub(r"['’.]", "", name.casefold().replace("&", " and "))
    return " ".join(re.findall(r"[a-z0-9]+", folded))


REGISTERED = read_csv(ROOT / "seeds" / "local_authorities.csv")
BY_DFE = {row["dfe_code"]: row for row in REGISTERED}
BY_CODE = {code: row for row in REGISTERED for code in (row["la_code"], *listed(row["former_gss"]))}
NAMES = {row["la_code"]: {normalise(name) for name in (row["la_name"], *listed(row["aliases"]))} for row in REGISTERED}


def outcomes(path: Path) -> list[OfficialOutcome]:
    items = list(parse_workbook(path.read_bytes(), path.name))
    read = [item for item in items if isinstance(item, OfficialOutcome)]
    assert len(read) == len(items), "the workbook has something that was not understood"
    return read


def facts(path: Path) -> list[tuple[object, ...]]:
    place = {"row_number", "quote", "char_start", "char_end"}
    return [
        tuple(getattr(item, name) for name in OfficialOutcome.__slots__ if name not in place) for item in outcomes(path)
    ]


@pytest.mark.parametrize(
    ("workbook", "rows"),
    [
        (WORKBOOK_2025, {"current": 153, "in_year": 112, "history": 271}),
        (WORKBOOK_2023, {"current": 152, "in_year": 111}),
    ],
    ids=["2025", "2023"],
)
def test_a_real_workbook_is_wholly_understood(workbook: Path, rows: dict[str, int]):
    assert Counter(outcome.dataset for outcome in outcomes(workbook)) == rows


def test_every_row_of_a_real_workbook_stands_where_it_says():
    for workbook in (WORKBOOK_2025, WORKBOOK_2023):
        text = workbook_text(workbook.read_bytes())
        lines = text.split("\n")
        for outcome in outcomes(workbook):
            assert text[outcome.char_start : outcome.char_end] == outcome.quote == lines[outcome.row_number - 1]


def test_the_shipped_snapshot_holds_exactly_the_facts_of_the_workbook():
    assert facts(SHIPPED) == facts(WORKBOOK_2025)


def test_the_shipped_snapshot_is_what_the_script_makes():
    assert snapshot.snapshot(WORKBOOK_2025.read_bytes(), WORKBOOK_2025.name) == SHIPPED.read_text("utf-8")


def test_the_history_has_the_published_number_of_each_overall_grade():
    grades = Counter(o.overall_effectiveness for o in outcomes(WORKBOOK_2025) if o.dataset == "history")
    assert grades == {"inadequate": 35, "requires_improvement": 74, "good": 107, "outstanding": 55}


def test_only_visits_lack_grades_and_only_inspections_before_2023_one_for_care_leavers():
    for workbook in (WORKBOOK_2025, WORKBOOK_2023):
        for outcome in outcomes(workbook):
            visit = outcome.inspection_type in parse.VISITS
            assert outcome.inspected_on is not None
            assert outcome.overall_effectiveness_status == ("not_applicable" if visit else "graded")
            assert (outcome.theme is not None) == visit
            if not visit:
                before = outcome.inspected_on < date(2023, 1, 1)
                assert outcome.care_leavers_status == ("framework_has_none" if before else "graded")


def test_the_grade_that_was_corrected_in_2025_is_the_corrected_one():
    (staffordshire,) = [
        outcome
        for outcome in outcomes(WORKBOOK_2025)
        if (outcome.dataset, outcome.la_name, outcome.inspected_on) == ("history", "Staffordshire", date(2023, 11, 6))
    ]
    assert staffordshire.care_leavers == "requires_improvement"


def test_every_authority_of_the_2025_workbook_is_registered_under_its_code_and_name():
    for outcome in outcomes(WORKBOOK_2025):
        assert outcome.la_code is not None
        row = BY_CODE[outcome.la_code]
        assert normalise(outcome.la_name) in NAMES[row["la_code"]]
        assert bool(row["active_to"]) == (outcome.la_status == "no_longer_exists")


def test_every_name_of_the_2023_workbook_is_one_authority_of_that_time():
    for outcome in outcomes(WORKBOOK_2023):
        day = outcome.inspected_on
        assert day is not None
        owners = [
            row["la_code"]
            for row in REGISTERED
            if normalise(outcome.la_name) in NAMES[row["la_code"]]
            and row["active_from"] <= day.isoformat() <= (row["active_to"] or "9999")
        ]
        assert len(owners) == 1, outcome.la_name


def test_every_key_and_name_of_the_workforce_census_is_registered():
    seen = set()
    for row in read_csv(DFE / "csww_indicators_2017_to_2025.csv"):
        if row["geographic_level"] == "Local authority":
            keys = (row["old_la_code"].split(" / "), row["new_la_code"].split(" / "), row["la_name"].split(" / "))
            for number, code, name in zip(*keys, strict=True):
                assert BY_CODE[code]["dfe_code"] == number, name
                assert BY_CODE[code]["la_name"] == name
                seen.add(number)
    assert seen == set(BY_DFE)


def test_the_neighbours_are_those_of_the_2025_model_in_its_order():
    model = {
        row["old_la_code"]: [BY_DFE[row[f"SN_{at}"]]["la_code"] for at in range(1, 11)]
        for row in read_csv(DFE / "sn_model_2025_wide.csv")
    }
    registered = {
        row["dfe_code"]: listed(row["statistical_neighbours"]) for row in REGISTERED if row["statistical_neighbours"]
    }
    assert registered == model


def test_the_urns_are_those_of_the_lookup_that_others_use():
    lookup = {row["la_code"]: row["urn"] for row in read_csv(REGISTER / "d2i_Provider_data_lookup.csv")}
    assert {row["dfe_code"]: row["ofsted_urn"] for row in REGISTERED if row["ofsted_urn"]} == lookup


def test_former_codes_are_those_of_the_public_register_of_names_and_of_2025():
    public = {
        row["gss-code"]: row["former-gss-codes"]
        for row in read_csv(REGISTER / "mysociety_uk_local_authorities_future.csv")
        if row["gss-code"] in BY_CODE and row["former-gss-codes"]
    }
    former = {row["la_code"]: row["former_gss"] for row in REGISTERED if row["former_gss"]}
    assert public.items() <= former.items()
    # not there: two boundary changes of 2025, and counties listed apart from the unitaries that they became
    assert {BY_CODE[code]["la_name"] for code in former.keys() - public.keys()} == {
        "Barnsley",
        "Sheffield",
        "Buckinghamshire",
        "North Yorkshire",
        "Somerset",
    }


def test_every_authority_printed_on_a_labelled_report_is_registered_under_the_reports_urn():
    by_urn = {row["ofsted_urn"]: row["la_code"] for row in REGISTERED}
    printed = {(row["urn"], row["local_authority"]) for row in read_csv(SHARED / "data" / "gold" / "judgements.csv")}
    unknown = {name for urn, name in printed if normalise(name) not in NAMES[by_urn[urn]]}
    # a board and a department are printed in place of the authority on two reports
    assert unknown == {"Surrey Safeguarding Children Board", "Medway Children’s Services"}
