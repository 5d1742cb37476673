"""Runs a source's spider in a process of its own, and reads its verdict from the shard that it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crawler.landing import HOME_VARIABLE, RESPONSES, TIED_VARIABLE, Landing, read_shard
from warehouse.home import Home

#: Seconds between two looks at how far the crawls are.
POLL = 0.1


@dataclass(frozen=True, slots=True)
class Crawled:
    """One source's crawl: its verdict, its counts (empty where it died), its log."""

    source: str
    ok: bool
    reason: str
    tally: Mapping[str, Any]
    started_at: str | None
    finished_at: str | None
    log: Path


@dataclass(slots=True)
class _Crawl:
    source: str
    process: subprocess.Popen[bytes]
    shard: Path
    log: Path
    responses: int = 0
    read_to: int = 0


def crawl_sources(
    home: Home,
    run_id: str,
    profile: str,
    sources: Mapping[str, Mapping[str, str]],
    since: date | None,
    on_progress: Callable[[str, int], None],
) -> list[Crawled]:
    """Crawl sources side by side, each with its overrides. `on_progress` gets a source and its responses so far."""
    crawls = [_start(home, run_id, profile, source, overrides, since) for source, overrides in sources.items()]
    try:
        while running := [crawl for crawl in crawls if crawl.process.poll() is None]:
            for crawl in running:
                _tell(crawl, on_progress)
            time.sleep(POLL)
    finally:
        for crawl in crawls:
            if crawl.process.poll() is None:
                crawl.process.terminate()
                crawl.process.wait()
    return [_finished(home, run_id, crawl) for crawl in crawls]


def _start(
    home: Home, run_id: str, profile: str, source: str, overrides: Mapping[str, str], since: date | None
) -> _Crawl:
    home.logs.mkdir(parents=True, exist_ok=True)
    log = home.logs / f"{run_id}-{source}.log"
    command = [sys.executable, "-m", "scrapy", "crawl", source, "-a", f"run_id={run_id}", "-a", f"profile={profile}"]
    command += [f"-a{key}={value}" for key, value in overrides.items()]
    if since:
        command.append(f"-asince={since.isoformat()}")
    environment = {
        **os.environ,
        HOME_VARIABLE: str(home.root.resolve()),
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        TIED_VARIABLE: "1",
    }
    with log.open("wb") as output:
        # Its standard input closes when this process ends, however it ends; the spider then ends too.
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    shard = Landing(home.root).root / "shards" / source / f".{run_id}.partial"
    return _Crawl(source, process, shard, log)


def _tell(crawl: _Crawl, on_progress: Callable[[str, int], None]) -> None:
    """Tell how many responses are landed, where that has changed."""
    try:
        with (crawl.shard / RESPONSES).open("rb") as responses:
            responses.seek(crawl.read_to)
            new = responses.read()
    except FileNotFoundError:  # not begun, or renamed into place
        return
    if new:
        crawl.read_to += len(new)
        crawl.responses += new.count(b"\n")
        on_progress(crawl.source, crawl.responses)


def _finished(home: Home, run_id: str, crawl: _Crawl) -> Crawled:
    shard = Landing(home.root).root / "shards" / crawl.source / run_id
    if not shard.is_dir():
        words = [line for line in crawl.log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        reason = f"the crawl died with exit code {crawl.process.returncode}: {words[-1] if words else 'no log'}"
        return Crawled(crawl.source, False, reason, {}, None, None, crawl.log)
    summary = read_shard(shard)
    verdict = summary["verdict"]
    return Crawled(
        crawl.source,
        verdict["ok"],
        verdict["reason"],
        summary["tally"],
        summary["started_at"],
        summary["finished_at"],
        crawl.log,
    )
