"""The pages of a stand-in site: Ofsted's tags, classes and nesting, with nothing else on them. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote_plus

from crawler.demo.model import StandInProvider, StandInReport

# The real site shows ten rows by default and never more than a hundred (since February 2025).
DEFAULT_ROWS = 10
MAX_ROWS = 100


def site_date(day: date) -> str:
    """A date as the site prints it: 02 September 2024."""
    return f"{day:%d %B %Y}"


def escape(text: str) -> str:
    """Text for HTML, with apostrophes as the site writes them."""
    return html.escape(text).replace("&#x27;", "&#039;")


def page(title: str, main: str) -> bytes:
    """A whole page; the head carries what every page of the real site carries, its title excepted."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8"/>
  <meta name="dcterms.date" content="2018-01-01T00:00:00Z">
  <meta name="dc.title" content="Find an inspection report and registered childcare">
  <title>{escape(title)}</title>
</head>
<body>
<main id="main" tabindex="-1">
{main}
</main>
<footer class="footer"><p class="footer__copy-right">Stand-in for a site; made by Caseload Watch</p></footer>
</body>
</html>
""".encode()


def search_page(found: tuple[StandInProvider, ...], start: int, rows: int, query: Mapping[str, str]) -> bytes:
    """One page of the result list: `found` from row `start`. Each authority is linked twice, as on the real page."""
    shown = found[start : start + rows]
    results = "\n".join(_result(provider) for provider in shown)
    return page(
        "Search results - Find an Inspection Report - Ofsted",
        f"""<div class="search-results__heading"><h2 class="heading--sub">Results</h2>
<p class="results-count"><span class="js-results-count">{len(found)}</span> results</p></div>
<ul class="results-list list-unstyled">
{results}
</ul>
{_pagination(len(found), start, rows, query)}""",
    )


def _result(provider: StandInProvider) -> str:
    name, link = escape(provider.name), f"/provider/44/{provider.urn}"
    closed = provider.status != "Open"
    title_class = "search-result__title heading--sub" + (" search-result__title--closed" if closed else "")
    badge = ' <span class="badge badge--closed">Closed</span>' if closed else ""
    latest = max((report.published_on for report in provider.reports), default=None)
    latest_item = f"<li>Latest report: <strong>{site_date(latest)}</strong></li>" if latest else ""
    return f"""<li class="search-result">
  <h3 class="{title_class}"><a href="{link}">{name}</a>{badge}</h3>
  <address class="search-result__address">{escape(provider.address)}</address>
  <ul class="search-result__provider-info list-unstyled">
    <li>Category: <strong>Local Authority Children&#039;s Services</strong></li>
    {latest_item}
    <li>URN: <strong>{provider.urn}</strong></li>
  </ul>
  <a class="search-result__link" href="{link}"><span class="nonvisual">{name}</span></a>
</li>"""


def _pagination(total: int, start: int, rows: int, query: Mapping[str, str]) -> str:
    links = []
    if start > 0:
        links.append(_page_link("previous", "Previous", max(start - rows, 0), rows, query))
    if start + rows < total:
        links.append(_page_link("next", "Next", start + rows, rows, query))
    number, pages = start // rows + 1, -(-total // rows)
    numbers = f'<span class="pagination__numbers">{number} of {pages}</span>' if pages > 1 else ""
    return f'<nav aria-label="Pages"><div class="pagination">{"".join(links)}{numbers}</div></nav>'


def _page_link(which: str, words: str, start: int, rows: int, query: Mapping[str, str]) -> str:
    # The site writes the filter's list index out when it pages: level_2_types[0].
    kept = {key.replace("[]", "[0]"): value for key, value in query.items() if key not in ("start", "rows")}
    kept |= {"start": str(start), "rows": str(rows)}
    address = "/search?" + "&".join(f"{quote_plus(key)}={quote_plus(value)}" for key, value in kept.items())
    return f'<a class="pagination__{which}" href="{escape(address)}">{words}</a>'


def provider_page(provider: StandInProvider, files_url: str) -> bytes:
    """An authority's page: newest entry first, archived ones collapsed. Files are linked below `files_url`."""
    newest_first = sorted(provider.reports, key=lambda report: report.published_on, reverse=True)
    days = [_day(report, files_url) for report in newest_first if not report.archived]
    if provider.status != "Open":
        closed_on = (
            f'<p class="timeline__date"><time>{site_date(provider.closed_on)}</time></p>' if provider.closed_on else ""
        )
        days.insert(0, _status_day("closed", "Closed", closed_on))
    if archived := [_day(report, files_url) for report in newest_first if report.archived]:
        days.append(_archive(archived))
    days.append(_status_day("opened", "Opened"))
    timeline = "\n".join(days)
    name = escape(provider.name)
    return page(
        f"{provider.name} - {provider.status} - Find an Inspection Report - Ofsted",
        f"""<div class="module title-block"><div class="container">
  <ol class="breadcrumbs"><li class="crumb"><a href="/">Home</a></li><li class="crumb">{name}</li></ol>
  <h1 class="heading--title title-block__heading">{name}</h1>
  <p class="heading--main title-block__subheading">URN: {provider.urn}</p>
  <address class="title-block__address">Address: {escape(provider.address)}</address>
</div></div>
<div class="provider provider--default"><div class="container"><div class="module">
  <h2 class="timeline__title heading--sub">All reports</h2>
  <ol class="timeline">
{timeline}
  </ol>
</div></div></div>""",
    )


def _day(report: StandInReport, files_url: str) -> str:
    label = escape(report.label)
    day = site_date(report.nonvisual_date or report.published_on)
    # Older entries of the real site have the type in small letters after two spaces.
    hidden = f"{label},  pdf - {day}" if report.archived else f"{label}, PDF - {day}"
    return f"""<li class="timeline__day"><div class="event">
  <p class="timeline__date"><time>{site_date(report.event_date)}</time></p>
  <span class="event__title heading--sub"><a class="publication-link" target="_blank"
    href="{files_url}/v1/file/{report.file_number}">{label} <span class="nonvisual">{hidden}</span></a>
    <div class="event__metadata"><span class="filetype">PDF</span> &ndash; Published
      <time pubdate>{site_date(report.published_on)}</time></div></span>
</div></li>"""


def _status_day(which: str, words: str, day: str = "") -> str:
    return f"""<li class="timeline__day timeline__day--{which}"><div class="event">{day}
  <span class="event__title heading--sub">{words}</span></div></li>"""


def _archive(days: list[str]) -> str:
    return f"""<li class="timeline__day timeline__day--has-archive"><details>
  <summary><span class="expander-see-more">Older reports</span></summary>
  <div class="timeline__archive"><ol>
{"".join(days)}
  </ol></div></details></li>"""


def message_page(title: str, words: str) -> bytes:
    """A page that only says something: not found, forbidden, a file that is gone."""
    return page(
        f"{title} - Find an Inspection Report - Ofsted",
        f"""<div class="module title-block title-block--flat">
  <h1 class="heading--title title-block__heading">{escape(title)}</h1></div>
<div class="flat-content text-large"><p>{escape(words)}</p></div>""",
    )


# What the site serves, with status 200, for a file that was taken down.
REPORT_NOT_FOUND = message_page("Report not found", "This file is no longer here.")
NOT_FOUND = message_page("Page not found", "There is no such page.")
FORBIDDEN = message_page("Forbidden", "You may not see this page.")
CHALLENGE = page("Just a moment...", '<form id="challenge-form"><p>One moment: we check your browser.</p></form>')
