"""Real crawls of a stand-in for Ofsted's site: what is asked for, what is landed, when the source stops."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Crawl, report, small_pdf, small_site

from crawler.demo.site import Fault, StandIn, StandInProvider, StandInSite, serve
from crawler.items import Reject
from crawler.landing import Landed, Landing
from crawler.sources.ofsted_reports.parse import PAGES

RunCrawl = Callable[..., Crawl]
REPORT = "/v1/file/50000001"


def files(site: StandIn) -> list[str]:
    return [r.path for r in site.requests if r.path.startswith("/v1/file/")]


def rejects(crawl: Crawl, home: Path) -> dict[str, str]:
    """Reason by file key, read again from the landed bytes as loading does."""
    found = {}
    for landed in crawl.responses:
        if landed.page == "report" and landed.status is not None:
            body = Landing(home).body(str(landed.sha256))
            for item in PAGES["report"](
                body, landed.url, status=landed.status, flags=tuple(landed.flags), **landed.context
            ):
                if isinstance(item, Reject):
                    found[item.file_key] = item.reason
    return found


def test_every_report_of_every_authority_is_landed_byte_for_byte(
    stand_in: StandIn, crawl: RunCrawl, tmp_path: Path
) -> None:
    done = crawl(stand_in)
    assert done.verdict == (True, "complete")
    landed = {r.context["file_key"]: r for r in done.responses if r.page == "report"}
    assert set(landed) == {"50000001", "50000002", "50000009"}
    body = Landing(tmp_path).body(str(landed["50000001"].sha256))
    assert body == small_pdf("Report 50000001")
    assert landed["50000001"].media_type == "application/pdf"
    assert landed["50000001"].etag
    assert {r.page for r in done.responses} == {"listing", "provider", "report"}


def test_the_list_is_walked_to_its_count_in_pages_of_a_hundred(crawl: RunCrawl) -> None:
    providers = tuple(StandInProvider(81000 + n, f"Authority {n}", "Town Hall", ()) for n in range(130))
    with serve(StandInSite(providers)) as site:
        done = crawl(site)
        pages = [r.path for r in site.requests if r.path.startswith("/search")]
    assert done.summary["tally"]["authorities"] == 130
    assert [path.split("&start=")[1] for path in pages] == ["0&rows=100", "100&rows=100"]


def test_archived_entries_and_every_kind_of_report_are_fetched(crawl: RunCrawl) -> None:
    labels = (
        "Children's services inspection",
        "Children's services focused visit",
        "Children's services monitoring visit",
        "Joint area child protection inspection",
        "Area SEND full inspection",
        "Leaflet of a kind nobody has seen",
    )
    reports = tuple(report(50000100 + n, label=label) for n, label in enumerate(labels))
    with serve(small_site(*reports)) as site:
        done = crawl(site)
        assert len(files(site)) == len(labels) + 1
    assert done.summary["tally"]["issues"] == {"unknown_label": 1}
    assert done.verdict[0]


def test_a_second_crawl_downloads_no_report_again(stand_in: StandIn, crawl: RunCrawl) -> None:
    crawl(stand_in)
    stand_in.forget_requests()
    again = crawl(stand_in)
    assert files(stand_in) == []
    assert again.summary["tally"]["skipped"] == 3


def test_a_recheck_asks_conditionally_and_fetches_no_body(stand_in: StandIn, crawl: RunCrawl) -> None:
    first = crawl(stand_in)
    stand_in.forget_requests()
    again = crawl(stand_in, report_recheck_days=0)
    assert stand_in.count(REPORT, 304) == 1
    assert again.summary["tally"]["unchanged"] == 3
    digests = [{r.key: r.sha256 for r in done.responses if r.page == "report"} for done in (first, again)]
    assert digests[0] == digests[1]


def test_a_changed_body_at_the_same_address_is_a_new_version_and_the_old_one_stays(
    stand_in: StandIn, crawl: RunCrawl, tmp_path: Path
) -> None:
    first = crawl(stand_in)
    stand_in.set_faults(REPORT, Fault(replace_body=small_pdf("Report 50000001, corrected")))
    again = crawl(stand_in, report_recheck_days=0)
    versions = [
        Landing(tmp_path).body(str(r.sha256))
        for done in (first, again)
        for r in done.responses
        if r.url.endswith(REPORT)
    ]
    assert versions == [small_pdf("Report 50000001"), small_pdf("Report 50000001, corrected")]


def test_a_report_whose_entry_changed_is_asked_for_at_once(crawl: RunCrawl) -> None:
    with serve(small_site(report(50000001))) as site:
        crawl(site)
    with serve(small_site(report(50000001, label="Children's services inspection (corrected)"))) as site:
        crawl(site)
        assert files(site) == [REPORT]


NOT_REPORTS = [
    pytest.param(b"<!DOCTYPE html><title>Report not found</title>", "not_pdf", id="an HTML page with a PDF link"),
    pytest.param(b"", "empty", id="no bytes"),
    pytest.param(small_pdf("cut", "short")[:-40], "truncated", id="cut before its end"),
]


@pytest.mark.parametrize(("body", "reason"), NOT_REPORTS)
def test_what_is_no_report_becomes_a_dead_letter_and_its_bytes_stay(
    body: bytes, reason: str, crawl: RunCrawl, tmp_path: Path
) -> None:
    with serve(small_site(report(50000001, body), report(50000002))) as site:
        done = crawl(site)
    assert done.verdict[0]
    assert rejects(done, tmp_path) == {"50000001": reason}
    (landed,) = (r for r in done.responses if r.url.endswith(REPORT))
    assert Landing(tmp_path).body(str(landed.sha256)) == body


def test_an_encrypted_file_is_a_dead_letter(crawl: RunCrawl, tmp_path: Path) -> None:
    import pikepdf

    path = tmp_path / "locked.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(path, encryption=pikepdf.Encryption(owner="owner", user="reader"))
    with serve(small_site(report(50000001, path.read_bytes()))) as site:
        assert rejects(crawl(site), tmp_path) == {"50000001": "encrypted"}


@pytest.mark.parametrize("fault", [Fault(), Fault(chunked=True)], ids=["of known length", "chunked"])
def test_a_file_over_the_size_limit_is_stopped_there_and_what_came_is_kept(
    fault: Fault, crawl: RunCrawl, tmp_path: Path
) -> None:
    body = small_pdf("large") + b" " * 3_000_000
    with serve(small_site(report(50000001, body))) as site:
        site.set_faults(REPORT, fault)
        done = crawl(site, max_body_bytes=100_000)
    assert rejects(done, tmp_path) == {"50000001": "too_large"}
    (landed,) = (r for r in done.responses if r.url.endswith(REPORT))
    assert 100_000 < landed.size_bytes < 1_000_000


def test_a_body_that_breaks_off_is_asked_for_again_then_rejected(
    crawl: RunCrawl, tmp_path: Path, stand_in: StandIn
) -> None:
    stand_in.set_faults(REPORT, Fault(truncate_after=200))
    done = crawl(stand_in, retry_times=2)
    assert stand_in.count(REPORT) == 3
    assert rejects(done, tmp_path) == {"50000001": "truncated"}


def test_a_file_that_is_gone_is_not_asked_for_again(crawl: RunCrawl, tmp_path: Path, stand_in: StandIn) -> None:
    stand_in.set_faults(REPORT, Fault(status=410))
    assert rejects(crawl(stand_in), tmp_path) == {"50000001": "http_error"}
    stand_in.forget_requests()
    crawl(stand_in, report_recheck_days=0)
    assert stand_in.count(REPORT) == 0
    crawl(stand_in, retry_rejects="true")
    assert stand_in.count(REPORT) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_passing_failure_is_asked_again_after_the_wait_it_names(
    status: int, stand_in: StandIn, crawl: RunCrawl
) -> None:
    stand_in.set_faults(REPORT, Fault(times=1, status=status, headers={"Retry-After": "1"}))
    assert crawl(stand_in).verdict[0]
    times = [r.at for r in stand_in.requests if r.path == REPORT]
    others = [r.at for r in stand_in.requests if r.path != REPORT and times[0] < r.at < times[1]]
    assert times[1] - times[0] >= 1
    assert others == []  # the wait holds for the whole source


def test_a_dropped_connection_is_asked_again(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults(REPORT, Fault(times=1, drop=True))
    assert crawl(stand_in).verdict[0]
    assert stand_in.count(REPORT, 200) == 1


def test_a_longer_wait_than_declared_stops_the_source(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults(REPORT, Fault.too_many_requests(retry_after="3600"))
    ok, reason = crawl(stand_in).verdict
    assert not ok
    assert "asks for a wait of 3600 s" in reason


STOPPING = [
    pytest.param(Fault.forbidden(), "answered 403", id="403"),
    pytest.param(Fault.challenge(status=200), "is a challenge page", id="challenge with 200"),
    pytest.param(Fault.challenge(status=503), "is a challenge page", id="challenge with 503"),
]


@pytest.mark.parametrize(("fault", "words"), STOPPING)
def test_a_refusal_stops_the_source_and_is_landed(fault: Fault, words: str, stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults("/provider/44/80487", fault)
    done = crawl(stand_in)
    ok, reason = done.verdict
    assert not ok
    assert reason.startswith("blocked: ")
    assert words in reason
    assert stand_in.requests[-1].path == "/provider/44/80487"  # nothing is asked after it
    assert stand_in.count("/provider/44/80487") == 1
    assert any(r.url.endswith("/provider/44/80487") and r.sha256 for r in done.responses)


ROBOTS = [
    pytest.param(Fault(status=503, body=b"<html>down</html>"), "robots_unreachable", id="503 with HTML"),
    pytest.param(Fault(drop=True), "robots_unreachable", id="no answer"),
    pytest.param(Fault.forbidden(), "blocked", id="403"),
    pytest.param(Fault(redirect_to="http://localhost:9/robots.txt"), "robots_unreachable", id="redirect off the site"),
]


@pytest.mark.parametrize(("fault", "verdict"), ROBOTS)
def test_unreadable_robots_rules_stop_the_source_before_anything_is_asked(
    fault: Fault, verdict: str, stand_in: StandIn, crawl: RunCrawl
) -> None:
    stand_in.set_faults("/robots.txt", fault)
    ok, reason = crawl(stand_in, retry_times=1).verdict
    assert not ok
    assert reason.startswith(verdict)
    assert {r.path for r in stand_in.requests} == {"/robots.txt"}


def test_a_missing_robots_file_allows(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults("/robots.txt", Fault(status=404))
    assert crawl(stand_in).verdict[0]


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
def test_disallowed_addresses_are_not_asked_for(mark: str, crawl: RunCrawl) -> None:
    with serve(small_site(robots_txt=f"{mark}User-agent: *\nDisallow: /v1/file/50000002\n")) as site:
        done = crawl(site, max_failed_share=0.5)
        assert sorted(files(site)) == [REPORT, "/v1/file/50000009"]
    (refused,) = (r for r in done.responses if r.error)
    assert "disallowed by" in str(refused.error)


def gaps(site: StandIn) -> list[float]:
    """Seconds between one request and the next, robots.txt among them."""
    return [later - earlier for earlier, later in pairwise([r.at for r in site.requests])]


@pytest.mark.parametrize("declared", [0, 0.2])
def test_a_longer_crawl_delay_of_the_site_is_kept(declared: float, crawl: RunCrawl) -> None:
    with serve(small_site(report(50000001), robots_txt="User-agent: *\nCrawl-delay: 0.5\n")) as site:
        crawl(site, download_delay=declared)
        # The rules are known once robots.txt is read.
        assert min(gaps(site)[1:]) >= 0.48


def test_the_declared_delay_is_kept_to_the_full(stand_in: StandIn, crawl: RunCrawl) -> None:
    crawl(stand_in, download_delay=0.3)
    assert len(stand_in.requests) == 7
    assert min(gaps(stand_in)) >= 0.28


def test_requests_come_one_by_one(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults("/provider/44/80487", Fault(delay_seconds=0.5, times=1))
    crawl(stand_in)
    slow = [r.path for r in stand_in.requests].index("/provider/44/80487")
    assert gaps(stand_in)[slow - 1] >= 0.5  # nothing was asked while that answer was awaited


@pytest.mark.parametrize("target", ["http://localhost:9/elsewhere", "http://example.org/elsewhere"])
def test_a_redirect_off_the_named_hosts_is_not_followed(target: str, stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults(REPORT, Fault(redirect_to=target))
    done = crawl(stand_in, max_failed_share=0.5)
    (refused,) = (r for r in done.responses if r.error)
    assert "not on a host that source.yml names" in str(refused.error)


def test_a_redirect_within_the_site_is_followed_and_both_addresses_are_kept(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults(REPORT, Fault(redirect_to="/v1/file/50000002"))
    landed: dict[str, Landed] = {r.key: r for r in crawl(stand_in).responses}
    assert landed["file/50000001"].url.endswith("50000002")
    assert landed["file/50000001"].requested_url.endswith("50000001")


def test_every_request_says_who_asks_and_at_what_address(stand_in: StandIn, crawl: RunCrawl) -> None:
    crawl(stand_in, contact="data@caseload.example")
    agents = {r.user_agent for r in stand_in.requests}
    assert len(agents) == 1
    assert "caseload-watch" in agents.copy().pop()
    assert "data@caseload.example" in agents.pop()


BOUNDS = [
    ({"authorities": {"min": 3}}, "authorities: 2 is below the declared minimum of 3"),
    ({"reports_per_authority": {"min": 2}}, "reports_per_authority: 1.5 is below the declared minimum of 2"),
    ({"authorities": {"max": 1}}, "authorities: 2 is above the declared maximum of 1"),
]


@pytest.mark.parametrize(("bounds", "reason"), BOUNDS)
def test_counts_outside_the_declared_bounds_fail_the_verdict(
    bounds: dict[str, object], reason: str, stand_in: StandIn, crawl: RunCrawl
) -> None:
    assert crawl(stand_in, bounds=json.dumps(bounds)).verdict == (False, reason)


def test_a_page_that_is_no_result_list_fails_the_verdict(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults("/search", Fault(status=200, body=b"<html>Maintenance</html>"))
    ok, reason = crawl(stand_in).verdict
    assert not ok
    assert reason.startswith("not a result list")


def test_too_many_failed_requests_fail_the_verdict(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults("/provider/44/80487", Fault(status=500))
    ok, reason = crawl(stand_in, retry_times=0).verdict
    assert not ok
    assert "1 of 2 requests for a provider failed" in reason
    assert "/provider/44/80487 answered 500" in reason


def test_what_was_published_before_since_is_left_out(stand_in: StandIn, crawl: RunCrawl) -> None:
    crawl(stand_in, since="2024-01-01")
    assert files(stand_in) == []


def test_what_a_killed_crawl_landed_is_not_downloaded_again(stand_in: StandIn, crawl: RunCrawl, tmp_path: Path) -> None:
    first = crawl(stand_in)
    assert first.shard is not None
    killed = first.shard.rename(first.shard.with_name(f".{first.shard.name}.partial"))
    (killed / "shard.json").unlink()
    with (killed / "responses.jsonl").open("a") as lines:
        lines.write('{"page": "report", "key": "fi')  # the line that the kill cut
    stand_in.forget_requests()
    again = crawl(stand_in)
    assert files(stand_in) == []
    assert {r.key for r in again.responses if r.page == "report"} == {"file/50000001", "file/50000002", "file/50000009"}
    assert not killed.exists()


def test_what_a_failed_crawl_landed_reaches_the_next_good_one(stand_in: StandIn, crawl: RunCrawl) -> None:
    stand_in.set_faults("/provider/44/80487", Fault(status=410))
    assert not crawl(stand_in, max_failed_share=0, retry_times=0).verdict[0]
    stand_in.set_faults("/provider/44/80487")
    stand_in.forget_requests()
    good = crawl(stand_in)
    assert good.verdict[0]
    assert stand_in.count("/v1/file/50000009") == 0  # landed by the failed crawl
    assert {r.key for r in good.responses if r.page == "report"} == {"file/50000001", "file/50000002", "file/50000009"}
    stand_in.forget_requests()
    later = crawl(stand_in)
    assert [r for r in later.responses if r.page == "report"] == []


def test_a_compressed_body_is_not_unpacked_beyond_the_limit(stand_in: StandIn, crawl: RunCrawl) -> None:
    body = gzip.compress(b"%PDF-" + b" " * 5_000_000)
    stand_in.set_faults(REPORT, Fault(status=200, headers={"Content-Encoding": "gzip"}, body=body))
    done = crawl(stand_in, max_body_bytes=100_000, max_failed_share=0.5)
    (refused,) = (r for r in done.responses if r.error)
    assert refused.key == "file/50000001"


def test_a_file_that_two_authorities_list_is_asked_for_once(crawl: RunCrawl) -> None:
    shared = [
        StandInProvider(urn, name, "Town Hall", (report(50000001, label=f"Joint area inspection with {name}"),))
        for urn, name in ((80487, "Barnet"), (80488, "Bexley"))
    ]
    with serve(StandInSite(tuple(shared))) as site:
        first = crawl(site)
        crawl(site)
        assert files(site) == [REPORT]
    assert first.summary["tally"]["reports"] == 2


def test_a_crawl_does_not_mix_into_a_home_of_another_profile(
    stand_in: StandIn, crawl: RunCrawl, tmp_path: Path
) -> None:
    (tmp_path / "profile").write_text("demo\n")
    done = crawl(stand_in)
    assert done.shard is None
    assert "holds data of the profile 'demo'" in done.log


def test_a_live_site_is_not_asked_without_a_contact(crawl: RunCrawl, stand_in: StandIn) -> None:
    done = crawl(stand_in, base_url="https://reports.ofsted.gov.uk")
    assert done.shard is None
    assert "no contact is set" in done.log


def test_an_override_that_no_source_declares_is_refused_with_the_known_keys(crawl: RunCrawl, stand_in: StandIn) -> None:
    done = crawl(stand_in, base_ulr="http://127.0.0.1")
    assert done.exit_code != 0
    assert "base_ulr" in done.log
    assert "report_recheck_days" in done.log
