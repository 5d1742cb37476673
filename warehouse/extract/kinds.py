"""What a document is: the titles by which reports and letters name themselves, and the themes of visits.

Patterns are matched against the plain view of a text; a space stands for any white space. The title that stands first
on the page decides, because a letter or a report names other inspections only later.
"""

from dataclasses import dataclass
from typing import Final, Literal

# Letters, and reports in the place of letters, that carry no grades of the authority.
LETTER_EVENTS: Final = frozenset({"focused_visit", "monitoring_visit", "jtai", "send"})


@dataclass(frozen=True, slots=True)
class KindRule:
    """A title: what it makes of a document, and where the authority is printed.

    `authority` is ``title`` when the title holds it (group ``name``), ``around`` when it stands on the lines above the
    title or between the title and the dates.
    """

    event_type: str
    framework: str
    authority: Literal["title", "around"]
    pattern: str
    example: str


_NAME: Final = (
    r"(?P<name>(?!children'?s|local authority|services|safeguarding and|looked|the (?:effectiveness|multi))"
    r"\S[\s\S]{1,100}?)"
)
_SERVICES: Final = r"(?: local authority)?(?:'s?)? children'?s(?: social (?:care|work))? services?"
_OF: Final = (
    r" ?[:-]? ?(?:(?:pilot )?(?:of|to|in) )?(?:the local area of )?(?!(?:this|between|dear|on|from|inspection)\b)"
)
# A letter is known by its subject, whether or not the name can be cut out of it.
_VISITED: Final = (
    r"(?: (?:of|to|in) children'?s (?:social care )?services)?"
    rf"(?:{_OF}{_NAME}(?={_SERVICES}| (?:this|on|from|between|dear|inspection dates?)\b))?"
)
_LSCB_REVIEW: Final = r"(?:review|inspection) of the effectiveness of the local safeguarding children'?s? board\d?"
_SIF: Final = (
    r"inspection of services for children in need of help(?: and protection,? (?:and )?children looked after"
    rf"(?:,| and)? (?:and )?care[\s-]+leavers\d?(?: and {_LSCB_REVIEW})?)?"
)

KINDS: Final = (
    KindRule(
        "reinspection",
        "sif",
        "around",
        rf"re(?: ?- ?| )?{_SIF}",
        "Re-inspection of services for children in need of help and\nprotection, children looked after and care"
        " leavers",
    ),
    KindRule(
        "inspection",
        "sif",
        "around",
        _SIF,
        "Inspection of services for children in need of help and\nprotection, children looked after and care leavers1",
    ),
    KindRule(
        "lscb_review",
        "other",
        "around",
        _LSCB_REVIEW,
        "Review of the effectiveness of the Local Safeguarding Children\nBoard",
    ),
    KindRule(
        "inspection",
        "ilacs",
        "around",
        r"inspection of (?:local authority )?children'?s(?: social (?:care|work))? services",
        "Inspection of children’s social care services",
    ),
    KindRule(
        "inspection",
        "ilacs",
        "title",
        rf"inspection of {_NAME}{_SERVICES}",
        "Inspection of Anywhere Borough local\nauthority children’s services",
    ),
    KindRule(
        "inspection",
        "pre_sif",
        "around",
        r"inspection of (?:safeguarding and )?looked[\s-]+after children(?:'?s)?(?: services)?",
        "Inspection of looked after children\nservices",
    ),
    KindRule(
        "inspection",
        "pre_sif",
        "around",
        r"inspection of local authority arrangements for the protection of children",
        "Inspection of local authority arrangements for\nthe protection of children",
    ),
    KindRule(
        "jtai",
        "other",
        "title",
        r"joint (?:(?:targeted )?area (?:child protection )?inspection|inspection(?= of the multi-agency))"
        rf"(?: \(jtai\))?(?:{_OF}(?P<name>\S[\s\S]{{1,260}}?)"
        r"(?= (?:this (?:letter|inspection|joint)|between|dear|inspection dates?)\b))?",
        "Joint targeted area inspection of the multi-agency response to\nneglect in Anywhere\nBetween 6 and 10 June",
    ),
    KindRule(
        "send",
        "other",
        "title",
        r"(?:joint )?(?:local )?(?:area )?(?:send|special educational needs(?: and(?:/or)? disabilit(?:y|ies))?)"
        r"(?: \(send\))? (?:full |monitoring |thematic )?(?:inspection|re-?visit|visit)\b"
        rf"(?:{_OF}(?P<name>\S[\s\S]{{1,80}}?)(?= local area| (?:inspection|between|this|dear|from|on)\b))?",
        "Area SEND inspection of Anywhere Local Area Partnership",
    ),
    KindRule(
        "focused_visit",
        "ilacs",
        "title",
        rf"focus{{1,2}}ed visit{_VISITED}",
        "Focused visit to Anywhere Council children’s services",
    ),
    KindRule(
        "monitoring_visit",
        "ilacs",
        "title",
        rf"monitoring visit{_VISITED}",
        "Monitoring visit to Anywhere local authority children’s\nservices",
    ),
)


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """A theme as a letter words it, with the code that Ofsted's yearly workbook gives visits of that theme."""

    theme: str
    pattern: str
    example: str


