"""How we behave on other people's sites. Every rule here is stricter than Scrapy's own.

- Requests, redirects included, stay on the hosts that `source.yml` names.
- robots.txt is obeyed; when it cannot be read (5xx, no answer, refused) the source stops (RFC 9309, 2.3.1.4).
- 429 and 5xx are asked again after `Retry-After`, or a doubling wait; since one request is under way at a time, the
  whole source waits.
- 401, 403 or a challenge page stops the source. We never try to get round it.
- What was landed before is asked for with `If-None-Match` / `If-Modified-Since`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from protego import Protego
from scrapy import Request, signals
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import load_object

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from crawler.spider import SourceSpider

logger = logging.getLogger(__name__)

RETRIED = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
REFUSED = frozenset({401, 403})

# What a challenge page says, whatever its status. (pattern, an example that a test runs)
CHALLENGES: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"<title>\s*just a moment", re.I), b"<title>Just a moment...</title>"),
    (re.compile(rb"cf-challenge|_cf_chl_opt|cf-turnstile", re.I), b"<script>window._cf_chl_opt={}</script>"),
    (re.compile(rb"<title>\s*attention required", re.I), b"<title>Attention Required! | Cloudflare</title>"),
    (re.compile(rb"_incapsula_resource", re.I), b'<iframe src="/_Incapsula_Resource?x=1"></iframe>'),
    (re.compile(rb"g-recaptcha|h-captcha|geo\.captcha-delivery", re.I), b'<div class="g-recaptcha"></div>'),
    (
        re.compile(rb"<title>\s*(access denied|request rejected|pardon our interruption)", re.I),
        b"<title>Access Denied</title>",
    ),
)


class SourceStopped(IgnoreRequest):
    """Raised when the source must not be asked any further. `reason` becomes its verdict."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(IgnoreRequest):
    """Raised when one request must not be made: another host, or an address that robots.txt disallows."""


def challenge(body: bytes) -> str | None:
    """What in an HTML body shows that it is a challenge and not the page; None for a page."""
    head = body[:20_000]
    for pattern, _example in CHALLENGES:
        if found := pattern.search(head):
            return found.group(0).decode("latin-1").strip()
    return None


class Rule:
    """What every rule here is made from: the crawl that it is a part of."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the rule for one crawl."""
        return cls(crawler)

    @property
    def spider(self) -> SourceSpider:
        """The spider of the crawl, with its source and its shard."""
        return cast("SourceSpider", self.crawler.spider)


class HostGuard(Rule):
    """Lets no request off the source's hosts."""

    def process_request(self, request: Request) -> None:
        """Raise NotAllowed for a host that the source does not name."""
        parts = urlsplit(request.url)
        if parts.scheme == "file" and request.url in self.spider.local_files:
            return
        if parts.scheme not in ("http", "https") or parts.netloc.lower() not in self.spider.source.allowed_hosts:
            named = ", ".join(sorted(self.spider.source.allowed_hosts))
            raise NotAllowed(f"{request.url}: not on a host that source.yml names ({named})")


class RobotsGuard(Rule):
    """Obeys robots.txt, and stops the source where it cannot be read."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, Protego | str] = {}

    async def process_request(self, request: Request) -> None:
        """Raise NotAllowed for a disallowed address, SourceStopped where the host's rules cannot be read."""
        if request.meta.get("is_robots") or request.url.startswith("file:"):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = await self._read(f"{host}/robots.txt")
        rules = self._rules[host]
        if isinstance(rules, str):
            raise SourceStopped(rules)
        agent = self.spider.source.identification
        if not rules.can_fetch(request.url, agent):
            raise NotAllowed(f"{request.url}: disallowed by {host}/robots.txt")
        self.spider.crawl_delays[parts.netloc] = rules.crawl_delay(agent) or 0.0

    async def _read(self, url: str) -> Protego | str:
        """The rules at `url`, or why they cannot be read."""
        engine: Any = self.crawler.engine
        request = Request(url, meta={"is_robots": True}, callback=NO_CALLBACK)
        try:
            response = await engine.download_async(request)
        except SourceStopped:
            raise
        except Exception as error:  # noqa: BLE001 - whatever kept robots.txt from us, the rule is the same: stop
            return f"robots_unreachable: {url}: {error or type(error).__name__}"
        if self.spider.refusal:
            return str(self.spider.refusal)
        if response.status >= 500:
            return f"robots_unreachable: {url} answered {response.status}"
        if response.status >= 400:
            return Protego.parse("")
        return Protego.parse(response.body.decode("utf-8-sig", "replace"))


class Pace(Rule):
    """Leaves the declared delay between two requests to a host, or the longer one that its robots.txt asks for.

    The last step before a request is sent; since one is under way at a time, what is waited here is kept.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._sent: dict[str, float] = {}

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn."""
        host = urlsplit(request.url).netloc
        delay = max(self.spider.source.download_delay, self.spider.crawl_delays.get(host, 0.0))
        wait = self._sent.get(host, -delay) + delay - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._sent[host] = time.monotonic()


