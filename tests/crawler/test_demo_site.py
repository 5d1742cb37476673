"""The stand-in site: its markup, its answers, and the faults that other tests inject."""

from __future__ import annotations

import csv
import http.client
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from email.message import Message
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from parsel import Selector

from crawler.demo.markup import REPORT_NOT_FOUND
from crawler.demo.model import HTML, StandInProvider, StandInReport, StandInSite
from crawler.demo.site import Fault, ManifestError, StandIn, demo_site, from_manifest, serve
from crawler.items import Authority, ReportEntry, SourceIssue
from crawler.sources.ofsted_reports.parse import parse_listing, parse_provider

LABELS = (
    "Children's services inspection",
    "Children's services focused visit",
    "Children's services monitoring visit",
    "Joint area child protection inspection",
    "Area SEND full inspection",
)
SERVICES = "children's services"
INSPECTION = f"{SERVICES} inspection"
PDF_BODY = b"%PDF-1.4 a small file\n%%EOF\n"


def report(number: int, year: int = 2020, **other: object) -> StandInReport:
    values: dict[str, object] = {
        "file_number": number,
        "label": LABELS[number % len(LABELS)],
        "event_date": date(year, 3, 2),
        "published_on": date(year, 4, 15),
        "body": PDF_BODY,
    }
    return StandInReport(**{**values, **other})  # type: ignore[arg-type]


