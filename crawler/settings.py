"""Scrapy settings that hold for every source; what differs by source stands in its `source.yml`."""

BOT_NAME = "caseload-watch"
SPIDER_MODULES = ["crawler.sources.ofsted_reports.spider", "crawler.sources.official_statistics.spider"]
NEWSPIDER_MODULE = "crawler.sources"

# One request at a time in the whole source: a wait for `Retry-After` then pauses everything, not only one request.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1

# Our own rules replace Scrapy's: it reads an unreachable robots.txt as "allowed", lets subdomains and `dont_filter`
# requests off the site, and retries at once without looking at `Retry-After`.
ROBOTSTXT_OBEY = False
RETRY_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.politeness.HostGuard": 50,
    "crawler.politeness.RobotsGuard": 100,
    "crawler.politeness.ConditionalRequests": 450,
    "crawler.politeness.BlockGuard": 540,
    "crawler.politeness.PoliteRetry": 550,
    "crawler.politeness.Pace": 960,  # nearest to the wire
    "crawler.politeness.SizeLimit": 970,
}
# Before HttpErrorMiddleware (50): error pages and refusals are landed as well.
SPIDER_MIDDLEWARES = {
    "crawler.spider.LandingMiddleware": 10,
    "crawler.politeness.BlockGuard": 20,
    # What they do is of no use here, and each costs a step a request.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}

DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_FAIL_ON_DATALOSS = False  # a truncated body is landed and rejected by name, not lost
DOWNLOAD_MAXSIZE = 0  # SizeLimit stops a body at the source's own limit and keeps what came
DOWNLOAD_DELAY = 0  # Pace keeps the source's own delay, to the full: Scrapy varies its delay by half
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
REDIRECT_MAX_TIMES = 5
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
STATS_DUMP = False
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.spider.QuietLog"
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the source of each callback at the first request: half a second
