"""The register and the vocabularies in `seeds/` keep what `seeds/seeds.yml` says of them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "seeds"

Row = dict[str, str]


def read_seed(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def normalise(name: str) -> str:
    """Fold what the same name is printed with or without: case, punctuation, "&" for "and"."""
    folded = re.sub(r"['’.]", "", name.casefold().replace("&", " and "))
    return " ".join(re.findall(r"[a-z0-9]+", folded))


def overlap(one: Row, other: Row) -> bool:
    return (one["active_from"] <= (other["active_to"] or "9999")) and (
        other["active_from"] <= (one["active_to"] or "9999")
    )


AUTHORITIES = read_seed("local_authorities")
CURRENT = [row for row in AUTHORITIES if not row["active_to"]]
BY_GSS = {row["la_code"]: row for row in AUTHORITIES}
TRUSTS = read_seed("children_services_trusts")


def test_there_are_153_current_authorities_of_each_type():
    types = Counter(row["la_type"] for row in CURRENT)
    assert types == {"unitary": 63, "metropolitan_district": 36, "london_borough": 33, "county": 21}
    assert types.total() == 153


def test_there_are_as_many_current_authorities_in_each_region_as_the_map_has():
    assert Counter(row["region"] for row in CURRENT) == {
        "London": 33,
        "North West": 24,
        "South East": 19,
        "South West": 15,
        "Yorkshire and The Humber": 15,
        "West Midlands": 14,
        "North East": 12,
        "East of England": 11,
        "East Midlands": 10,
    }


def test_ofsteds_region_follows_from_the_region():
    joined = {"North East", "Yorkshire and The Humber"}
    for row in AUTHORITIES:
        expected = "North East, Yorkshire and the Humber" if row["region"] in joined else row["region"]
        assert row["ofsted_region"] == expected, row["la_name"]


def test_the_abolished_authorities_are_those_of_2019_2021_and_2023():
    abolished = {(row["la_name"], row["active_to"]) for row in AUTHORITIES if row["active_to"]}
    assert abolished == {
        ("Bournemouth", "2019-03-31"),
        ("Poole", "2019-03-31"),
        ("Dorset", "2019-03-31"),
        ("Northamptonshire", "2021-03-31"),
        ("Cumbria", "2023-03-31"),
    }


def test_every_gss_code_is_well_formed_and_never_used_twice_former_ones_included():
    codes = [code for row in AUTHORITIES for code in (row["la_code"], *listed(row["former_gss"]))]
    assert [code for code in codes if not re.fullmatch(r"E(06|08|09|10)\d{6}", code)] == []
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_the_gss_code_says_the_type():
    types = {"E06": "unitary", "E08": "metropolitan_district", "E09": "london_borough", "E10": "county"}
    assert [row["la_name"] for row in AUTHORITIES if types[row["la_code"][:3]] != row["la_type"]] == []


@pytest.mark.parametrize(("key", "form"), [("dfe_code", r"\d{3}"), ("ofsted_urn", r"\d{5,7}")])
def test_the_other_keys_are_well_formed_and_unique(key: str, form: str):
    values = [row[key] for row in AUTHORITIES if row[key]]
    assert [value for value in values if not re.fullmatch(form, value)] == []
    assert len(values) == len(set(values))


def test_only_two_abolished_authorities_have_no_urn():
    assert {row["dfe_code"] for row in AUTHORITIES if not row["ofsted_urn"]} == {"835", "837"}


def test_every_successor_exists_and_begins_the_day_after():
    for row in AUTHORITIES:
        assert bool(row["active_to"]) == bool(row["replaced_by"]), row["la_name"]
        for successor in listed(row["replaced_by"]):
            the_day_after = date.fromisoformat(row["active_to"]) + timedelta(days=1)
            assert date.fromisoformat(BY_GSS[successor]["active_from"]) == the_day_after, row["la_name"]


def test_every_authority_that_began_since_2013_has_a_predecessor():
    begun = {row["la_code"] for row in AUTHORITIES if row["active_from"] > "2013"}
    assert begun == {successor for row in AUTHORITIES for successor in listed(row["replaced_by"])}


def test_no_name_or_alias_belongs_to_two_authorities_of_the_same_time():
    owners: dict[str, list[Row]] = {}
    for row in AUTHORITIES:
        for name in {normalise(name) for name in (row["la_name"], *listed(row["aliases"]))}:
            owners.setdefault(name, []).append(row)
    clashes = {
        name: [row["la_code"] for row in rows]
        for name, rows in owners.items()
        if any(overlap(one, other) for at, one in enumerate(rows) for other in rows[at + 1 :])
    }
    assert clashes == {}
    assert [row["la_code"] for row in owners["dorset"]] == ["E10000009", "E06000059"]


def test_every_authority_has_the_full_name_of_its_council_first_and_no_untidy_alias():
    council = re.compile(r"\b(Council|Corporation|(London|Royal) Borough of)\b")
    for row in AUTHORITIES:
        aliases = listed(row["aliases"])
        assert council.search(aliases[0]), row["la_name"]
        assert [alias for alias in aliases if alias != " ".join(alias.split()) or alias[0].islower()] == []
        assert row["la_name"] not in aliases


def test_a_name_with_and_is_also_known_with_an_ampersand():
    for row in AUTHORITIES:
        if " and " in row["la_name"]:
            assert row["la_name"].replace(" and ", " & ") in listed(row["aliases"])


def test_every_current_authority_has_ten_other_current_neighbours():
    current = {row["la_code"] for row in CURRENT}
    for row in CURRENT:
        neighbours = listed(row["statistical_neighbours"])
        assert len(neighbours) == len(set(neighbours)) == 10, row["la_name"]
        assert set(neighbours) <= current - {row["la_code"]}, row["la_name"]


def test_every_current_authority_has_a_domain_of_its_own():
    domains = [row["domain"] for row in CURRENT]
    assert [domain for domain in domains if not re.fullmatch(r"[a-z0-9-]+\.gov\.uk", domain)] == []
    assert len(set(domains)) == 153


def test_a_trust_names_its_authority_as_the_register_does():
    assert [row["la_name"] for row in TRUSTS if BY_GSS[row["la_code"]]["la_name"] != row["la_name"]] == []


def test_a_trust_has_a_precision_for_each_date_and_ends_after_it_starts():
    for row in TRUSTS:
        assert date.fromisoformat(row["start_date"])
        for end in ("start", "end"):
            known, precision = row[f"{end}_date"], row[f"{end}_precision"]
            assert bool(known) == bool(precision), row["provider_name"]
            assert known.endswith({"month": "-01", "year": "-01-01"}.get(precision, "")), row["provider_name"]
        assert not row["end_date"] or row["start_date"] < row["end_date"], row["provider_name"]


def test_no_two_providers_run_one_authority_at_once():
    for at, one in enumerate(TRUSTS):
        for other in TRUSTS[at + 1 :]:
            if one["la_code"] == other["la_code"]:
                assert one["end_date"], one["provider_name"]
                assert one["end_date"] <= other["start_date"], one["provider_name"]


def test_the_name_of_a_trust_is_not_an_alias_of_an_authority():
    names = {normalise(name) for row in AUTHORITIES for name in (row["la_name"], *listed(row["aliases"]))}
    trusts = {
        normalise(name)
        for row in TRUSTS
        if row["provider_kind"] != "host_council"
        for name in (row["provider_name"], *listed(row["provider_aliases"]))
    }
    assert names & trusts == set()


def test_a_label_means_one_judgement_at_a_time_within_a_framework():
    judgements = read_seed("judgements")
    for at, one in enumerate(judgements):
        for other in judgements[at + 1 :]:
            if one["framework"] == other["framework"]:
                shared = set(listed(one["printed_labels"])) & set(listed(other["printed_labels"]))
                assert shared == set(), (one["judgement"], other["judgement"])


@pytest.mark.parametrize(
    ("inspected_on", "expected"),
    [
        ("2022-12-31", ["overall_effectiveness", "in_care_and_care_leavers"]),
        ("2023-01-01", ["overall_effectiveness", "in_care", "care_leavers"]),
        ("2026-04-01", ["in_care", "care_leavers"]),
    ],
)
def test_ilacs_gives_other_judgements_from_2023_and_no_overall_grade_from_april_2026(
    inspected_on: str, expected: list[str]
):
    given = [
        row["judgement"]
        for row in read_seed("judgements")
        if row["framework"] == "ilacs"
        and row["valid_from"] <= inspected_on
        and inspected_on <= (row["valid_to"] or "9999")
    ]
    assert [code for code in given if code not in {"impact_of_leaders", "help_and_protection"}] == expected


def test_each_framework_lists_its_judgements_in_an_order_without_gaps():
    orders: dict[str, list[int]] = {}
    for row in read_seed("judgements"):
        orders.setdefault(row["framework"], []).append(int(row["sort_order"]))
    assert all(order == list(range(1, len(order) + 1)) for order in orders.values())


def test_grades_run_from_outstanding_to_inadequate_with_adequate_beside_what_replaced_it():
    ranks = {row["grade"]: int(row["rank"]) for row in read_seed("grades")}
    assert ranks == {"outstanding": 1, "good": 2, "requires_improvement": 3, "adequate": 3, "inadequate": 4}
