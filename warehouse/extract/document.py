"""A document as rules see it: its text, its plain view, its pages, its title, and the reports that share one PDF."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from warehouse.extract.dates import read_period
from warehouse.extract.facts import Evidence
from warehouse.extract.judgements import spaced
from warehouse.extract.kinds import KINDS, LETTER_EVENTS, KindRule
from warehouse.extract.pages import document_text
from warehouse.extract.plain import plain

FRONT_PAGES: Final = 3  # a title or a judgement table is on page 1, or ends on page 2
PAGE_LENGTH: Final = 10_000  # a real page has at most 5,000 characters; bounds the work on a damaged text

DATES_LABEL: Final = re.compile(
    r"(?<!previous )(?<!last )\b(?:(?:inspection|review|visit|fieldwork)\s+dates?(?:\s*\(s\))?"
    r"|dates?\s+of\s+(?:the\s+)?(?:inspection|review|visit))[ ]*:?\s*(?:(?:from|between)\s+)?"
)
_TITLES: Final = [(rule, re.compile(rf"\b{spaced(rule.pattern)}")) for rule in KINDS]
# How far from the top of a page that begins a report its title, and the lines below its title, are.
_TITLE_WITHIN: Final = 400
_FRONT_WITHIN: Final = 900
_FRONT_LABEL: Final = re.compile(
    r"^[ ]*(?:report\s+published|published|(?:lead|reporting)\s+inspector)\b", re.MULTILINE
)


class Span(NamedTuple):
    """A stretch of the text: offsets of its first character and of the one after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a document: its kind, and the match in the plain view."""

    rule: KindRule
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class Document:
    """The text of all pages and its plain view, with the pages that belong to one report as spans of both.

    `pages` are the pages whole; `heads` are the same pages cut at PAGE_LENGTH, for rules that search.
    """

    text: str
    plain: str
    page_starts: tuple[int, ...]
    pages: tuple[Span, ...]

    @classmethod
    def of(cls, pages: Sequence[str]) -> Self:
        """Make a document of page texts."""
        text = document_text(pages)
        spans = []
        start = 0
        for page in pages:
            spans.append(Span(start, start + len(page)))
            start += len(page) + 1
        return cls(text, plain(text), tuple(span.start for span in spans), tuple(spans))

    @property
    def heads(self) -> tuple[Span, ...]:
        """The pages, none longer than PAGE_LENGTH."""
        return tuple(Span(start, min(end, start + PAGE_LENGTH)) for start, end in self.pages)

    @property
    def end(self) -> int:
        """The offset after the last page of this report."""
        return self.pages[-1].end

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the proof that stands between two offsets, without the white space around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Evidence(bisect_right(self.page_starts, start), self.text[start:end], start, end)

    def reports(self) -> Iterator[Self]:
        """Yield the reports that share one PDF: a page after the first title with a front of its own begins another.

        A letter is alone: what it encloses or tells of is not read.
        """
        titled = (number for number, page in enumerate(self.heads) if _first_title(self.plain, page))
        first = next(titled, len(self.pages))
        if any(_is_letter(self.plain, page) for page in self.heads[: first + 1]):
            first = len(self.pages)
        begins = [0, *(n for n, page in enumerate(self.pages) if n > first and self._begins_a_report(page))]
        for begin, after in zip(begins, [*begins[1:], len(self.pages)], strict=True):
            yield type(self)(self.text, self.plain, self.page_starts, self.pages[begin:after])

    def _begins_a_report(self, page: Span) -> bool:
        top = Span(page.start, min(page.end, page.start + _FRONT_WITHIN))
        dates = DATES_LABEL.search(self.plain, *top)
        if dates is None or read_period(self.plain, dates.end()) is None:
            return False
        if not _FRONT_LABEL.search(self.plain, dates.end(), top.end):
            return False  # a running header may repeat title and dates, not what stands below them
        return _first_title(self.plain, Span(page.start, min(dates.start(), page.start + _TITLE_WITHIN))) is not None

    def title(self) -> Title | None:
        """Return the title that stands first; where a running header repeats it above, the last before the dates."""
        of_a_letter = False
        for page in self.heads[:FRONT_PAGES]:
            of_a_letter = of_a_letter or _is_letter(self.plain, page)
            title = _first_title(self.plain, page, of_a_letter=of_a_letter)
            if title is None:
                continue
            dates = DATES_LABEL.search(self.plain, title.match.end(), page.end)
            if dates is None:
                return title
            pattern = next(pattern for rule, pattern in _TITLES if rule is title.rule)
            *_, last = [title.match, *pattern.finditer(self.plain, title.match.end(), dates.start())]
            return Title(title.rule, last)
        return None


def _is_letter(plain_text: str, span: Span) -> bool:
    return "\ndear " in plain_text[slice(*span)]


def _first_title(plain_text: str, span: Span, *, of_a_letter: bool = False) -> Title | None:
    found = [Title(rule, match) for rule, title in _TITLES if (match := title.search(plain_text, *span))]
    if of_a_letter or _is_letter(plain_text, span):  # what it says above its subject is about something else
        found = [title for title in found if title.rule.event_type in LETTER_EVENTS]
    # Of titles that begin at the same word the first in the table counts: min keeps it.
    return min(found, key=lambda title: title.match.start(), default=None)
