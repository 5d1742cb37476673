"""Dates as reports print them: single days, periods of one or more ranges, in a dozen shapes."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST_PERIOD_DAYS: Final = 200  # the longest real one is 74 days: four weeks, and a return two months later
EARLIEST_YEAR: Final = 2005  # Ofsted inspects children's services since; 2001 is 2016 mistyped as 20016
LATEST_YEAR: Final = 2099

_WEEKDAY = r"(?:the\s+)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+)?(?:the\s+)?"
# A year or the next word may stick to a month: "12 Mayto 4 June2016".
_MONTH = (
    r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,7}?)(?:(?![a-z])|(?=(?:to|and)(?![a-z])))\.?"
)
# A footnote digit may stick to a year: "25 June 20141" is 2014.
_YEAR = r"(?P<year>20\d\d)(?=\d?(?!\d))"
_POINT = re.compile(
    r"(?P<d>\d{1,2})\s*(?P<between>[/.-])\s*(?P<m>\d{1,2})\s*(?P=between)\s*(?:(?P<y>20\d\d)\d?|(?P<yy>\d\d))(?!\d)"
    rf"|{_WEEKDAY}(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:\s*(?:of\s+)?{_MONTH}(?:[\s,]*{_YEAR}\d?)?)?"
)
_SEPARATOR = re.compile(r"\s*+(?:(?:[,;/&]|-++|(?:up\s++)?(?:to|until|till)|through|and|from)\s*+){0,3}")


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day of an inspection, and where the text that says so stands (`start`, `end`)."""

    first: date
    last: date
    start: int
    end: int


@dataclass(slots=True)
class _Point:
    day: int
    month: int | None
    year: int | None
    end: int


@dataclass(frozen=True, slots=True)
class PeriodShape:
    """One shape of dates seen in real reports, and how it is read."""

    example: str
    first: date
    last: date


SHAPES: Final = (
    PeriodShape("27 September to 8 October 2021", date(2021, 9, 27), date(2021, 10, 8)),
    PeriodShape("4 to 15 March 2024", date(2024, 3, 4), date(2024, 3, 15)),
    PeriodShape("3 December 2018 to 14 December 2018", date(2018, 12, 3), date(2018, 12, 14)),
    PeriodShape("30 September – 22 October 2014", date(2014, 9, 30), date(2014, 10, 22)),
    PeriodShape("6 March 2017–30 March 2017", date(2017, 3, 6), date(2017, 3, 30)),
    PeriodShape("14 January 2014- 5 February 2014", date(2014, 1, 14), date(2014, 2, 5)),
    PeriodShape("15-19 July 2013", date(2013, 7, 15), date(2013, 7, 19)),
    PeriodShape("11 ─ 22 July 2022", date(2022, 7, 11), date(2022, 7, 22)),
    PeriodShape("12/09/2016 to 06/10/2016", date(2016, 9, 12), date(2016, 10, 6)),
    PeriodShape("18 Feb 2014 – 12 Mar 2014", date(2014, 2, 18), date(2014, 3, 12)),
    PeriodShape("28 July 2016", date(2016, 7, 28), date(2016, 7, 28)),
    PeriodShape("5 and 6 December 2023", date(2023, 12, 5), date(2023, 12, 6)),
    PeriodShape("12 December 2016 to 6 January 2017", date(2016, 12, 12), date(2017, 1, 6)),
    PeriodShape("12 December to 6 January 2017", date(2016, 12, 12), date(2017, 1, 6)),
    PeriodShape("7 August 2019 to\n8 August 2019", date(2019, 8, 7), date(2019, 8, 8)),
    PeriodShape("8 July 2019 to 12 July 2019 and 7 August 2019 to\n8 August 2019", date(2019, 7, 8), date(2019, 8, 8)),
    PeriodShape("19 November-11 December 2013 and 28 – 30 January 2014", date(2013, 11, 19), date(2014, 1, 30)),
    PeriodShape("3\u202fto\u202f14\u202fOctober\u202f2022", date(2022, 10, 3), date(2022, 10, 14)),
    PeriodShape("3 June 2014 – 25 June 20141", date(2014, 6, 3), date(2014, 6, 25)),
    PeriodShape("Monday 3rd to Friday 14th October 2022", date(2022, 10, 3), date(2022, 10, 14)),
    PeriodShape("Mon, 3 Oct. to the 14th of October 2022", date(2022, 10, 3), date(2022, 10, 14)),
    PeriodShape("3 October 2022 through to 14 October 2022", date(2022, 10, 3), date(2022, 10, 14)),
    PeriodShape("3 October 2022 – to 14 October 2022", date(2022, 10, 3), date(2022, 10, 14)),
    PeriodShape("13–24 June and 4-8 July 2022", date(2022, 6, 13), date(2022, 7, 8)),
    PeriodShape("13 to 17 June 2022; 4 to 8 July 2022", date(2022, 6, 13), date(2022, 7, 8)),
    PeriodShape("16 Mayto 27May2022", date(2022, 5, 16), date(2022, 5, 27)),
    PeriodShape("18 November 2014 – 10 December", date(2014, 11, 18), date(2014, 12, 10)),
    PeriodShape("12 December 2016 to 6 January", date(2016, 12, 12), date(2017, 1, 6)),
    PeriodShape("12/09/16 – 06/10/16", date(2016, 9, 12), date(2016, 10, 6)),
)


