"""Every source's declaration, and what an override may say."""

from __future__ import annotations

import pytest

from crawler.source import Source, SourceError, load_source, source_names


@pytest.mark.parametrize("name", source_names())
def test_every_source_is_declared_whole_and_its_pages_can_be_read_again(name: str) -> None:
    import importlib

    declared = load_source(name)
    assert declared.publisher
    assert declared.licence
    assert declared.bounds
    assert importlib.import_module(f"crawler.sources.{name}.parse").PAGES


def test_overrides_are_typed_and_may_be_nested() -> None:
    source = load_source(
        "ofsted_reports", {"download_delay": "0", "bounds.authorities.min": "12", "base_url": "http://127.0.0.1:8001"}
    )
    assert source.download_delay == 0
    assert source.bounds["authorities"].min == 12
    assert "127.0.0.1:8001" in source.allowed_hosts


WRONG = [
    ({"base_ulr": "x"}, "base_ulr"),
    ({"download_delay": "soon"}, "download_delay"),
    ({"rows.first": "1"}, "rows"),
    ({"bounds.visits.min": "1"}, "bounds.visits"),
    ({"rows": "0"}, "rows"),
    ({"user_agent": "Mozilla/5.0"}, "user_agent"),
]


@pytest.mark.parametrize(("overrides", "named"), WRONG)
def test_a_wrong_override_is_named(overrides: dict[str, str], named: str) -> None:
    with pytest.raises(SourceError, match=named):
        load_source("ofsted_reports", overrides)


def test_an_unknown_source_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SourceError, match="ofsted_reports"):
        load_source("ofsted")


def live_and_local() -> list[tuple[Source, bool]]:
    return [
        (load_source("ofsted_reports"), True),
        (load_source("ofsted_reports", {"base_url": "http://127.0.0.1:8001"}), False),
        (load_source("ofsted_reports", {"contact": "data@caseload.example"}), False),
        (load_source("official_statistics"), False),
        (load_source("official_statistics", {"workbook": "https://assets.publishing.service.gov.uk/x.ods"}), True),
    ]


@pytest.mark.parametrize(("source", "is_refused"), live_and_local())
def test_only_a_live_site_needs_a_contact(source: Source, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(SourceError, match="no contact is set"):
            source.require_contact()
    else:
        source.require_contact()
