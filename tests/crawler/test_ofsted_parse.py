"""What is read from Ofsted's pages, from bytes alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Authority, ReportEntry, SourceIssue
from crawler.politeness import CHALLENGES, challenge, retry_after_seconds
from crawler.sources.ofsted_reports.parse import (
    LABELS,
    event_type,
    file_key,
    parse_listing,
    parse_provider,
    parse_report_file,
    site_date,
)

SITE = "https://reports.ofsted.gov.uk"
PAGE = f"{SITE}/provider/44/80999"


def provider_page(timeline: str, heading: str = "Example Council", urn: str = "80999") -> bytes:
    return f"""<html><head><title>{heading} - Open - Find an Inspection Report - Ofsted</title></head><body>
    <h1 class="heading--title title-block__heading">{heading}</h1>
    <p class="heading--main title-block__subheading">URN: {urn}</p>
    <ol class="timeline">{timeline}</ol></body></html>""".encode()


def entry(label: str, file: str, link_date: str, published: str) -> str:
    return f"""<li class="timeline__day"><div class="event"><p class="timeline__date"><time>02 September 2024</time></p>
    <span class="event__title heading--sub"><a class="publication-link" href="{file}">{label}
    <span class="nonvisual">{label},  pdf - {link_date}</span></a>
    <div class="event__metadata"><span class="filetype">PDF</span> – Published <time pubdate>{published}</time></div>
    </span></div></li>"""


@pytest.mark.parametrize(("_pattern", "event", "example"), LABELS)
def test_every_label_rule_reads_its_example(_pattern: object, event: str, example: str) -> None:
    assert event_type(example) == event


def test_an_unmapped_label_is_nobodys_event() -> None:
    assert event_type("Annual conversation letter") is None


@pytest.mark.parametrize(("_pattern", "example"), CHALLENGES)
def test_every_challenge_rule_knows_its_example(_pattern: object, example: bytes) -> None:
    assert challenge(example)


def test_a_listing_names_each_authority_once_though_it_is_linked_twice() -> None:
    body = b"""<span class="js-results-count">153</span><ul class="results-list list-unstyled">
    <li class="search-result"><a href="/provider/44/80999"></a><h3 class="search-result__title">
    <a href="/provider/44/80999">Example Council</a></h3></li>
    <li class="search-result"><h3><a href="/provider/21/100000">A school</a></h3></li></ul>"""
    listing = parse_listing(body, f"{SITE}/search?start=0")
    assert listing.authorities == (Authority("80999", "Example Council", PAGE),)
    assert listing.total == 153


def test_the_count_is_of_all_results_not_of_this_page() -> None:
    body = b'<span class="results-count">Showing 1 to 100 of 1,153 results</span>'
    assert parse_listing(body, f"{SITE}/search").total == 1153


def test_a_listing_without_a_count_says_so() -> None:
    listing = parse_listing(b"<html>Sorry</html>", f"{SITE}/search")
    assert listing.total is None
    assert [issue.code for issue in listing.issues] == ["no_results_count"]


def test_an_entry_keeps_all_three_dates_and_its_file_number() -> None:
    file = "https://files.api.ofsted.gov.uk/v1/file/50004300"
    timeline = entry("Children's services inspection", file, "2 July 2024", "3 July 2024")
    authority, found = parse_provider(provider_page(timeline), PAGE)
    assert authority == Authority("80999", "Example Council", PAGE, True)
    assert isinstance(found, ReportEntry)
    assert (found.event_date_text, found.link_date_text, found.published_text) == (
        "02 September 2024",
        "2 July 2024",
        "3 July 2024",
    )
    assert (found.file_key, found.label, found.event_type) == (
        "50004300",
        "Children's services inspection",
        "inspection",
    )
    assert (found.event_on, found.published_on) == (date(2024, 9, 2), date(2024, 7, 3))


def test_collapsed_entries_are_read_and_days_without_a_report_are_not_entries() -> None:
    archived = entry("Children's services focused visit", "/v1/file/7", "1 May 2019", "1 May 2019")
    timeline = f"""<li class="timeline__day timeline__day--opened"><div class="event">
    <span class="event__title heading--sub">Opened</span></div></li>
    <li class="timeline__day--has-archive"><details><div class="timeline__archive"><ol>{archived}</ol></div></details>
    </li>"""
    _, found = parse_provider(provider_page(timeline), PAGE)
    assert isinstance(found, ReportEntry)
    assert found.is_archived
    assert found.event_type == "focused_visit"


UNDERSTOOD_PARTLY = [
    pytest.param(entry("Letter", "/v1/file/8", "1 May 2019", "1 May 2019"), "unknown_label", id="label"),
    pytest.param(
        entry("Children's services inspection", "/v1/file/8", "soon", "May 2019"), "unreadable_date", id="date"
    ),
    pytest.param('<li><div class="event"><span class="event__title">Inspection due</span></div></li>',
                 "entry_without_file", id="no file"),
    pytest.param("", "no_reports", id="no reports"),
]  # fmt: skip


@pytest.mark.parametrize(("timeline", "code"), UNDERSTOOD_PARTLY)
def test_what_is_not_understood_is_an_issue_with_its_address(timeline: str, code: str) -> None:
    issues = [item for item in parse_provider(provider_page(timeline), PAGE) if isinstance(item, SourceIssue)]
    assert code in [issue.code for issue in issues]
    assert all(issue.url for issue in issues)


def test_another_page_at_an_authoritys_address_is_an_issue() -> None:
    (issue,) = parse_provider(provider_page("", urn="80111"), PAGE)
    assert isinstance(issue, SourceIssue)
    assert issue.code == "not_a_provider_page"


def test_a_file_is_known_by_its_number_on_every_host() -> None:
    numbers = {
        file_key(f"https://{host}/v1/file/50252240") for host in ("files.ofsted.gov.uk", "files.api.ofsted.gov.uk")
    }
    assert numbers == {"50252240"}
    assert file_key(f"{SITE}/provider/files/2631211/urn/103980.pdf") == "/provider/files/2631211/urn/103980.pdf"


def test_dates_are_read_as_the_site_prints_them() -> None:
    assert site_date("15  July 2024") == date(2024, 7, 15)
    assert site_date("July 2024") is None
    assert site_date(None) is None


@given(st.binary(max_size=400))
def test_no_bytes_make_the_readers_fail(body: bytes) -> None:
    parse_listing(body, f"{SITE}/search")
    list(parse_provider(body, PAGE))
    parse_report_file(body, f"{SITE}/v1/file/1", file_key="1")


RETRY_AFTER = [
    ("120", 120.0),
    ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),
    ("Sat, 21 Nov 2020 10:00:00 GMT", 0.0),
    ("soon", None),
]


@pytest.mark.parametrize(("header", "seconds"), RETRY_AFTER)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    from datetime import UTC, datetime

    assert retry_after_seconds(header, datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)) == seconds