class PoliteRetry(Rule):
    """Asks again for what failed for a while, after the wait that the site asks for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._retried: tuple[type[Exception], ...] = tuple(
            load_object(name) if isinstance(name, str) else name
            for name in crawler.settings.getlist("RETRY_EXCEPTIONS")
        )

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Wait and ask again, or pass the answer on when it is final or was asked for often enough."""
        if response.status in RETRIED and not challenge(response.body):
            return await self._again(request, f"HTTP {response.status}", response) or response
        if "dataloss" in response.flags:
            return await self._again(request, "the body broke off", response) or response
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Wait and ask again after a broken connection or a time-out."""
        if isinstance(exception, self._retried):
            return await self._again(request, str(exception) or type(exception).__name__, None)
        return None

    async def _again(self, request: Request, reason: str, response: Response | None) -> Request | None:
        source = self.spider.source
        retry = get_retry_request(
            request, spider=self.spider, reason=reason, max_retry_times=source.retry_times, priority_adjust=0
        )
        if retry is None:
            return None
        wait = source.backoff_seconds * 2 ** (retry.meta["retry_times"] - 1)
        header = response.headers.get("Retry-After") if response else None
        if header:
            asked = retry_after_seconds(header.decode("latin-1"), datetime.now(UTC))
            if asked is not None and asked > source.max_wait_seconds:
                raise SourceStopped(f"blocked: {request.url} asks for a wait of {asked:.0f} s ({reason})")
            wait = wait if asked is None else asked
        self.spider.logger.info("%s: %s; asking again in %.1f s", request.url, reason, wait)
        await asyncio.sleep(wait)
        return retry


class ConditionalRequests(Rule):
    """Asks only for what changed, and answers 304 with the bytes landed before."""

    def process_request(self, request: Request) -> None:
        """Add the validators of what was landed under the request's key."""
        landing = request.meta.get("landing")
        known = landing and self.spider.shard.known.get(landing["key"])
        if not known or known.status != 200 or "dataloss" in known.flags:
            return
        if not self.spider.shard.landing.holds(str(known.sha256), known.size_bytes):
            return
        if known.etag:
            request.headers["If-None-Match"] = known.etag
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Put the landed bytes into an answer 304."""
        if response.status != 304:
            return response
        known = self.spider.shard.known[request.meta["landing"]["key"]]
        headers = response.headers.copy()
        for name, value in (
            ("ETag", known.etag),
            ("Last-Modified", known.last_modified),
            ("Content-Type", known.media_type),
        ):
            if value and name not in headers:
                headers[name] = value
        body = self.spider.shard.landing.body(str(known.sha256))
        return response.replace(status=200, body=body, headers=headers, flags=[*response.flags, "not_modified"])


class BlockGuard(Rule):
    """Stops the source at 401, 403, a challenge page, or a 429 that no waiting ended.

    As a downloader middleware it marks the refusal, so that nothing more is asked; as a spider middleware, behind the
    landing of the refusing page, it ends the crawl.
    """

    def process_request(self, request: Request) -> None:
        """Raise SourceStopped once the source has refused."""
        if self.spider.refusal:
            raise SourceStopped(self.spider.refusal)

    def process_response(self, request: Request, response: Response) -> Response:
        """Mark a refusal."""
        is_html = (response.headers.get("Content-Type") or b"").startswith(b"text/html")
        if response.status in REFUSED or response.status == 429:
            self.spider.refusal = f"blocked: {response.url} answered {response.status}"
        elif is_html and (found := challenge(response.body)):
            self.spider.refusal = f"blocked: {response.url} is a challenge page ({found})"
        return response

    def process_spider_input(self, response: Response) -> None:
        """Raise SourceStopped for the response that was marked."""
        if self.spider.refusal:
            raise SourceStopped(self.spider.refusal)


class SizeLimit(Rule):
    """Stops a download at the source's limit and keeps what came, so that it is rejected as `too_large`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._received: WeakKeyDictionary[Request, int] = WeakKeyDictionary()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Hook the limit to what comes."""
        limit = cls(crawler)
        crawler.signals.connect(limit.headers_received, signal=signals.headers_received)
        return limit

    def headers_received(self, headers: Headers, body_length: Any, request: Request) -> None:
        """Count bytes from the first body on whose length is not known (no number) to be within the limit."""
        if not isinstance(body_length, int) or body_length > self.spider.source.max_body_bytes:
            self.crawler.signals.connect(self.bytes_received, signal=signals.bytes_received)

    def process_response(self, request: Request, response: Response) -> Response:
        """Let no compressed body unpack to more than the limit."""
        request.meta["download_maxsize"] = self.spider.source.max_body_bytes
        return response

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop the download above the limit."""
        self._received[request] = self._received.get(request, 0) + len(data)
        if self._received[request] > self.spider.source.max_body_bytes:
            raise StopDownload(fail=False)


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for (a number or an HTTP date); None where it says neither."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
