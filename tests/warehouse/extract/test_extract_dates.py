"""Dates of inspections in every shape that reports print."""

from datetime import date

import pytest

from warehouse.extract.dates import SHAPES, PeriodShape, read_date, read_period
from warehouse.extract.plain import plain


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.example)
def test_every_shape_of_the_table_is_read(shape: PeriodShape) -> None:
    period = read_period(plain(shape.example), 0)
    assert period is not None
    assert (period.first, period.last) == (shape.first, shape.last)


@pytest.mark.parametrize(
    "words",
    [
        "between 20 and 24 June, inspectors",  # no year
        "31 June 2016",
        "14 March 2019 to 4 March 2019",
        "3 March 2017 to 14 March 2018",
        "20016-03-04",
        "4 March 20016",
        "the spring of 2019",
        "",
    ],
)
def test_what_is_not_certain_is_not_read(words: str) -> None:
    assert read_period(plain(words), 0) is None


def test_a_number_after_the_dates_is_not_part_of_them() -> None:
    period = read_period("8 to 12 july 2019 and 15 others", 0)
    assert period is not None
    assert (period.first, period.last) == (date(2019, 7, 8), date(2019, 7, 12))


def test_the_end_of_a_period_is_where_its_words_end() -> None:
    text = "inspection dates: 4 to 15 march 2024\nlead inspector"
    period = read_period(text, 18)
    assert period is not None
    assert text[period.start : period.end] == "4 to 15 march 2024"


def test_a_single_date_needs_its_year() -> None:
    assert read_date("14 march", 0) is None
    published = read_date("14 march 2024", 0)
    assert published is not None
    assert published.first == date(2024, 3, 14)
