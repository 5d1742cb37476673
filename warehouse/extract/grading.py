"""Finding judgements and their grades: a label, then at once its grade; never a position in a table."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from warehouse.extract import judgements
from warehouse.extract.document import FRONT_PAGES, Document, Span, Title
from warehouse.extract.facts import Issue, Judgement
from warehouse.extract.judgements import LabelRule, spaced
from warehouse.extract.kinds import KindRule

_BACK_PAGES: Final = 4  # where the 2013 scale prints its record of main findings
_LABELS: Final = {
    "ilacs": judgements.ILACS_LABELS,
    "sif": judgements.SIF_LABELS,
    "pre_sif": judgements.PRE_SIF_LABELS,
    "other": (),
}


@dataclass(frozen=True, slots=True)
class _Stated:
    """A judgement as one place of the text states it; `number` is the grade's on the 2013 scale, where printed."""

    judgement: str
    words: str
    number: str | None
    start: int
    end: int


def read_judgements(
    document: Document, title: Title, inspected_from: date | None
) -> tuple[tuple[Judgement, ...], tuple[Issue, ...]]:
    """Return every judgement that the framework and the date require, and an issue for each that cannot be read."""
    rule = title.rule
    issues: list[Issue] = []
    stated: dict[str, list[_Stated]] = {}
    table = _main_findings(document) if rule.framework == "pre_sif" else _front_table(document, title)
    for label, patterns in _rows(rule.framework):
        stated[label.judgement], later = _first_page_wins(
            document, _find_rows(label, patterns, document, table, rule.framework)
        )
        issues.extend(_contradictions(document, rule, stated[label.judgement], later))
    if rule.framework == "sif":
        stated["overall_effectiveness"] = _overall(document, title)
    if _reviews_board(document, title):
        stated["lscb"] = _lscb(document)

    missing = [judgement for judgement in _required(title, stated, inspected_from) if not stated.get(judgement)]
    for label, patterns in _rows(rule.framework):
        # The headings of a report's sections repeat each judgement but the overall one.
        if label.judgement in missing and label.judgement != "overall_effectiveness":
            body = [_Zone.of(document, page) for page in document.heads[1:]]
            stated[label.judgement] = [
                row for zone in body for row in _find_rows(label, patterns, document, zone, rule.framework)
            ]

    found: list[Judgement] = []
    for judgement in _required(title, stated, inspected_from):
        decided, issue = _decide(document, rule, judgement, stated.get(judgement, []), inspected_from)
        found.append(decided)
        if issue:
            issues.append(issue)
    rows = [row for label, _ in _rows(rule.framework) for row in stated[label.judgement][:1]]
    issues.extend(_unknown_labels(document, table, rows))
    return tuple(found), tuple(issues)


# Which judgements a report must have, and what was decided for each


def _required(title: Title, stated: dict[str, list[_Stated]], inspected_from: date | None) -> Sequence[str]:
    framework = title.rule.framework
    if framework == "ilacs":
        apart = ["in_care", "care_leavers"]
        printed_together, printed_apart = bool(stated["in_care_and_care_leavers"]), any(stated[each] for each in apart)
        by_date = inspected_from is not None and inspected_from >= judgements.FIVE_JUDGEMENTS_FROM
        five = printed_apart if printed_together != printed_apart else by_date
        care = apart if five else ["in_care_and_care_leavers"]
        return ["overall_effectiveness", "impact_of_leaders", "help_and_protection", *care]
    labels = [label.judgement for label in _LABELS[framework]]
    if framework == "pre_sif" and "looked" not in title.match.group():
        labels = ["overall_effectiveness"]  # the 2012 inspections of child protection have other judgements
    overall = ["overall_effectiveness"] if framework == "sif" else []
    return [*overall, *labels, *(["lscb"] if "lscb" in stated else [])]


