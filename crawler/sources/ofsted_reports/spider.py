"""Walks Ofsted's list of authorities, their pages, and every report on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.items import Item, Reject, ReportEntry
from crawler.sources.ofsted_reports.declaration import Declaration
from crawler.sources.ofsted_reports.parse import parse_listing, parse_provider, parse_report_file
from crawler.spider import SourceSpider


class OfstedReportsSpider(SourceSpider):
    """One shard: the whole list, every authority's page, every report that is new or may have changed."""

    name = "ofsted_reports"
    reusable_pages = frozenset({"report"})
    source: Declaration

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of the list."""
        self._seen: set[str] = set()
        self._asked: set[str] = set()
        yield self._list_from(0)

    def _list_from(self, offset: int) -> Request:
        url = f"{self.source.base_url}{self.source.search_path}&start={offset}&rows={self.source.rows}"
        return self.get(url, self.listing, page="listing", start=offset)

    def listing(self, response: Response, start: int) -> Iterator[Item | Request]:
        """Follow every authority of the page, then the next page until all results were seen."""
        page = parse_listing(response.body, response.url)
        if page.total is None or not page.authorities:
            shows = f"{len(page.authorities)} authorities and a count of {page.total}"
            raise CloseSpider(f"not a result list: {response.url} shows {shows}")
        for authority in page.authorities:
            if authority.urn not in self._seen:
                self._seen.add(authority.urn)
                yield from self.counted([authority])
                yield self.get(authority.url, self.provider, page="provider", key=f"provider/{authority.urn}")
        if start + self.source.rows < page.total:
            yield self._list_from(start + self.source.rows)

    def provider(self, response: Response) -> Iterator[Item | Request]:
        """Ask for every report of the timeline that is new or may have changed."""
        for item in self.counted(parse_provider(response.body, response.url)):
            yield item
            if isinstance(item, ReportEntry) and not self._is_before_since(item):
                if item.file_key in self._asked or self._is_landed(item):
                    self.tally.skipped += 1
                else:
                    self._asked.add(item.file_key)
                    yield self.get(
                        item.url,
                        self.report,
                        page="report",
                        key=f"file/{item.file_key}",
                        accept_status=(404, 410),
                        file_key=item.file_key,
                        urn=item.urn,
                        entry=_signature(item),
                    )

    def report(self, response: Response, file_key: str, urn: str, entry: str) -> Iterator[Item]:
        """Say whether the landed file is a report."""
        flags = tuple(response.flags)
        item = parse_report_file(response.body, response.url, file_key=file_key, status=response.status, flags=flags)
        yield from self.counted([item])

    def _is_before_since(self, entry: ReportEntry) -> bool:
        return bool(self.since and entry.published_on and entry.published_on < self.since)

    def _is_landed(self, entry: ReportEntry) -> bool:
        """True where the file was landed, its entry is as it was, and it was asked for not long ago."""
        landed = self.shard.known.get(f"file/{entry.file_key}")
        if landed is None or landed.status not in (200, 404, 410) or "dataloss" in landed.flags:
            return False
        # A file that two authorities list was landed for one of them, whose entry tells of a change.
        if landed.context["urn"] == entry.urn and landed.context["entry"] != _signature(entry):
            return False
        if not self.shard.landing.holds(str(landed.sha256), landed.size_bytes):
            return False
        if landed.status != 200:  # gone: asked again only on request
            return not self.source.retry_rejects
        if self.source.retry_rejects and self._was_rejected(landed.sha256, landed.url, entry.file_key, landed.flags):
            return False
        return datetime.now(UTC) - landed.fetched < timedelta(days=self.source.report_recheck_days)

    def _was_rejected(self, sha256: str | None, url: str, file_key: str, flags: list[str]) -> bool:
        body = self.shard.landing.body(str(sha256))
        return isinstance(parse_report_file(body, url, file_key=file_key, flags=tuple(flags)), Reject)


def _signature(entry: ReportEntry) -> str:
    """What the site says of a report; a change of it is a reason to ask for the file again."""
    return " | ".join([entry.label, entry.published_text or "", entry.link_date_text or ""])