# Ofsted's "Visit Theme" vocabulary (local authority inspection outcomes, 2025).
VISIT_THEMES: Final = (
    ThemeRule(
        "front_door",
        r"front[\s-]+door|(?:referral and assessment|contact and referral)",
        "arrangements at the ‘front door’",
    ),
    ThemeRule("achieving_permanence", r"permanence", "arrangements for achieving permanence"),
    ThemeRule(
        "vulnerable_adolescents",
        r"vulnerable adolescents|exploitation|missing from (?:home|care)|extra[\s-]*familial",
        "children at risk of sexual or criminal exploitation",
    ),
    ThemeRule(
        "children_in_need_or_subject_to_a_plan",
        r"child(?:ren)?[\s-]+in[\s-]+need|child[\s-]+protection plans?"
        r"|(?:in need of|who need) help (?:and|or) protection",
        "children in need or subject to a child protection plan",
    ),
    ThemeRule(
        "children_in_care",
        r"children in (?:their )?care\b|looked[\s-]+after children|children looked[\s-]+after",
        "children in care",
    ),
    ThemeRule("care_leavers", r"care[\s-]+leavers|care[\s-]+experienced|leaving care", "support for care leavers"),
)

# "Deep dives" and subjects of joint targeted area inspections since 2016.
JTAI_THEMES: Final = (
    ThemeRule(
        "child_sexual_abuse_in_the_family", r"sexual abuse in the family", "response to sexual abuse in the family"
    ),
    ThemeRule("child_exploitation", r"exploitation", "response to child exploitation"),
    ThemeRule("domestic_abuse", r"domestic abuse", "response to domestic abuse"),
    ThemeRule("mental_health", r"mental health", "response to children’s mental health"),
    ThemeRule("serious_youth_violence", r"serious youth violence", "response to serious youth violence"),
    ThemeRule("neglect", r"(?<!and\s)neglect", "children living with neglect"),
    ThemeRule(
        "initial_need_and_risk",
        r"initial need and risk|identification and response to initial need",
        "identification of initial need and risk",
    ),
    ThemeRule("help_for_families", r"who need help|early help", "children and families who need help"),
)

# Where a letter says what it looked at: the theme is read from the words that follow, up to the end of the sentence.
THEME_CUES: Final = {
    "focused_visit": (
        r"(?:inspectors|hmi|we|visit) (?:looked at|evaluated|focused on|considered|examined|reviewed)",
        r"(?:theme|focus) of (?:the|this) visit(?: was| is|:)",
    ),
    "monitoring_visit": (
        r"areas? covered by (?:the|this) (?:monitoring )?visit",
        r"(?:inspectors|hmi|we) (?:reviewed|looked at|evaluated|focused on|considered|examined)",
        r"(?:visit|it) (?:reviewed|looked at|evaluated|focused on|considered)",
    ),
    "jtai": (r"deep[\s-]+dive'? focus on", r"multi-agency (?=identification|responses?)"),
}