def _decide(
    document: Document, rule: KindRule, judgement: str, stated: Sequence[_Stated], inspected_from: date | None
) -> tuple[Judgement, Issue | None]:
    grades = {_grade(each, rule.framework) for each in stated}
    if len(grades) == 1 and None not in grades:
        grade = grades.pop()
        evidence = document.evidence(stated[0].start, stated[0].end)
        if grade == judgements.NOT_JUDGED:
            return Judgement(judgement, None, "not_judged", evidence), None
        return Judgement(judgement, grade, "graded", evidence), None
    if not stated:
        may_have_none = rule.framework == "ilacs" and judgement == "overall_effectiveness"
        if may_have_none and inspected_from and inspected_from >= judgements.NO_OVERALL_GRADE_FROM:
            return Judgement(judgement, None, "framework_has_none", None), None
        issue = Issue("judgement_unreadable", f"{judgement}: no grade found beside its label", None)
        return Judgement(judgement, None, "unreadable", None), issue
    evidence = document.evidence(stated[0].start, stated[0].end)
    words = " / ".join(dict.fromkeys(" ".join(each.words.split()) for each in stated))
    if len(grades) > 1:
        issue = Issue("judgement_conflict", f"{judgement}: {words}", evidence)
    else:
        detail = f"{judgement}: {words!r} is not on the scale of {rule.framework}, or contradicts the number beside it"
        issue = Issue("judgement_unreadable", detail, evidence)
    return Judgement(judgement, None, "unreadable", None), issue


def _grade(stated: _Stated, framework: str) -> str | None:
    grade = judgements.read_grade(stated.words, framework)
    if stated.number and judgements.OLD_SCALE_NUMBERS.get(grade or "") != stated.number:
        return None
    return grade


def _first_page_wins(document: Document, rows: Iterable[_Stated]) -> tuple[list[_Stated], list[_Stated]]:
    """Return the rows of the page that first has the label, and those of later pages."""
    rows = sorted(rows, key=lambda row: row.start)
    page_end = next((page.end for page in document.pages if rows and page.start <= rows[0].start <= page.end), 0)
    return [row for row in rows if row.start <= page_end], [row for row in rows if row.start > page_end]


def _contradictions(
    document: Document, rule: KindRule, rows: Sequence[_Stated], later: Iterable[_Stated]
) -> Iterator[Issue]:
    for row in later:
        if _grade(row, rule.framework) != _grade(rows[0], rule.framework):
            detail = f"{row.judgement}: first {rows[0].words!r}, on a later page {row.words!r}; the first is kept"
            yield Issue("judgement_contradicted", detail, document.evidence(row.start, row.end))


# Rows: label and grade in a table or a heading


@cache
def _rows(framework: str) -> tuple[tuple[LabelRule, tuple[re.Pattern[str], ...]], ...]:
    numbered = framework == "pre_sif"
    return tuple(
        (rule, (judgements.row_pattern(rule), *((judgements.numbered_row_pattern(rule),) if numbered else ())))
        for rule in _LABELS[framework]
    )


def _find_rows(
    label: LabelRule, patterns: Iterable[re.Pattern[str]], document: Document, zone: "_Zone", framework: str
) -> list[_Stated]:
    return [
        _Stated(label.judgement, match["grade"], match["number"], zone.start + match.start(), zone.start + match.end())
        for pattern in patterns
        for match in pattern.finditer(zone.plain)
        if _ends_there(document, zone.start + match.end())
        and not zone.speaks_of_previous(match.start())
        and not _heads_a_column(zone, match, framework)
    ]


_NEXT_GRADE: Final = re.compile(rf"[\s.;:\d*†‡]*+(?P<grade>{spaced(judgements.GRADE)}){judgements.GRADE_END}")


def _heads_a_column(zone: "_Zone", row: re.Match[str], framework: str) -> bool:
    """Tell whether other grades follow a grade without a label: then a column of them was printed after the labels."""
    following = _NEXT_GRADE.match(zone.plain, row.end())
    while following:
        if judgements.read_grade(following["grade"], framework) != judgements.read_grade(row["grade"], framework):
            return True
        following = _NEXT_GRADE.match(zone.plain, following.end())
    return False


