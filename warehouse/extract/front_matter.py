"""Whose, when, by whom and about what: what documents say on their first pages, a SIF of its team on its last."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from warehouse.extract.dates import Period, read_date, read_period
from warehouse.extract.document import DATES_LABEL, FRONT_PAGES, Document, Span, Title
from warehouse.extract.judgements import spaced
from warehouse.extract.kinds import JTAI_THEMES, THEME_CUES, VISIT_THEMES
from warehouse.extract.plain import plain

# Whose

_NOT_A_NAME: Final = re.compile(
    r"\d+|(?:page|ofsted|raising standards|improving lives|official|protect|www\.|https?:|agora|piccadilly).*"
    r"|(?:inspection|re-inspection|review|report|published|dates?|lead|reporting|age)\b.*"
)
_BEFORE_AREA: Final = re.compile(r".*\b(?:multi-agency|services|children|response)\b.*\bin\s+", re.DOTALL)
_HEAD: Final = re.compile(r"(?i)^(?:(?:the|and|in|for) )+")
_BOARD: Final = re.compile(r"(?i)(?: local)? safeguarding children[’']?s?[’']? board\d?$")
_TAIL: Final = re.compile(
    r"(?i)(?: local authority|: .*| children[’']?s?[’']?(?: social care)?(?: services)?| and|[’']s?|[.,:;]|\d)+$"
)


def authority(document: Document, title: Title) -> str | None:
    """Return the authority as printed: in the title, on the lines above it, or between it and the dates."""
    match = title.match
    if title.rule.authority == "title":
        name = document.text[slice(*match.span("name"))] if match["name"] else ""
        area = _BEFORE_AREA.match(plain(name))
        return _tidy(name[area.end() :] if area else name)
    page_start = max(page.start for page in document.pages if page.start <= match.start())
    above = _name_lines(document, Span(page_start, match.start()))
    if above:
        return _tidy(above)
    dates = DATES_LABEL.search(document.plain, match.end(), min(document.end, match.end() + 600))
    return _tidy(_name_lines(document, Span(match.end(), dates.start()))) if dates else None


def _name_lines(document: Document, span: Span) -> str:
    lines = [line.strip() for line in document.text[slice(*span)].split("\n")]
    return " ".join([line for line in lines if line and not _NOT_A_NAME.fullmatch(plain(line))][-6:])


def _tidy(name: str) -> str | None:
    tidy = _HEAD.sub("", " ".join(name[:300].split()))
    return _TAIL.sub("", _BOARD.sub("", _TAIL.sub("", tidy))).strip() or None


# When

_LETTER_DATES: Final = re.compile(
    r"\btook\s+place\s+(?:on|from|between|over)\s+|^[ ]*between\s+"
    r"|\b(?:on|from|between)\s+(?:the\s+)?(?=(?:[a-z]+day\s+)?\d)",
    re.MULTILINE,
)
_OF_ANOTHER: Final = re.compile(r"\b(?:since|previous|last|judged|published)\b")
# A label at the start of a line, and its date at the end of one: prose tells when earlier reports were published.
_PUBLISHED: Final = re.compile(
    r"^[ ]*(?:(?:report\s+)?published|(?:report\s+)?publication\s+date|date\s+(?:of\s+publication|published))"
    r"(?:\s+on)?[ ]*[:;-]?\s*",
    re.MULTILINE,
)
_LINE_END: Final = re.compile(r"\.?[ ]*(?:\n|\Z)")
_DATE_LINE: Final = re.compile(r"^[ ]*(?=\d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\s+20\d\d[ ]*\n)", re.MULTILINE)


def dates(document: Document) -> Period | None:
    """Return the dates that a label announces first; running footers, which may contradict them, have no label."""
    for page in document.heads[:FRONT_PAGES]:
        if DATES_LABEL.search(document.plain, *page):
            return _labelled_dates(document, page)
    return None


def _labelled_dates(document: Document, page: Span) -> Period | None:
    labels = DATES_LABEL.finditer(document.plain, *page)
    return next(filter(None, (read_period(document.plain, label.end()) for label in labels)), None)


def letter_dates(document: Document, title: Title) -> Period | None:
    """Return a letter's labelled dates, or the first in a sentence that does not speak of another inspection."""
    subject = next(page for page in reversed(document.heads) if page.start <= title.match.start())
    if labelled := _labelled_dates(document, subject):
        return labelled
    begin = title.match.end()
    for cue in _LETTER_DATES.finditer(document.plain, begin, min(document.end, begin + 1_500)):
        sentence = max(document.plain.rfind(". ", begin, cue.start()), begin)
        if not _OF_ANOTHER.search(document.plain, sentence, cue.start()):
            return read_period(document.plain, cue.end())
    return None


def published_on(document: Document) -> date | None:
    """Return the date of publication that a label announces on the first two pages."""
    for page in document.heads[:2]:
        for label in _PUBLISHED.finditer(document.plain, *page):
            published = read_date(document.plain, label.end())
            begins = document.text[label.start() : label.end()].strip()[:1]
            if published and begins.isupper() and _LINE_END.match(document.plain, published.end):
                return published.first
    return None


def letter_date(document: Document) -> date | None:
    """Return the date at the head of a letter, above its salutation."""
    start, end = document.heads[0]
    dear = document.plain.find("\ndear ", start, end)
    head = _DATE_LINE.search(document.plain, start, dear + 1) if dear >= 0 else None
    dated = read_date(document.plain, head.end()) if head else None
    return dated.first if dated else None


# By whom