def read_period(plain_text: str, start: int) -> Period | None:
    """Read the period that begins at `start` of a plain view; None when there is none, or it is not certain.

    Not certain: no year, no such day, an end before the beginning, or more than LONGEST_PERIOD_DAYS. A day without a
    month or a year takes those of the next day to its right ("27 September to 8 October 2021").
    """
    points = _points(plain_text, start)
    while points and points[-1].month is None:
        points.pop()  # "8 to 12 July 2019 and 15 others"
    days = _resolve(points)
    if not days or days != sorted(days) or (days[-1] - days[0]).days > LONGEST_PERIOD_DAYS:
        return None
    return Period(days[0], days[-1], start, points[-1].end)


def read_date(plain_text: str, start: int) -> Period | None:
    """Read the one date at `start` of a plain view, with its year; None when there is none."""
    match = _POINT.match(plain_text, start)
    if match is None:
        return None
    days = _resolve([_point(match)])
    return Period(days[0], days[0], start, match.end()) if days else None


def _points(plain_text: str, start: int) -> list[_Point]:
    points: list[_Point] = []
    match = _POINT.match(plain_text, start)
    while match is not None and len(points) < 8:
        points.append(_point(match))
        separator = _SEPARATOR.match(plain_text, match.end())
        if separator is None or not separator.group().strip():
            break
        match = _POINT.match(plain_text, separator.end())
    return points


def _point(match: re.Match[str]) -> _Point:
    if match["d"]:
        return _Point(int(match["d"]), int(match["m"]), int(match["y"] or f"20{match['yy']}"), match.end())
    month = MONTHS.index(match["month"][:3]) + 1 if match["month"] else None
    year = int(match["year"]) if match["year"] else None
    return _Point(int(match["day"]), month, year, match.end())


def _carry_the_year_to_the_end(points: list[_Point]) -> None:
    """Give months after the last printed year that year, or the next where they begin anew: "5 May 2014 to 3 June"."""
    last = max((at for at, point in enumerate(points) if point.year), default=None)
    if last is None:
        return
    month, year = points[last].month or 0, points[last].year or 0
    for point in points[last + 1 :]:
        if point.month:
            year += point.month < month
            month, point.year = point.month, year


def _resolve(points: list[_Point]) -> list[date]:
    """Return the days, each with the month and year of its right where it has none; empty when one is impossible."""
    _carry_the_year_to_the_end(points)
    days: list[date] = []
    month: int | None = None
    year: int | None = None
    for point in reversed(points):
        if point.month is not None and point.year is None and month is not None and point.month > month and year:
            year -= 1  # "12 December to 6 January 2017"
        month = point.month or month
        year = point.year or year
        if month is None or year is None or not EARLIEST_YEAR <= year <= LATEST_YEAR:
            return []
        try:
            days.append(date(year, month, point.day))
        except ValueError:  # 31 June: printed wrongly, so not read
            return []
    return days[::-1]