_ANY_GRADE: Final = re.compile(rf"(?<!\S){spaced(judgements.GRADE)}{judgements.GRADE_END}")


def _unknown_labels(document: Document, table: "_Zone", known: Iterable[_Stated]) -> Iterator[Issue]:
    """Yield the rows inside the judgement table whose label no rule knows: a framework may add one."""
    rows = [Span(each.start - table.start, each.end - table.start) for each in known]
    rows = [row for row in rows if 0 <= row.start < len(table.plain)]
    if len(rows) < 3:
        return
    for match in _ANY_GRADE.finditer(table.plain, min(row.start for row in rows), max(row.end for row in rows)):
        if any(row.start <= match.start() < row.end for row in rows) or table.speaks_of_previous(match.start()):
            continue
        line = table.plain.rfind("\n", 0, max(match.start() - 1, 0)) + 1
        detail = "a grade in the judgement table beside a label that no rule knows"
        yield Issue("judgement_label_unknown", detail, document.evidence(table.start + line, table.start + match.end()))


# Sentences: the overall grade of a SIF, and that of its board


_OVERALL: Final = [judgements.sentence_pattern(rule) for rule in judgements.SIF_OVERALL_SENTENCES]
_OVERALL_GLUED: Final = [
    judgements.sentence_pattern(rule, judgements.GLUED_END) for rule in judgements.SIF_OVERALL_SENTENCES[:2]
]
_LSCB: Final = [judgements.sentence_pattern(rule) for rule in judgements.LSCB_SENTENCES]
_BOARD_TITLE: Final = re.compile(r"effectiveness\s+of\s+the\s+local\s+safeguarding")


def _reviews_board(document: Document, title: Title) -> bool:
    after = min(document.end, title.match.start() + 600)
    sif = title.rule.framework == "sif" and _BOARD_TITLE.search(document.plain, title.match.start(), after)
    return bool(sif) or title.rule.event_type == "lscb_review"


def _overall(document: Document, title: Title) -> list[_Stated]:
    """Return the overall grade: on the page of the title or, where that is a cover, on the next."""
    pages = [page for page in document.heads if page.end > title.match.start()][:2]
    zones = [_Zone.of(document, page) for page in pages]
    tries = [(zones[0], _OVERALL), (zones[0], _OVERALL_GLUED), *((zone, _OVERALL) for zone in zones[1:])]
    found = (_find_sentence("overall_effectiveness", patterns, document, zone) for zone, patterns in tries)
    return next(filter(None, found), [])


def _lscb(document: Document) -> list[_Stated]:
    """Return the board's grade: on page 1 until mid 2014, then at the head of its own section up to 50 pages later."""
    zones = [
        _Zone.of(document, page)
        for page in document.heads
        if "safeguarding" in (text := document.plain[slice(*page)]) or "lscb" in text
    ]
    for pattern in _LSCB:  # the surest first, over all pages
        for zone in zones:
            if found := _find_sentence("lscb", [pattern], document, zone):
                return found
    return []


def _find_sentence(
    judgement: str, patterns: Iterable[re.Pattern[str]], document: Document, zone: "_Zone"
) -> list[_Stated]:
    """Return the first sentence of the zone that states a grade and ends with it, by the first pattern that has one."""
    for pattern in patterns:
        for match in pattern.finditer(zone.plain):
            start, end = zone.start + match.start(), zone.start + match.end()
            if judgement == "lscb" and document.text[start:end].lstrip()[0].islower():
                continue  # the last line of a longer sentence in the body, about something else
            if _ends_there(document, end) and not zone.speaks_of_previous(match.start()):
                return [_Stated(judgement, match["grade"], None, start, end)]
    return []


