"""A crawl of the stand-in site against a bare Scrapy spider that downloads the same bytes, in the same run.

    python benchmarks/crawl.py [--manifest MANIFEST.csv --reports FOLDER] [--rounds 3]

Without a manifest, the demonstration's site is crawled. Both spiders walk from the list to every report, obey
robots.txt and ask for one thing at a time, without a delay; the bare one keeps nothing. Each runs as a process of its
own, so the figures include Scrapy's start. Prints seconds of both and their ratio (at most 1.3), and those of a second
crawl, which downloads no report.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.demo.site import StandIn, demo_site, from_manifest, serve

BARE_SPIDER = """
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {
        "CONCURRENT_REQUESTS": 1, "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False
    }

    async def start(self):
        yield scrapy.Request(self.search + "&start=0&rows=100")

    def parse(self, response):
        yield from response.follow_all(css="a[href*='/provider/44/']", callback=self.provider)

    def provider(self, response):
        yield from response.follow_all(css="a.publication-link", callback=self.report)

    def report(self, response):
        yield {"url": response.url, "bytes": len(response.body)}
"""


PROJECT = Path(__file__).resolve().parent.parent


def seconds(command: list[str], folder: Path, home: Path) -> float:
    started = time.perf_counter()
    environment = {**os.environ, "CASELOAD_WATCH_HOME": str(home)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - started


def ours(site: StandIn) -> list[str]:
    settings = {"base_url": site.base_url, "hosts": "[]", "download_delay": 0, "bounds": "{}"}
    command = [sys.executable, "-m", "scrapy", "crawl", "ofsted_reports"]
    return command + [part for key, value in settings.items() for part in ("-a", f"{key}={value}")]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--manifest", type=Path)
    arguments.add_argument("--reports", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    site = from_manifest(chosen.manifest, chosen.reports) if chosen.manifest else demo_site()
    with serve(site) as stand_in, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        spider = folder / "bare.py"
        spider.write_text(BARE_SPIDER)
        first, again, bare = [], [], []
        for number in range(chosen.rounds):
            home = folder / f"home{number}"
            stand_in.forget_requests()
            first.append(seconds(ours(stand_in), PROJECT, home))
            asked = len(stand_in.requests)
            stand_in.forget_requests()
            again.append(seconds(ours(stand_in), PROJECT, home))
            asked_again = len(stand_in.requests)
            stand_in.forget_requests()
            command = [
                sys.executable,
                "-m",
                "scrapy",
                "runspider",
                str(spider),
                "-a",
                f"search={stand_in.base_url}/search?",
            ]
            bare.append(seconds(command, folder, folder))  # outside the project: Scrapy's own settings
            if len(stand_in.requests) != asked:
                sys.exit(f"the bare spider asked {len(stand_in.requests)} times, ours {asked} times")
    ratio = statistics.median(one / other for one, other in zip(first, bare, strict=True))
    print(f"responses                        {asked}")
    print(f"bare Scrapy spider               {statistics.median(bare):7.2f} s")
    print(f"ofsted_reports, first crawl      {statistics.median(first):7.2f} s")
    print(f"ratio                            {ratio:7.2f}  (at most 1.3)")
    print(f"ofsted_reports, second crawl     {statistics.median(again):7.2f} s, {asked_again} responses")


if __name__ == "__main__":
    main()
