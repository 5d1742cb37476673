"""No text makes the reader raise, hang or misplace its proof."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.extract.pages import document_text
from warehouse.extract.report import Evidence, Reading, read_report

FRAGMENTS = [
    "Inspection of Anyshire local authority children’s services",
    "Re-inspection of services for children in need of help and protection",
    "Inspection of looked after children services",
    "Review of the effectiveness of the Local Safeguarding Children Board",
    "Focused visit to Anyshire children’s services",
    "Joint targeted area inspection of Anyshire\nThis letter",
    "Area SEND inspection of Anyshire Local Area Partnership",
    "\nDear Ada\n",
    "Inspection dates: 4 to 15 March 2024",
    "Inspection date: 31/02/2016 – 3 Jan 2014",
    "Report published:",
    "Lead inspector: Ada Example and",
    "Judgement Grade",
    "The impact of leaders on social work practice with children and families",
    "The experiences and progress of children in care",
    "2.1 Adoption performance",
    "Overall effectiveness",
    "Capacity to improve Grade 3",
    "The Local Safeguarding Children Board (LSCB) is",
    "The last inspection judgements were:",
    "Record of main findings",
    "Requires improvement to be good",
    "Inadequate",
    "not judged",
    "İ",
    "\ufffe",
    "\u202f",
    "\f",
    "\n",
    "  ",
    "1",
]

page_texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=25).map(" ".join) | st.lists(
    st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=25
).map("\n".join)


def all_evidence(reading: Reading) -> Iterator[Evidence]:
    for inspection in reading.inspections:
        found = [inspection.dates_evidence, *(judgement.evidence for judgement in inspection.judgements)]
        yield from (evidence for evidence in found if evidence)
    yield from (issue.evidence for issue in reading.issues if issue.evidence)


@given(st.lists(page_texts, max_size=6))
def test_any_text_is_read_and_every_proof_stands_where_it_says(pages: list[str]) -> None:
    reading = read_report(pages)
    text = document_text(pages)
    starts = [len(document_text(pages[:number])) + bool(number) for number in range(len(pages))]
    for evidence in all_evidence(reading):
        assert text[evidence.char_start : evidence.char_end] == evidence.quote
        page_start = starts[evidence.page_number - 1]
        assert page_start <= evidence.char_start <= page_start + len(pages[evidence.page_number - 1])


@given(st.lists(page_texts, max_size=4))
def test_a_grade_is_there_exactly_when_the_status_says_so_and_then_with_proof(pages: list[str]) -> None:
    for inspection in read_report(pages).inspections:
        for judgement in inspection.judgements:
            assert (judgement.grade is not None) == (judgement.grade_status == "graded")
            assert (judgement.evidence is not None) == (judgement.grade_status in {"graded", "not_judged"})


@given(st.lists(page_texts, max_size=4))
def test_every_unreadable_judgement_has_an_issue(pages: list[str]) -> None:
    reading = read_report(pages)
    unreadable = [each for i in reading.inspections for each in i.judgements if each.grade_status == "unreadable"]
    told = [issue for issue in reading.issues if issue.code in {"judgement_unreadable", "judgement_conflict"}]
    assert len(unreadable) == len(told)


TITLE = "Inspection of services for children in need of help\nInspection date: 3 June 2014\n"
LARGE = {
    "digits": "1234567890" * 500_000,
    "numbers": "1 2 3 4 5 " * 500_000,
    "one long word": "a" * 5_000_000,
    "spaces": " " * 5_000_000 + "x",
    "lines": "\n" * 5_000_000 + "x",
    "a label, then spaces": ("Overall effectiveness" + " " * 3_000) * 1_500,
    "a grade, then spaces": ("\nOverall effectiveness good" + " " * 3_000 + "x") * 1_500,
    "boards": "\nThe safeguarding children board" * 150_000,
    "dates": "Inspection date: 3 to " * 230_000,
    "services": "children's services in " * 220_000,
    "inspections": "inspection of " * 350_000,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
@pytest.mark.parametrize("before", ["", TITLE], ids=["alone", "after a title"])
def test_five_megabytes_on_one_page_are_read_in_linear_time(before: str, text: str) -> None:
    started = time.process_time()
    read_report([before + text])
    assert time.process_time() - started < 5
