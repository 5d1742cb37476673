"""What tests of several packages share: the repository, the folder of real reports, small PDFs, a small site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from crawler.demo.site import StandIn, StandInProvider, StandInReport, StandInSite, serve
from crawler.landing import Landed, Landing, read_responses, read_shard

REPOSITORY = Path(__file__).resolve().parent.parent


def shared_folder() -> Path:
    """The folder of real reports and labels."""
    return Path(os.environ.get("CASELOAD_WATCH_SHARED", REPOSITORY.parent / "shared"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real reports where they are missing."""
    if not (shared_folder() / "data").is_dir():
        reason = (
            f"needs the real reports and labels: {shared_folder()} is missing (CASELOAD_WATCH_SHARED names another)"
        )
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and labels."""
    return shared_folder()


def small_pdf(*pages: str) -> bytes:
    """A PDF with these pages, one line of text a line."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for page in pages or ("One page",):
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(60, 780 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def ilacs_pdf(authority: str, grade: str = "Good") -> bytes:
    """A report in the layout of 2023, in a few words."""
    return small_pdf(
        f"Inspection of {authority} local authority\nchildren's services\n"
        "Inspection dates: 3 July to 14 July 2023\nLead inspector: Ann Example, His Majesty's Inspector\n"
        f"Judgement Grade\nThe impact of leaders on social work\npractice with children and families\n{grade}\n"
        f"The experiences and progress of\nchildren who need help and protection\n{grade}\n"
        f"The experiences and progress of\nchildren in care\n{grade}\n"
        f"The experiences and progress of care\nleavers\n{grade}\nOverall effectiveness {grade}"
    )


def report(number: int, body: bytes | None = None, label: str = "Children's services inspection") -> StandInReport:
    """One timeline entry of August 2023."""
    published = date(2023, 8, 1 + number % 28)
    return StandInReport(
        number, label, date(2023, 7, 3), published, small_pdf(f"Report {number}") if body is None else body
    )


def small_site(*reports: StandInReport, robots_txt: str = "User-agent: *\nDisallow: /feedback\n") -> StandInSite:
    """Two authorities of the register: Barnet with `reports`, Bexley with one of its own."""
    return StandInSite(
        (
            StandInProvider(80487, "Barnet", "Barnet House, London", reports or (report(50000001), report(50000002))),
            StandInProvider(80488, "Bexley", "Bexley Hall, London", (report(50000009),)),
        ),
        robots_txt=robots_txt,
    )


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """The small site, up on the loopback interface."""
    with serve(small_site()) as site:
        yield site


@dataclass(frozen=True)
class Crawl:
    """One crawl of `scrapy crawl`, as it left its shard (None where it left none)."""

    exit_code: int
    log: str
    shard: Path | None

    @property
    def summary(self) -> dict[str, Any]:
        assert self.shard is not None, self.log
        return read_shard(self.shard)

    @property
    def verdict(self) -> tuple[bool, str]:
        return self.summary["verdict"]["ok"], self.summary["verdict"]["reason"]

    @property
    def responses(self) -> list[Landed]:
        assert self.shard is not None, self.log
        return list(read_responses(self.shard))


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Crawl]:
    """Run the real `scrapy crawl ofsted_reports` against a stand-in, quickly, into the test's own home folder."""

    def run(site: StandIn, **overrides: object) -> Crawl:
        arguments = {
            "base_url": site.base_url,
            "download_delay": 0,
            "backoff_seconds": 0,
            "bounds": json.dumps({"authorities": {"min": 1}}),
            **overrides,
        }
        before = set(Landing(tmp_path).shards("ofsted_reports"))
        command = [sys.executable, "-m", "scrapy", "crawl", "ofsted_reports"]
        command += [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
        environment = {**os.environ, "CASELOAD_WATCH_HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120)
        new = set(Landing(tmp_path).shards("ofsted_reports")) - before
        return Crawl(done.returncode, done.stderr, new.pop() if new else None)

    return run