_TO_NEXT_WORD: Final = re.compile(r"[\s.;:\d]*+")


def _ends_there(document: Document, end: int) -> bool:
    """Tell whether a grade ends its cell or sentence: a lower-case word on the next line would carry it on."""
    gap = _TO_NEXT_WORD.match(document.text, end)
    word = gap.end() if gap else end
    stopped = "." in document.text[end : min(word, end + 3)]
    return stopped or word >= len(document.text) or not document.text[word].islower()


# Zones: the stretches of plain text in which judgements are looked for


_PREVIOUS: Final = re.compile(spaced(judgements.PREVIOUS_GRADES))
_CURRENT: Final = re.compile(spaced(judgements.CURRENT_GRADES), re.MULTILINE)
_RUNNING: Final = re.compile(
    r"(?:page )?\d{1,3}|.*\bchildren'?s (?:social care )?services[ ]*\d{0,3}"
    r"|(?:inspection dates?:? ?)?\d.*\b20\d\d(?:[ ]+\d{1,3})?"
)


@dataclass(frozen=True, slots=True)
class _Zone:
    start: int
    plain: str
    previous: tuple[Span, ...]

    @classmethod
    def of(cls, document: Document, span: Span, hidden: Iterable[Span] = ()) -> "_Zone":
        text = document.plain[slice(*span)]
        for start, end in hidden:
            text = text[: start - span.start] + " " * (end - start) + text[end - span.start :]
        return cls(span.start, text, tuple(_previous_grades(text)))

    def speaks_of_previous(self, position: int) -> bool:
        return any(span.start <= position < span.end for span in self.previous)


def _previous_grades(text: str) -> Iterator[Span]:
    """Yield where the grades of an earlier inspection are listed: from the words that say so to the next table."""
    for cue in _PREVIOUS.finditer(text):
        reach = min(len(text), cue.end() + judgements.PREVIOUS_GRADES_REACH)
        current = _CURRENT.search(text, cue.end(), reach)
        yield Span(cue.start(), current.start() if current else reach)


def _front_table(document: Document, title: Title) -> _Zone:
    """Return the first pages as one stretch, without running headers and footers: a table may end on page 2."""
    pages, heads = document.pages[:FRONT_PAGES], document.heads[:FRONT_PAGES]
    hidden = [line for number, head in enumerate(heads) for line in _running_lines(document, number, head, title)]
    hidden += [Span(head.end, page.end) for head, page in zip(heads[:-1], pages[:-1], strict=True)]
    return _Zone.of(document, Span(heads[0].start, heads[-1].end), hidden)


def _main_findings(document: Document) -> _Zone:
    """Return the record of main findings of the 2013 scale: of two services inspected that of looked-after children."""
    start, end = document.pages[-_BACK_PAGES:][0].start, document.heads[-1].end
    for heading in ("record of main findings", "services for looked after children"):
        start = max(start, document.plain.rfind(heading, start, end))
    return _Zone.of(document, Span(start, end))


def _running_lines(document: Document, number: int, page: Span, title: Title) -> Iterator[Span]:
    """Yield the headers and footers of a page: its number, the report's title, its dates with the number."""
    lines = []
    start = page.start
    for line in document.plain[slice(*page)].split("\n"):
        if line.strip():
            lines.append((Span(start, start + len(line)), line.strip()))
        start += len(line) + 1
    edges = lines[-3:] if number == 0 else [*lines[:3], *lines[3:][-3:]]
    yield from (span for span, words in edges if _RUNNING.fullmatch(words))
    titled = " ".join(title.match.group().split())
    for first in range(len(edges)):  # a long title takes several lines
        for last in range(first + 1, min(first + 4, len(edges))):
            words = " ".join(" ".join(line.split()) for _, line in edges[first : last + 1])
            if words.rstrip(" 0123456789") == titled and edges[first][0].start > title.match.start():
                yield Span(edges[first][0].start, edges[last][0].end)
