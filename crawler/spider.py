"""What every spider of this project shares: its declaration, its shard, and its end."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

import scrapy
from scrapy import Request, signals
from scrapy.exceptions import CloseSpider
from scrapy.logformatter import LogFormatter
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.items import Item
from crawler.landing import TIED_VARIABLE, Landing, ShardWriter, claim_home, home_folder, new_run_id
from crawler.politeness import NotAllowed, Rule, SourceStopped
from crawler.source import Source, load_source
from crawler.verdict import Tally, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


class SourceSpider(scrapy.Spider):
    """A spider that walks one source and lands what it gets.

    Arguments of `scrapy crawl … -a key=value` override keys of `source.yml`; `run_id` names the shard, `since` (a date)
    leaves out what was published before, `profile` is the one of the home folder.
    """

    #: Pages whose key names their content, so that what a killed crawl landed need not be asked for again.
    reusable_pages: ClassVar[frozenset[str]] = frozenset()

    source: Source
    shard: ShardWriter

    def __init__(
        self, run_id: str | None = None, since: str | None = None, profile: str = "live", **overrides: str
    ) -> None:
        super().__init__()
        self.profile = profile
        self.run_id = run_id or new_run_id()
        self.since = datetime.strptime(since, "%Y-%m-%d").date() if since else None
        self.source = load_source(self.name, overrides)
        self.local_files: frozenset[str] = frozenset()
        #: Why the site refused us; nothing more is asked once this is set.
        self.refusal: str | None = None
        #: Seconds between two requests that each host's robots.txt asks for.
        self.crawl_delays: dict[str, float] = {}
        self.tally = Tally()
        self.started_at = datetime.now(UTC)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and set what its `source.yml` says of politeness."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.source.require_contact()
        claim_home(home_folder(), spider.profile)
        if os.environ.get(TIED_VARIABLE):
            threading.Thread(target=_end_with_standard_input, daemon=True).start()
        crawler.settings.set("USER_AGENT", spider.source.identification, priority="spider")
        spider.shard = ShardWriter(Landing(home_folder()), spider.name, spider.run_id, cls.reusable_pages)
        crawler.signals.connect(spider._error, signal=signals.spider_error)
        crawler.signals.connect(spider.finish, signal=signals.spider_closed)
        return spider

    def get(
        self,
        url: str,
        callback: Callable[..., Any],
        *,
        page: str,
        key: str | None = None,
        accept_status: tuple[int, ...] = (),
        **context: Any,
    ) -> Request:
        """A request whose answer is landed as `page` under `key` (else the address); `context` reaches the callback
        and, from landed bytes, the parse function of that page.
        """
        self.tally.requests[page] += 1
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            cb_kwargs=context,
            meta={
                "landing": {"page": page, "key": key or url, "context": context},
                "handle_httpstatus_list": list(accept_status),
            },
            dont_filter=True,
        )

    def counted(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, counted for the verdict."""
        for item in items:
            self.tally.add(item)
            yield item

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Stop the source where it must be, else note the request that failed."""
        error = failure.value
        if isinstance(error, SourceStopped):
            raise CloseSpider(error.reason)
        request: Request = failure.request  # type: ignore[attr-defined]
        landing = request.meta["landing"]
        if isinstance(error, HttpError):  # its page is landed already
            self.tally.fail(landing["page"], f"{request.url} answered {error.response.status}")
            return
        reason = str(error) if isinstance(error, NotAllowed) else f"{request.url}: {error or type(error).__name__}"
        self.tally.fail(landing["page"], reason)
        self.logger.warning("no answer landed: %s", reason)
        self.shard.fail(
            page=landing["page"], key=landing["key"], url=request.url, context=landing["context"], error=reason
        )
        yield from ()

    def finish(self, reason: str) -> None:
        """Judge the crawl and complete the shard."""
        verdict = judge(self.source, self.tally, reason)
        self.logger.info("verdict: %s (%s)", "ok" if verdict.ok else "FAILED", verdict.reason)
        self.shard.close(
            {
                "source": self.name,
                "run_id": self.run_id,
                "started_at": self.started_at.isoformat(),
                "finished_at": datetime.now(UTC).isoformat(),
                "since": self.since.isoformat() if self.since else None,
                "verdict": {"ok": verdict.ok, "reason": verdict.reason},
                "tally": self.tally.summary(),
            }
        )

    def _error(self, failure: Failure, response: Any) -> None:
        self.tally.errors.append(f"{response.url}: {failure.getErrorMessage()}")


class LandingMiddleware(Rule):
    """Lands each response before the spider sees it."""

    def process_spider_input(self, response: Response) -> None:
        """Land the response."""
        landing = response.meta["landing"]
        shard, tally = self.spider.shard, self.spider.tally
        landed = shard.land(response, page=landing["page"], key=landing["key"], context=landing["context"])
        tally.unchanged += landed.is_unchanged
        tally.fetched += not landed.is_unchanged


class QuietLog(LogFormatter):
    """Scrapy's log without a line for each item: what was read is in the shard and in the raw tables."""

    def scraped(self, item: Any, response: Any, spider: Any) -> None:  # type: ignore[override] # documented: None is no line
        """Say nothing."""


def _end_with_standard_input() -> None:
    """End this process, at once, when the one that holds the other end of its standard input is gone."""
    sys.stdin.buffer.read()
    os._exit(1)