_INSPECTOR: Final = r"(?:(?:ofsted\s+)?inspectors?|hmis?|(?:her|his)\s+majesty'?s?\s+inspectors?)"
_LEAD: Final = re.compile(rf"^[ ]*(?:lead|reporting)\s+{_INSPECTOR}\b[ ]*[:-]?[ ]*", re.MULTILINE)
_LEAD_ANYWHERE: Final = re.compile(rf"(?:lead|reporting)\s+{_INSPECTOR}")
_SEND_LEAD: Final = re.compile(
    r"^[ ]*(?P<name>[^\n,]{3,40}?)(?:,| hmi\b)[ ]*(?!cqc)[^\n]{0,12}?ofsted(?:(?!cqc)[^\n]){0,12}?\s*lead\s+inspector",
    re.MULTILINE,
)
# Words of rank and field, then the office: "Senior His Majesty's Inspector", "Social Care Regulatory Inspector".
_TITLE: Final = (
    r"\b(?:(?:senior|principal|deputy|assistant|regional|national|specialist|associate|additional|seconded|regulatory"
    r"|social|care|ofsted(?:'s)?|her|his|majest(?:y'?s?|ies)'?|hm|of|children'?s|services)\s+){0,6}+"
    r"(?:inspector(?:s|ate)?|s?hmis?|h\.m\.i|directors?|advis[eo]rs?|officers?|managers?|ofsted|oi|ai|[omc]be)\b\.?"
)
_BETWEEN_NAMES: Final = re.compile(rf"[,;&()/]|\s-\s|\band\b|{_TITLE}")
_NOT_A_PERSON: Final = re.compile(
    r"\b(?:inspectors?|majesty|hmi|ofsted|social|care|regulatory|regional|director|senior|managers?|cqc|lead|team|deputy|"
    r"judgements?|grade|date|age|all|published|report|the|children|services)\b|\d"
)
_PERSON: Final = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){1,4}")
_AROUND_NAMES: Final = " .:*†‡0123456789"  # footnote marks, full stops
_UNFINISHED: Final = re.compile(r".*(?:\band|[,&])\s*", re.DOTALL)
_LONGEST_LINE: Final = 200


def lead_inspectors(document: Document) -> str | None:
    """Return the lead inspector's name without titles, from page 1 or from the team on the back pages of a SIF."""
    for page in document.heads:
        if not _LEAD_ANYWHERE.search(document.plain, *page):
            continue
        labels = list(_LEAD.finditer(document.plain, *page))[:2]
        names = [name for label in labels for name in _people(document, label.end(), page.end)]
        if names:
            return " and ".join(dict.fromkeys(names))
    return None


def send_lead_inspectors(document: Document) -> str | None:
    """Return Ofsted's lead inspectors of a SEND inspection, who stand beside CQC's in the team on the last pages."""
    names = [
        name
        for page in document.heads[-3:]
        for match in _SEND_LEAD.finditer(document.plain, *page)
        for name in _split_people(document.text[slice(*match.span("name"))])
    ]
    return " and ".join(dict.fromkeys(names)) or None


def _people(document: Document, start: int, page_end: int) -> list[str]:
    """Return the names after a label: on its line, and where that is empty or cut short also on the next."""
    first_line, _, rest = document.text[start : min(page_end, start + 2 * _LONGEST_LINE)].partition("\n")
    first_line = first_line[:_LONGEST_LINE]
    names = _split_people(first_line)
    if names and not _UNFINISHED.fullmatch(plain(first_line)):
        return names
    next_line = rest.partition("\n")[0][:_LONGEST_LINE]
    return _split_people(f"{first_line}\n{next_line}") or names


def _split_people(words: str) -> list[str]:
    return [piece for piece in _pieces(words) if _is_a_person(piece)]


def _pieces(words: str) -> Iterator[str]:
    position = 0
    for separator in _BETWEEN_NAMES.finditer(plain(words)):
        yield " ".join(words[position : separator.start()].split()).strip(_AROUND_NAMES)
        position = separator.end()
    yield " ".join(words[position:].split()).strip(_AROUND_NAMES)


def _is_a_person(piece: str) -> bool:
    return bool(_PERSON.fullmatch(piece)) and piece[0].isupper() and not _NOT_A_PERSON.search(plain(piece))


# About what

_VISIT_THEMES: Final = [(rule.theme, re.compile(spaced(rule.pattern))) for rule in VISIT_THEMES]
_JTAI_THEMES: Final = [(rule.theme, re.compile(spaced(rule.pattern))) for rule in JTAI_THEMES]
_THEME_CUES: Final = {
    event_type: [re.compile(rf"\b{spaced(cue)}") for cue in cues] for event_type, cues in THEME_CUES.items()
}
_SENTENCE_END: Final = re.compile(r"[.](?:\s|\d)")


def theme(document: Document, title: Title) -> str | None:
    """Return the codes of the themes of a visit, joined by "; ", or the one of a joint inspection, where stated."""
    joint = title.rule.event_type == "jtai"
    start = title.match.start()
    for cue in _THEME_CUES.get(title.rule.event_type, []):
        for match in cue.finditer(document.plain, start, min(document.end, start + 4_000)):
            words = document.plain[match.end() : min(document.end, match.end() + 500)]
            sentence = _SENTENCE_END.split(words, maxsplit=1)[0]
            found = [code for code, pattern in (_JTAI_THEMES if joint else _VISIT_THEMES) if pattern.search(sentence)]
            if found:
                return found[0] if joint else "; ".join(found)
    return None