def many_providers(count: int) -> tuple[StandInProvider, ...]:
    return tuple(
        StandInProvider(80_000 + number, f"Authority {number:03}", "A street", (report(number),))
        for number in range(1, count + 1)
    )


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Three authorities: one closed, with an apostrophe and an ampersand; one with collapsed entries."""
    site = StandInSite(
        (
            StandInProvider(
                80001,
                "Anywhere & King's Lee",
                "A street",
                (report(1, 2015, archived=True), report(2, 2019), report(3, 2024, nonvisual_date=date(2024, 4, 14))),
            ),
            StandInProvider(80002, "Beyond", "B street", (report(4),), status="Closed", closed_on=date(2021, 4, 1)),
            StandInProvider(80003, "Cove", "C street", (report(5, body=REPORT_NOT_FOUND, content_type=HTML),)),
        )
    )
    with serve(site) as running:
        yield running


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes


def get(url: str, timeout: float = 10, **headers: str) -> Answer:
    """The answer whatever its status; redirects are not followed."""
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc, timeout=timeout)) as connection:
        connection.request("GET", url.removeprefix(f"{parts.scheme}://{parts.netloc}"), headers=headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def body_of(url: str) -> bytes:
    return get(url).body


def status_of(url: str, **headers: str) -> int:
    return get(url, **headers).status


class TestSearch:
    def test_pages_of_a_hundred_cover_every_authority_once(self) -> None:
        with serve(StandInSite(many_providers(153))) as running:
            pages = [body_of(f"{running.base_url}/search?start={start}&rows=100") for start in (0, 100)]
        listings = [parse_listing(page, running.base_url) for page in pages]
        assert [len(listing.authorities) for listing in listings] == [100, 53]
        assert {listing.total for listing in listings} == {153}
        assert len({authority.urn for listing in listings for authority in listing.authorities}) == 153

    def test_more_than_a_hundred_rows_are_not_given(self) -> None:
        with serve(StandInSite(many_providers(120))) as running:
            page = body_of(f"{running.base_url}/search?rows=170")
        assert len(Selector(page.decode()).css("li.search-result")) == 100

    def test_ten_rows_are_the_default_and_the_next_page_is_linked(self) -> None:
        with serve(StandInSite(many_providers(12))) as running:
            first = body_of(f"{running.base_url}/search?q=&level_1_types=3&level_2_types%5B%5D=12")
            link = Selector(first.decode()).css("nav .pagination a.pagination__next::attr(href)").get()
            assert link is not None
            second = body_of(urljoin(running.base_url, link))
        assert len(Selector(first.decode()).css("li.search-result")) == 10
        assert "level_2_types%5B0%5D=12" in link
        assert len(Selector(second.decode()).css("li.search-result")) == 2
        assert not Selector(second.decode()).css("a.pagination__next")

    def test_an_authority_is_linked_more_than_once(self, stand_in: StandIn) -> None:
        page = Selector(body_of(f"{stand_in.base_url}/search").decode())
        assert len(page.css('a[href="/provider/44/80001"]')) == 2
        assert page.css("ul.results-list > li.search-result > h3.search-result__title > a::text").get() == (
            "Anywhere & King's Lee"
        )

    def test_only_open_authorities_where_asked(self, stand_in: StandIn) -> None:
        page = body_of(f"{stand_in.base_url}/search?status%5B%5D=1")
        assert [a.name for a in parse_listing(page, stand_in.base_url).authorities] == ["Anywhere & King's Lee", "Cove"]

    def test_other_kinds_of_provider_are_not_there(self, stand_in: StandIn) -> None:
        page = body_of(f"{stand_in.base_url}/search?level_1_types=3&level_2_types%5B%5D=11")
        assert parse_listing(page, stand_in.base_url).total == 0


class TestProviderPage:
    def entries(self, stand_in: StandIn, urn: int) -> list[ReportEntry]:
        url = f"{stand_in.base_url}/provider/44/{urn}"
        items = list(parse_provider(body_of(url), url))
        assert not [item for item in items if isinstance(item, SourceIssue)]
        return [item for item in items if isinstance(item, ReportEntry)]

    def test_the_timeline_is_newest_first_with_older_entries_collapsed(self, stand_in: StandIn) -> None:
        entries = self.entries(stand_in, 80001)
        assert [entry.file_key for entry in entries] == ["3", "2", "1"]
        assert [entry.is_archived for entry in entries] == [False, False, True]

    def test_the_three_dates_of_an_entry_stand_where_they_do_on_the_site(self, stand_in: StandIn) -> None:
        newest = self.entries(stand_in, 80001)[0]
        assert (newest.event_date_text, newest.link_date_text, newest.published_text) == (
            "02 March 2024",
            "14 April 2024",
            "15 April 2024",
        )

    def test_labels_read_as_they_were_given(self, stand_in: StandIn) -> None:
        assert [entry.label for entry in self.entries(stand_in, 80001)] == [LABELS[3], LABELS[2], LABELS[1]]

    def test_a_closed_authority_says_so(self, stand_in: StandIn) -> None:
        url = f"{stand_in.base_url}/provider/44/80002"
        page = body_of(url)
        head = next(item for item in parse_provider(page, url) if isinstance(item, Authority))
        assert head.is_open is False
        assert Selector(page.decode()).css(".timeline__day--closed time::text").get() == "01 April 2021"

    def test_the_day_of_opening_has_no_link(self, stand_in: StandIn) -> None:
        page = Selector(body_of(f"{stand_in.base_url}/provider/44/80001").decode())
        assert page.css("ol.timeline > li.timeline__day--opened .event__title::text").get() == "Opened"
        assert not page.css(".timeline__day--opened a")

    def test_the_urn_and_the_address_stand_under_the_name(self, stand_in: StandIn) -> None:
        page = Selector(body_of(f"{stand_in.base_url}/provider/44/80001").decode())
        assert page.css("p.title-block__subheading::text").get() == "URN: 80001"
        assert page.css("address.title-block__address::text").get() == "Address: A street"


class TestFiles:
    def test_a_report_comes_with_its_validators(self, stand_in: StandIn) -> None:
        answer = get(f"{stand_in.base_url}/v1/file/2")
        assert answer.body == PDF_BODY
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Last-Modified"] == "Mon, 15 Apr 2019 00:00:00 GMT"
        assert answer.headers["ETag"].startswith('"')

    @pytest.mark.parametrize(
        ("condition", "status"),
        [
            (lambda headers: {"If-None-Match": headers["ETag"]}, 304),
            (lambda headers: {"If-None-Match": f'"other", W/{headers["ETag"]}'}, 304),
            (lambda headers: {"If-None-Match": '"other"'}, 200),
            (lambda headers: {"If-Modified-Since": headers["Last-Modified"]}, 304),
            (lambda headers: {"If-Modified-Since": "Sun, 14 Apr 2019 00:00:00 GMT"}, 200),
            (lambda headers: {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]}, 200),
        ],
    )
    def test_conditional_requests(
        self, stand_in: StandIn, condition: Callable[[Message], dict[str, str]], status: int
    ) -> None:
        url = f"{stand_in.base_url}/v1/file/2"
        first = get(url)
        assert status_of(url, **condition(first.headers)) == status

    def test_a_file_that_was_taken_down_is_a_web_page_with_status_200(self, stand_in: StandIn) -> None:
        answer = get(f"{stand_in.base_url}/v1/file/5")
        assert b"<title>Report not found" in answer.body
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize("path", ["/", "/v1/file/999", "/provider/44/999", "/provider/21/80001"])
    def test_what_is_not_there_is_not_found(self, stand_in: StandIn, path: str) -> None:
        assert status_of(stand_in.base_url + path) == 404

    def test_robots_are_allowed(self, stand_in: StandIn) -> None:
        assert b"Disallow: /feedback" in body_of(f"{stand_in.base_url}/robots.txt")


class TestFaults:
    def test_a_fault_happens_as_often_as_it_says_and_then_no_more(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/v1/file/2", Fault.too_many_requests(times=2, retry_after="7"), Fault(times=1, status=503))
        url = f"{stand_in.base_url}/v1/file/2"
        refused = get(url)
        assert refused.headers["Retry-After"] == "7"
        assert [status_of(url) for _ in range(3)] == [429, 503, 200]

    def test_a_fault_without_a_number_stays_until_it_is_taken_away(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/robots.txt", Fault(status=503))
        assert [status_of(f"{stand_in.base_url}/robots.txt") for _ in range(3)] == [503] * 3
        stand_in.set_faults("/robots.txt")
        assert status_of(f"{stand_in.base_url}/robots.txt") == 200

    def test_a_path_without_a_query_stands_for_every_query(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/search", Fault.forbidden())
        assert status_of(f"{stand_in.base_url}/search?start=100") == 403

    def test_a_challenge_page(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/search", Fault.challenge(status=200))
        answer = get(f"{stand_in.base_url}/search")
        assert b"<title>Just a moment..." in answer.body
        assert answer.status == 200

    def test_a_dropped_connection(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/v1/file/2", Fault(drop=True, times=1))
        with pytest.raises(http.client.RemoteDisconnected):
            get(f"{stand_in.base_url}/v1/file/2")
        assert stand_in.requests[-1].status == 0

    def test_a_truncated_body(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/v1/file/2", Fault(truncate_after=10))
        with pytest.raises(http.client.IncompleteRead) as cut:
            get(f"{stand_in.base_url}/v1/file/2")
        assert cut.value.partial == PDF_BODY[:10]

    def test_a_redirect_to_another_host(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/v1/file/2", Fault(redirect_to="http://example.org/elsewhere"))
        answer = get(f"{stand_in.base_url}/v1/file/2")
        assert (answer.status, answer.headers["Location"]) == (302, "http://example.org/elsewhere")

    def test_a_new_version_at_the_same_address_has_its_own_validators(self, stand_in: StandIn) -> None:
        url = f"{stand_in.base_url}/v1/file/2"
        old = get(url)
        stand_in.set_faults("/v1/file/2", Fault(replace_body=PDF_BODY + b"corrected"))
        unless_old = {"If-None-Match": old.headers["ETag"]}
        new = get(url, **unless_old)
        assert new.body == PDF_BODY + b"corrected"
        assert new.headers["Last-Modified"] > old.headers["Last-Modified"]
        assert status_of(url, **{"If-None-Match": new.headers["ETag"]}) == 304

    def test_a_delay(self, stand_in: StandIn) -> None:
        stand_in.set_faults("/robots.txt", Fault(delay_seconds=2))
        with pytest.raises(TimeoutError):
            get(f"{stand_in.base_url}/robots.txt", timeout=0.2)


class TestLog:
    def test_a_request_is_logged_with_who_asked_for_what(self, stand_in: StandIn) -> None:
        status_of(f"{stand_in.base_url}/v1/file/2?x=1", **{"User-Agent": "tester", "If-None-Match": '"a"'})
        (logged,) = stand_in.requests
        assert (logged.method, logged.path, logged.status) == ("GET", "/v1/file/2?x=1", 200)
        assert (logged.user_agent, logged.headers["If-None-Match"]) == ("tester", '"a"')

    def test_requests_are_counted_by_path_and_status(self, stand_in: StandIn) -> None:
        for path in ("/v1/file/2?x=1", "/v1/file/2", "/v1/file/99"):
            status_of(stand_in.base_url + path)
        assert (stand_in.count("/v1/file/2"), stand_in.count("/v1/file/2?x=1")) == (2, 1)
        assert stand_in.count("/v1/file/99", status=404) == 1
        stand_in.forget_requests()
        assert stand_in.requests == ()

    def test_many_requests_at_once_are_all_logged(self, stand_in: StandIn) -> None:
        url = f"{stand_in.base_url}/provider/44/80001"
        threads = [threading.Thread(target=status_of, args=(url,)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert stand_in.count("/provider/44/80001", status=200) == 40


class TestFromManifest:
    COLUMNS = ("file", "urn", "authority", "label", "published", "expects")
    ROWS = (
        ("1/2012.pdf", "80001", "stockton-on-tees", f"{INSPECTION} - 13 july 2012", "2012-07-13", "not_pdf"),
        ("1/2013.pdf", "80001", "stockton-on-tees", f"{INSPECTION},  pdf - 1 may 2013", "2013-05-01", "graded"),
        ("1/2024.pdf", "80001", "stockton-on-tees", "area send full inspection - 15 july 2024", "2024-07-15", ""),
        ("1/2025.pdf", "80001", "stockton-on-tees", f"{INSPECTION} - 2 june 2025", "2025-06-02", "graded"),
        ("2/2015.pdf", "80002", "telford & wrekin", f"single inspection of la {SERVICES} as pdf", "2015-02-10", ""),
    )

    @pytest.fixture
    def manifest(self, tmp_path: Path) -> Path:
        for row in self.ROWS:
            (tmp_path / row[0]).parent.mkdir(exist_ok=True)
            (tmp_path / row[0]).write_bytes(PDF_BODY + row[0].encode())
        return self.write(tmp_path / "manifest.csv", *self.ROWS)

    def write(self, path: Path, *rows: tuple[str, ...]) -> Path:
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([self.COLUMNS, *rows])
        return path

    def test_every_row_is_an_entry_of_its_authority(self, manifest: Path) -> None:
        site = from_manifest(manifest, manifest.parent)
        assert {provider.name: len(provider.reports) for provider in site.providers} == {
            "Stockton-on-Tees": 4,
            "Telford & Wrekin": 1,
        }

    def test_labels_are_written_as_on_the_site(self, manifest: Path) -> None:
        labels = {r.label for provider in from_manifest(manifest, manifest.parent).providers for r in provider.reports}
        assert labels == {
            "Children's services inspection",
            "Area SEND full inspection",
            "Single inspection of LA children's services as pdf",
        }

    def test_all_but_the_newest_three_entries_are_collapsed(self, manifest: Path) -> None:
        reports = from_manifest(manifest, manifest.parent).providers[0].reports
        assert [(r.published_on.year, r.archived) for r in reports] == [
            (2012, True),
            (2013, False),
            (2024, False),
            (2025, False),
        ]

    def test_a_row_that_is_not_a_pdf_is_served_as_a_web_page(self, manifest: Path) -> None:
        with serve(from_manifest(manifest, manifest.parent)) as running:
            number = running.site.providers[0].reports[0].file_number
            answer = get(f"{running.base_url}/v1/file/{number}")
            assert answer.body == PDF_BODY + b"1/2012.pdf"
        assert answer.headers["Content-Type"].startswith("text/html")

    def test_file_numbers_are_the_same_each_time(self, manifest: Path) -> None:
        assert from_manifest(manifest, manifest.parent) == from_manifest(manifest, manifest.parent)

    @pytest.mark.parametrize(
        ("row", "complaint"),
        [
            (("9/none.pdf", "80001", "a", "b", "2020-01-01", ""), r"line 2: .*none\.pdf is not there"),
            (("1/2012.pdf", "80001", "a", "b", "1 May 2020", ""), "line 2: .*YYYY-MM-DD"),
            (("1/2012.pdf", "x", "a", "b", "2020-01-01", ""), "line 2: .*urn as a number"),
            (("1/2012.pdf", "80001", "", "b", "2020-01-01", ""), "line 2: no authority"),
        ],
    )
    def test_a_row_that_cannot_be_served_is_named(self, manifest: Path, row: tuple[str, ...], complaint: str) -> None:
        with pytest.raises(ManifestError, match=complaint):
            from_manifest(self.write(manifest.parent / "broken.csv", row), manifest.parent)

    def test_the_command_serves_a_manifest_and_prints_its_address(self, manifest: Path) -> None:
        command = [sys.executable, "-m", "crawler.demo.site", "--manifest", str(manifest)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            try:
                assert run.stdout is not None
                base_url = run.stdout.readline().strip()
                assert parse_listing(body_of(f"{base_url}/search"), base_url).total == 2
            finally:
                run.terminate()


class TestDemoSite:
    def test_every_file_of_the_embedded_default_can_be_fetched(self) -> None:
        with serve(demo_site()) as running:
            listing = parse_listing(body_of(f"{running.base_url}/search?rows=100"), running.base_url)
            items = [item for a in listing.authorities for item in parse_provider(body_of(a.url), a.url)]
            starts = {entry.file_key: body_of(entry.url)[:5] for entry in items if isinstance(entry, ReportEntry)}
        assert listing.total == len(listing.authorities) == 12
        assert [key for key, start in starts.items() if start != b"%PDF-"] == ["90000201"]
        assert [(item.code, item.context) for item in items if isinstance(item, SourceIssue)] == [
            ("unknown_label", "Demonstration notice with a label that is not known")
        ]

    def test_a_file_is_the_same_each_time(self) -> None:
        first, second = (
            next(r for provider in demo_site().providers for r in provider.reports if r.file_number == 90000403)
            for _ in range(2)
        )
        assert first.read() == second.read()

    def test_the_pdf_writer_is_not_loaded_before_a_report_is_asked_for(self) -> None:
        program = (
            "import sys; from crawler.demo.site import demo_site; demo_site(); sys.exit('reportlab' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
