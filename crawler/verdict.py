"""Did a crawl get what it came for? Scrapy ends with 0 whatever happened; this decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from crawler.items import Authority, OfficialOutcome, Reject, ReportEntry, ReportFile, SourceIssue
from crawler.source import Bounds, Source


@dataclass(slots=True)
class Tally:
    """What one crawl asked for and read."""

    requests: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    first_failure: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    fetched: int = 0
    skipped: int = 0
    errors: list[str] = field(default_factory=list)
    authorities: set[str] = field(default_factory=set)
    reports: set[tuple[str, str]] = field(default_factory=set)
    files: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)

    def add(self, item: Any) -> None:
        """Count an item; anything that is not one (a request) is passed over."""
        match item:
            case Authority(urn=urn):
                self.authorities.add(urn)
            case OfficialOutcome(dataset="current", la_code=code, la_name=name):
                self.authorities.add(code or name)
            case ReportEntry(urn=urn, file_key=key):
                self.reports.add((urn, key))
            case ReportFile():
                self.files += 1
            case Reject(reason=reason):
                self.rejects[reason] += 1
            case SourceIssue(code=code):
                self.issues[code] += 1

    def fail(self, page: str, reason: str) -> None:
        """Count a request of this kind of page that got no answer, or a wrong one."""
        self.failed[page] += 1
        self.first_failure.setdefault(page, reason)

    def measures(self) -> dict[str, float]:
        """What the bounds of a source can be declared on."""
        authorities = len(self.authorities)
        return {
            "authorities": authorities,
            "reports": len(self.reports),
            "reports_per_authority": len(self.reports) / authorities if authorities else 0.0,
        }

    def summary(self) -> dict[str, Any]:
        """Counts for `shard.json` and the run ledger."""
        return {
            "requests": self.requests.total(),
            "fetched": self.fetched,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "failed": self.failed.total(),
            "files": self.files,
            "rejects": dict(self.rejects),
            "issues": dict(self.issues),
            **self.measures(),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`, or why not: the reason names what was expected."""

    ok: bool
    reason: str


def judge(source: Source, tally: Tally, stop_reason: str) -> Verdict:
    """The verdict on a crawl that ended for `stop_reason` (`finished` when nothing stopped it)."""
    if stop_reason != "finished":
        return Verdict(False, stop_reason)
    if tally.errors:
        return Verdict(False, f"{len(tally.errors)} page(s) could not be read, the first: {tally.errors[0]}")
    for page, failed in tally.failed.items():
        if failed / tally.requests[page] > source.max_failed_share:
            return Verdict(
                False,
                f"{failed} of {tally.requests[page]} requests for a {page} failed; at most "
                f"{source.max_failed_share:.0%} may. The first: {tally.first_failure[page]}",
            )
    measures = tally.measures()
    for name, bounds in source.bounds.items():
        if reason := _outside(name, measures[name], bounds):
            return Verdict(False, reason)
    return Verdict(True, "complete")


def _outside(name: str, value: float, bounds: Bounds) -> str | None:
    if bounds.min is not None and value < bounds.min:
        return f"{name}: {value:.4g} is below the declared minimum of {bounds.min:.4g}"
    if bounds.max is not None and value > bounds.max:
        return f"{name}: {value:.4g} is above the declared maximum of {bounds.max:.4g}"
    return None
