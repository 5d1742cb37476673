"""Fetches Ofsted's yearly workbook of inspection outcomes, or the snapshot of it that ships with the project."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy.http import Response

from crawler.items import Item
from crawler.source import PROJECT
from crawler.sources.official_statistics.declaration import Declaration
from crawler.sources.official_statistics.parse import PAGES
from crawler.spider import SourceSpider


class OfficialStatisticsSpider(SourceSpider):
    """One shard: one workbook."""

    name = "official_statistics"
    source: Declaration

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the workbook."""
        url = self.source.asked_url or (PROJECT / self.source.workbook).resolve().as_uri()
        if self.source.asked_url is None:
            self.local_files = frozenset({url})
        yield self.get(url, self.workbook, page="workbook", key="workbook/inspection_outcomes")

    def workbook(self, response: Response) -> Iterator[Item]:
        """Read its rows."""
        yield from self.counted(PAGES["workbook"](response.body, response.url))
