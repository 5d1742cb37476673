r"""The words of judgements: how each framework names them, how grades are printed. Tables to read and to extend.

Patterns are matched against the plain view of a text (lower case, plain apostrophes and dashes). A space in a pattern
stands for any white space, line and page breaks included. Sources: Ofsted's ILACS framework (from January 2018; five
judgements from January 2023; no overall grade from April 2026), the single inspection framework (SIF, 2013 to 2018) and
the 2013 framework for looked-after children.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

FIVE_JUDGEMENTS_FROM: Final = date(2023, 1, 1)  # ILACS, by the first day of the inspection
NO_OVERALL_GRADE_FROM: Final = date(2026, 4, 1)  # ILACS, by the first day of the inspection

GRADE: Final = (
    r"(?:outstanding|good|requires? improvement(?: to (?:be )?good)?|inadequate|adequate"
    r"|(?:(?:has|have) not been|not) (?:judged|graded|inspected|applicable)|no judgement(?: made)?|n/a)"
)
# A grade ends its cell or sentence: a full stop, a footnote mark, in either order, then the end of the line.
GRADE_END: Final = r"(?=[ ]*+[.;:]?[ ]*+(?:\d{0,2}|[*†‡¹²³]{1,3})[ ]*+\.?[ ]*+(?:\n|\Z))"
GLUED_END: Final = r"(?![\w'-])"
NOT_JUDGED: Final = "not_judged"

OLD_SCALE_NUMBERS: Final = {"outstanding": "1", "good": "2", "adequate": "3", "inadequate": "4"}
_SCALES: Final = {
    "ilacs": frozenset({"outstanding", "good", "requires_improvement", "inadequate"}),
    "sif": frozenset({"outstanding", "good", "requires_improvement", "inadequate"}),
    "other": frozenset({"outstanding", "good", "requires_improvement", "inadequate"}),
    "pre_sif": frozenset(OLD_SCALE_NUMBERS),
}


@dataclass(frozen=True, slots=True)
class LabelRule:
    """The name of one judgement as the rows of a report print it; `example` is such a row, `grade` the grade in it."""

    judgement: str
    pattern: str
    example: str
    grade: str


@dataclass(frozen=True, slots=True)
class SentenceRule:
    """A sentence that states a grade: `pattern` has a group ``grade``; `example` is one in our own words."""

    judgement: str
    pattern: str
    example: str
    grade: str


_PROGRESS: Final = r"(?:the )?experiences? and progress of (?:the )?"
_NEED_HELP: Final = r"children(?: and families)? (?:who|in) need(?: of)? help,? (?:and|or) protection"
_IN_CARE: Final = r"(?:children in care|children looked[\s-]+after|looked[\s-]+after children)"
_CARE_LEAVERS: Final = (
    r"(?:care[\s-]+leavers|care[\s-]+experienced (?:children and )?young people|young people leaving care)"
)

ILACS_LABELS: Final = (
    LabelRule("overall_effectiveness", r"(?:the )?overall effectiveness", "Overall effectiveness Good", "good"),
    LabelRule(
        "impact_of_leaders",
        r"(?:the )?impact of leaders(?:hip)? on (?:the )?social[\s-]+work practi[cs]e"
        r"(?: with children(?: and (?:their )?families)?)?",
        "The impact of leaders on social work practice with children\nand families\nOutstanding",
        "outstanding",
    ),
    LabelRule(
        "help_and_protection",
        rf"{_PROGRESS}{_NEED_HELP}",
        "The experiences and progress of children who need help and\nprotection\nRequires improvement\nto be good",
        "requires_improvement",
    ),
    LabelRule(
        "in_care_and_care_leavers",
        rf"{_PROGRESS}{_IN_CARE} and (?:of )?{_CARE_LEAVERS}",
        "The experiences and progress of\nchildren in care and care leavers Inadequate",
        "inadequate",
    ),
    LabelRule("in_care", rf"{_PROGRESS}{_IN_CARE}", "The experiences and progress of\nchildren in care\nGood", "good"),
    LabelRule(
        "care_leavers", rf"{_PROGRESS}{_CARE_LEAVERS}", "The experiences and progress of care\nleavers Good", "good"
    ),
)

SIF_LABELS: Final = (
    LabelRule(
        "help_and_protection",
        rf"(?:{_PROGRESS})?{_NEED_HELP}",
        "1. Children who need help and protection Requires\nImprovement",
        "requires_improvement",
    ),
    LabelRule(
        "looked_after_and_permanence",
        rf"(?:{_PROGRESS})?{_IN_CARE},? (?:and )?achieving permanence",
        "2. Children looked after and achieving\npermanence\nNot Judged",
        NOT_JUDGED,
    ),
    LabelRule("adoption", r"adoption(?: performance)?", "2.1 Adoption performance Good", "good"),
    LabelRule(
        "care_leavers",
        rf"(?:{_PROGRESS})?{_CARE_LEAVERS}",
        "2.2 Experiences and progress of care leavers\nrequires\nimprovement",
        "requires_improvement",
    ),
    LabelRule(
        "leadership_and_governance",
        r"leadership,?(?:(?: and)? management,?)? and governance",
        "1. Leadership, management and governance Outstanding",
        "outstanding",
    ),
)

PRE_SIF_LABELS: Final = (
    LabelRule(
        "overall_effectiveness",
        r"overall effectiveness(?: of services for looked[\s-]+after children(?: and young people)?)?",
        "Overall effectiveness Adequate Grade 3",
        "adequate",
    ),
    LabelRule(
        "capacity_to_improve", r"capacity (?:to improve|for improvement)", "Capacity to improve Good Grade 2", "good"
    ),
    LabelRule(
        "looked_after_outcomes",
        r"outcomes for looked[\s-]+after children(?: and (?:young people|care leavers))?",
        "Outcomes for looked after children and\nyoung people\nInadequate Grade 4",
        "inadequate",
    ),
    LabelRule(
        "quality_of_provision", r"(?:the )?quality of provision", "Quality of provision Adequate Grade 3", "adequate"
    ),
    LabelRule(
        "leadership_and_management",
        r"leadership and management",
        "Leadership and management Outstanding Grade 1",
        "outstanding",
    ),
)

# A name is made of words that are no verb and no denial: "services in X are no longer inadequate" states no grade.
_NO_NAME: Final = r"(?!(?:is|are|was|were|no|not|have|has|been|requires?|when|since)\b)"
_AUTHORITY: Final = (
    r"(?: (?:in|for|of|at|across|provided by)"
    rf"(?: {_NO_NAME}[a-z0-9.&'(),-]++){{1,12}}?)?"
)
_IS: Final = (
    r"(?:(?:is|are|remains?|continues? to be|(?:has|have) been(?= (?:judged|rated|graded)))"
    r"(?: that (?:it|they)(?: is| are)?)?(?: still)?(?: judged| rated| graded)?(?: to be| as)? "
    r"|(?:continues? to |still )?(?=requires? |(?:has|have) not been ))"
)
_MAY_BE: Final = rf"(?:{_IS})?"
_SERVICES: Final = (
    r"(?:children'?s?(?: social (?:care|work))? services?|services? for children(?: and (?:young people|families))?)"
)

SIF_OVERALL_SENTENCES: Final = (
    SentenceRule(
        "overall_effectiveness",
        rf"(?:the )?overall (?:judgement|effectiveness){_AUTHORITY}(?: is| ?[:-])? (?:that )?"
        rf"(?:(?:the )?(?:local )?(?:authority'?s? )?(?:(?:children'?s )?services?{_AUTHORITY} )?)?{_MAY_BE}"
        rf"(?P<grade>{GRADE})",
        "The overall judgement is that children’s services require\nimprovement.2",
        "requires_improvement",
    ),
    SentenceRule(
        "overall_effectiveness",
        rf"(?:overall,? )?{_SERVICES}{_AUTHORITY} {_IS}(?P<grade>{GRADE})",
        "Children’s services in the London Borough of Anywhere require\nimprovement to be good",
        "requires_improvement",
    ),
    SentenceRule(
        "overall_effectiveness",
        rf"(?:the overall (?:judgement|effectiveness)|{_SERVICES})"
        r"(?:(?!\b(?:previous|last|earlier|was|were|not?|when|since|if|whether)\b)[^.:\d]){0,150}? "
        rf"{_IS}(?P<grade>{GRADE})",
        "The overall judgement that inspectors came to about Anywhere is\ninadequate",
        "inadequate",
    ),
)

_BOARD: Final = (
    r"(?:(?:safeguarding children'?s?'?|safeguarding|children'?s? safeguarding) boards?|lscbs?)(?:'s)?"
    r"(?: ?\([^()]{2,90}\))?\d?"
)
_BOARD_OF: Final = rf"(?:{_NO_NAME}(?:st\.|[a-z0-9&',-]++) ){{0,9}}?{_BOARD}"
_BOARD_IS: Final = rf"(?:{_AUTHORITY} {_IS}| ?[:-]? ?)"
_NUMBER: Final = r"(?:\d(?:\.\d)?[.)]? )?"

# At the start of a line. In this order: a sentence in the body may praise a board for one thing.
LSCB_SENTENCES: Final = (
    SentenceRule(
        "lscb",
        rf"^{_NUMBER}(?:the )?(?:judgement (?:for|on|of|about) )?(?:the )?(?:overall )?effectiveness of {_BOARD_OF}"
        rf"{_BOARD_IS}(?P<grade>{GRADE})",
        "The judgement for the effectiveness of the Local Safeguarding Children\nBoard (LSCB) is requires improvement.",
        "requires_improvement",
    ),
    SentenceRule(
        "lscb",
        rf"^{_NUMBER}(?:the )?(?:local )?{_BOARD}{_BOARD_IS}(?P<grade>{GRADE})",
        "The Local Safeguarding Children Board is inadequate",
        "inadequate",
    ),
    SentenceRule(
        "lscb",
        rf"^{_NUMBER}(?:the )?{_BOARD_OF}{_AUTHORITY} {_IS}(?P<grade>{GRADE})",
        "The Anywhere Safeguarding Children Board (ASCB) is good.",
        "good",
    ),
)

# The sentence of up to three lines, or the heading, that announces the grades of an earlier inspection, listed under
# the labels of this one; and how many characters such a list may have.
PREVIOUS_GRADES: Final = (
    r"\b(?:previous|last|earlier|most recent) (?:[a-z]+ ){0,4}?(?:inspections?|judgements?|grades?|reports?)\b"
    r"(?:[^\n]{0,100}(?:\n[^\n]{0,100}){0,2}?:|[^\n]{0,25})[ ]*+\n"
)
PREVIOUS_GRADES_REACH: Final = 1_000
CURRENT_GRADES: Final = (
    r"^[ ]*(?:judgements? grades?|inspection dates?|record of main findings|(?:current|this) inspection)\b"
)


def spaced(pattern: str) -> str:
    r"""Return a pattern with each space outside of a character class turned into ``\s++``, " ?" into ``\s*+``.

    Possessive, so that a long run of white space costs linear time.
    """
    return re.sub(r"(\[[^\]]*\])| (\??)", lambda m: m[1] or (r"\s*+" if m[2] else r"\s++"), pattern)


_ROW_START: Final = r"^[ ]*(?:\(?\d(?:\.\d)?[.)]?[ ]*)?"
_ROW_GAP: Final = rf"\d{{0,2}}[\s:|-]*+{spaced(_MAY_BE)}"
_ROW_NUMBER: Final = r"(?:[ ,(]{1,3}grade[ ]*(?P<number>\d)[ )]*)?"


def row_pattern(rule: LabelRule) -> re.Pattern[str]:
    """Compile the row or heading that gives a judgement: label, then at once its grade, then the line's end."""
    grade = rf"(?P<grade>{spaced(GRADE)})"
    return re.compile(rf"{_ROW_START}{spaced(rule.pattern)}{_ROW_GAP}{grade}{_ROW_NUMBER}{GRADE_END}", re.MULTILINE)


def numbered_row_pattern(rule: LabelRule) -> re.Pattern[str]:
    """Compile the heading of the 2013 scale that has the number first: ``Capacity to improve, Grade 3 (Adequate)``."""
    grade = rf"grade[ ]*(?P<number>\d)[ ]*[(:-][ ]*(?P<grade>{spaced(GRADE)})[ ]*\)?"
    return re.compile(rf"{_ROW_START}{spaced(rule.pattern)}\s*{grade}{GRADE_END}", re.MULTILINE)


def sentence_pattern(rule: SentenceRule, end: str = GRADE_END) -> re.Pattern[str]:
    """Compile a sentence that states a grade and ends with it; GLUED_END allows the next sentence on the same line."""
    return re.compile(rf"\b{spaced(rule.pattern + '(?: overall)?')}{end}".replace(r"\b^", r"^[ ]*"), re.MULTILINE)


def read_grade(words: str, framework: str) -> str | None:
    """Return the code of a printed grade, NOT_JUDGED, or None for a grade that is not on the framework's scale."""
    first = words.split()[0]
    grade = "requires_improvement" if first.startswith("require") else first
    if first in {"not", "no", "has", "have", "n/a"}:
        return NOT_JUDGED
    return grade if grade in _SCALES[framework] else None
