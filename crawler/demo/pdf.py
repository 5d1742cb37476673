"""PDF reports in the layouts that Ofsted has used since 2013, with true facts and our own prose.

What matters for reading is kept: what stands on page 1 and in which order, ruled tables whose grades run over two
lines, the running footer that the text layer puts before everything else on a page, the lead inspector on the back
pages, the definitions of each grade. The same facts give the same bytes on the same version of reportlab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from crawler.demo.facts import Layout, ReportFacts
from crawler.demo.prose import (
    ABOUT_THIS_DOCUMENT,
    DISCLAIMER,
    GRADE_MEANINGS,
    JOINT_SUBJECTS,
    LSCB_MEANINGS,
    TONES,
    VISIT_SUBJECTS,
    Tone,
    sentences,
)

MARGIN = 25 * mm
KINGS_INSPECTORS_FROM = date(2022, 9, 8)

# The fixed labels of the judgement tables, by framework.
ILACS_LABELS = {
    "impact_of_leaders": "The impact of leaders on social work practice with children and families",
    "help_and_protection": "The experiences and progress of children who need help and protection",
    "in_care_and_care_leavers": "The experiences and progress of children in care and care leavers",
    "in_care": "The experiences and progress of children in care",
    "care_leavers": "The experiences and progress of care leavers",
    "overall_effectiveness": "Overall effectiveness",
}
SIF_LABELS = {
    "help_and_protection": "1. Children who need help and protection",
    "looked_after_and_permanence": "2. Children looked after and achieving permanence",
    "adoption": "2.1 Adoption performance",
    "care_leavers": "2.2 Experiences and progress of care leavers",
    "leadership_and_governance": "3. Leadership, management and governance",
}
LOOKED_AFTER_2013_LABELS = {
    "overall_effectiveness": "Overall effectiveness",
    "capacity_to_improve": "Capacity to improve",
    "looked_after_outcomes": "Outcomes for looked after children and young people",
    "quality_of_provision": "Quality of provision",
    "leadership_and_management": "Leadership and management",
}
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "adequate": "Adequate",
    "inadequate": "Inadequate",
}
GRADES_2013 = {
    "outstanding": "Outstanding Grade 1",
    "good": "Good Grade 2",
    "adequate": "Adequate Grade 3",
    "inadequate": "Inadequate Grade 4",
}

# What is written about under a judgement.
THEMES = {
    "impact_of_leaders": ("leadership", "caseloads", "supervision", "workforce"),
    "help_and_protection": ("help_and_protection",),
    "in_care_and_care_leavers": ("in_care", "care_leavers"),
    "in_care": ("in_care",),
    "care_leavers": ("care_leavers",),
    "looked_after_and_permanence": ("in_care",),
    "adoption": ("adoption",),
    "leadership_and_governance": ("leadership", "caseloads", "supervision", "workforce"),
    "lscb": ("lscb",),
    "capacity_to_improve": ("workforce",),
    "looked_after_outcomes": ("in_care",),
    "quality_of_provision": ("help_and_protection",),
    "leadership_and_management": ("leadership", "caseloads", "supervision"),
}


def _style(name: str, size: float, *, bold: bool = False, after: float = 6, indent: float = 0) -> ParagraphStyle:
    font = "Helvetica-Bold" if bold else "Helvetica"
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.25, spaceAfter=after, leftIndent=indent)


TITLE = _style("title", 20, after=10)
SUBTITLE = _style("subtitle", 13, bold=True, after=8)
HEADING = _style("heading", 12, bold=True, after=6)
BODY = _style("body", 11, after=8)
STRONG = _style("strong", 11, bold=True, after=8)
CELL = _style("cell", 11, after=0)
STRONG_CELL = _style("strong cell", 11, bold=True, after=0)
NUMBERED = _style("numbered", 11, after=10, indent=18)
SMALL = _style("small", 8, after=4)


@dataclass(frozen=True)
class _Running:
    """What stands on every page: `left` and the page number at the foot, or `left` at the head of the 2013 scale's."""

    left: tuple[str, ...] = ()
    from_page: int = 1
    numbering_starts_at: int = 1
    at_head: bool = False


def make_report(facts: ReportFacts, area: str, previous: ReportFacts | None = None) -> bytes:
    """The PDF of one report on `area`; `previous` is the inspection whose grades a re-inspection lists.

    Raises KeyError for a layout that is not a PDF (a report that is not found).
    """
    running, story = _LAYOUTS[facts.layout](facts, area, previous)
    return _render([*story, *_about()], running, title=f"Demonstration report {facts.file}")


def _render(story: list[Flowable], running: _Running, title: str) -> bytes:
    """Lay the story out. In the text layer, the running text comes first on a page and the disclaimer last."""

    def before(canvas: Canvas, document: BaseDocTemplate) -> None:
        page = canvas.getPageNumber()
        if page < running.from_page:
            return
        canvas.setFont("Helvetica", 9)
        height = A4[1] - 15 * mm if running.at_head else 15 * mm
        for number, line in enumerate(running.left):
            canvas.drawString(MARGIN, height - 11 * number, line)
        last_line = height - 11 * max(len(running.left) - 1, 0)
        canvas.drawRightString(A4[0] - MARGIN, last_line, str(page - running.numbering_starts_at + 1))

    def after(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica-Oblique", 7)
        canvas.drawString(MARGIN, 6 * mm, DISCLAIMER)

    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=title,
        author="Caseload Watch",
        subject=DISCLAIMER,
        invariant=1,
    )
    frame = Frame(MARGIN, 22 * mm, A4[0] - 2 * MARGIN, A4[1] - 44 * mm, leftPadding=0, rightPadding=0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=before, onPageEnd=after))
    document.build(story)
    return buffer.getvalue()


# --- inspections of children's services since 2018 -------------------------------------------------------------------


def _ilacs_2018(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    lead = f"Lead inspector: {facts.lead_inspector}<br/>{_inspector_title(facts)}" if facts.lead_inspector else None
    story = [
        _paragraph(facts.authority, TITLE),
        _paragraph("Inspection of children’s social care services", SUBTITLE),
        _paragraph(f"Inspection dates: {facts.dates}", STRONG),
        *([Paragraph(lead, STRONG)] if lead else []),
        _ilacs_table(facts, widths=(330, 110)),
        *_ilacs_body(facts, area, improve="What needs to improve", heading_grade=str),
    ]
    return _Running(), story


def _ilacs(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    lead = f"<b>Lead inspector:</b> {escape(facts.lead_inspector or '')}, {_inspector_title(facts)}"
    story = [
        _paragraph(f"Inspection of {facts.authority} local authority children’s services", TITLE),
        Paragraph(f"<b>Inspection dates:</b> {escape(facts.dates)}", BODY),
        *([Paragraph(lead, BODY)] if facts.lead_inspector else []),
        _ilacs_table(facts, widths=(230, 210)),
        *_ilacs_body(facts, area, improve="What needs to improve?", heading_grade=str.lower),
    ]
    footer = (f"Inspection of {facts.authority} local authority children’s services", facts.dates)
    return _Running(footer, from_page=2), story


def _ilacs_table(facts: ReportFacts, widths: tuple[float, float]) -> Flowable:
    rows = [("Judgement", "Grade"), *((ILACS_LABELS[j], _ilacs_grade(g)) for j, g in facts.judgements.items())]
    return _ruled(rows, widths, strong_head=True)


def _ilacs_body(facts: ReportFacts, area: str, *, improve: str, heading_grade: Callable[[str], str]) -> list[Flowable]:
    # Inspections since April 2026 give no overall grade: the first judgement sets the tone then.
    grades = facts.judgements
    overall = _tone(grades.get("overall_effectiveness") or next(iter(grades.values())))
    story: list[Flowable] = [
        _paragraph(f"This inspection covered services for children in {area}.", BODY),
        _paragraph(" ".join(sentences("summary", overall, facts.file, 4)), BODY),
        _paragraph(improve, HEADING),
        *(_paragraph(f"• {bullet}", NUMBERED) for bullet in sentences("improve", overall, facts.file, 3)),
    ]
    number = 1
    for judgement in sorted(facts.judgements, key=lambda code: code == "impact_of_leaders"):
        if judgement == "overall_effectiveness":
            continue
        grade = facts.judgements[judgement]
        heading = f"{ILACS_LABELS[judgement]}: {heading_grade(_ilacs_grade(grade))}"
        number = _numbered(story, heading, judgement, grade, facts.file, number)
    return story


def _ilacs_grade(grade: str) -> str:
    return "Requires improvement to be good" if grade == "requires_improvement" else GRADES[grade]


# --- the single inspection framework, 2013 to 2018 -------------------------------------------------------------------


def _sif_2014(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    overall = facts.judgements["overall_effectiveness"]
    statement = {
        "requires_improvement": "The overall judgement is that children’s services require improvement",
    }.get(overall, f"The overall judgement is that children’s services are {GRADES[overall].lower()}")
    rows = [(SIF_LABELS[j], g) for j, g in _sif_grades(facts)]
    story = [
        *_sif_title(facts),
        _ruled([(statement, "")], (440, 0), strong_head=True),
        _ruled(rows, (340, 100)),
    ]
    if "lscb" in facts.judgements:
        story += [
            Spacer(1, 6),
            _paragraph(
                _lscb_statement("The effectiveness of the Local Safeguarding Children Board (LSCB)", facts), STRONG
            ),
        ]
    return _Running(), [*story, *_sif_body(facts, area, previous)]


def _sif(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    overall = facts.judgements["overall_effectiveness"]
    statement = {
        "requires_improvement": f"Children’s services in {area} require improvement to be good",
    }.get(overall, f"Children’s services in {area} are {GRADES[overall].lower()}")
    rows = [(statement, ""), *((SIF_LABELS[j], g) for j, g in _sif_grades(facts))]
    story = [*_sif_title(facts), _ruled(rows, (300, 140), strong_head=True, head_spans=True)]
    return _Running(), [*story, *_sif_body(facts, area, previous)]


def _sif_title(facts: ReportFacts) -> list[Flowable]:
    kind = "Re-inspection" if facts.reinspection else "Inspection"
    title: list[Flowable] = [
        _paragraph(facts.authority, TITLE),
        _paragraph(
            f"{kind} of services for children in need of help and protection, children looked after and care leavers",
            SUBTITLE,
        ),
    ]
    if "lscb" in facts.judgements:
        title += [
            _paragraph("and", BODY),
            Paragraph("Review of the effectiveness of the Local Safeguarding Children Board<super>1</super>", SUBTITLE),
        ]
    return [
        *title,
        _paragraph(f"Inspection date: {facts.dates}", BODY),
        _paragraph(f"Report published: {long_date(facts.published_on)}", BODY),
    ]


def _sif_body(facts: ReportFacts, area: str, previous: ReportFacts | None) -> list[Flowable]:
    overall = _tone(facts.judgements["overall_effectiveness"])
    story: list[Flowable] = []
    if "lscb" in facts.judgements:
        story.append(_paragraph("1 The board was reviewed under the Children Act 2004, in the same weeks.", SMALL))
    story += [
        PageBreak(),
        _paragraph("Executive summary", HEADING),
        _paragraph(" ".join(sentences("summary", overall, facts.file, 4)), BODY),
        *(_paragraph(f"• {bullet}", NUMBERED) for bullet in sentences("improve", overall, facts.file, 3)),
        _paragraph(f"Information about {area}", HEADING),
        *_previous_grades(previous),
        PageBreak(),
    ]
    number = 1
    for judgement, label in SIF_LABELS.items():
        if judgement in facts.judgements:
            heading = label.split(" ", 1)[1]
            number = _numbered(story, heading, judgement, facts.judgements[judgement], facts.file, number)
    if "lscb" in facts.judgements:
        story += [
            PageBreak(),
            _paragraph("The Local Safeguarding Children Board (LSCB)", HEADING),
            _paragraph(_lscb_statement("The Local Safeguarding Children Board", facts), STRONG),
        ]
        _numbered(story, "Inspection findings", "lscb", facts.judgements["lscb"], facts.file, number)
    story += [PageBreak(), *_back_pages(facts)]
    return story


def _previous_grades(previous: ReportFacts | None) -> list[Flowable]:
    """A re-inspection lists the grades of the last inspection under the very labels of page 1."""
    if previous is None:
        return [_paragraph("Earlier reports on this authority can be found on Ofsted’s website.", BODY)]
    listed = {"Overall effectiveness": previous.judgements["overall_effectiveness"]} | {
        label.split(" ", 1)[1]: previous.judgements[code] for code, label in SIF_LABELS.items()
    }
    published = long_date(previous.published_on)
    return [
        _paragraph("Previous Ofsted inspections", STRONG),
        _paragraph(f"The last report was published on {published}. Its grades were:", BODY),
        *(_paragraph(f"• {label}: {GRADES[grade]}", NUMBERED) for label, grade in listed.items()),
    ]


def _back_pages(facts: ReportFacts) -> list[Flowable]:
    team = [_paragraph("The inspection team", HEADING)]
    if facts.lead_inspector:
        team.append(_paragraph(f"Lead inspector: {facts.lead_inspector} HMI", BODY))
    meanings = [
        _paragraph("What the inspection judgements mean: the local authority", HEADING),
        *(_paragraph(meaning, BODY) for meaning in GRADE_MEANINGS),
    ]
    if "lscb" in facts.judgements:
        meanings += [
            _paragraph("What the inspection judgements mean: the LSCB", HEADING),
            *(_paragraph(meaning, BODY) for meaning in LSCB_MEANINGS),
        ]
    return [
        _paragraph("Information about this inspection", HEADING),
        _paragraph("Inspectors read records, watched practice and spoke with families and staff.", BODY),
        *(team if facts.lead_inspector else []),
        *meanings,
    ]


def _sif_grades(facts: ReportFacts) -> Iterable[tuple[str, str]]:
    return ((j, GRADES[facts.judgements[j]]) for j in SIF_LABELS if j in facts.judgements)


def _lscb_statement(subject: str, facts: ReportFacts) -> str:
    grade = facts.judgements["lscb"]
    return f"{subject} {'requires improvement' if grade == 'requires_improvement' else 'is ' + GRADES[grade].lower()}"


def _lscb_review(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    grade = facts.judgements["lscb"]
    story: list[Flowable] = [
        _paragraph(facts.authority, TITLE),
        _paragraph("Review of the effectiveness of the Local Safeguarding Children Board", SUBTITLE),
        _paragraph(f"Inspection date: {facts.dates}", BODY),
        _paragraph(f"Report published: {long_date(facts.published_on)}", BODY),
        _ruled([(_lscb_statement("The Local Safeguarding Children Board", facts), "")], (440, 0), strong_head=True),
        PageBreak(),
    ]
    _numbered(story, "Inspection findings", "lscb", grade, facts.file, 1)
    return _Running(), [*story, PageBreak(), *_back_pages(facts)]


# --- looked after children services, the four-point scale of 2013 ----------------------------------------------------


def _looked_after_2013(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    story: list[Flowable] = [
        _paragraph("Inspection of looked after children services", TITLE),
        _paragraph(facts.authority, SUBTITLE),
        Spacer(1, 200),
        _paragraph(f"Inspection dates: {facts.dates}", STRONG),
        *([_paragraph(f"Reporting inspector {facts.lead_inspector} HMI", STRONG)] if facts.lead_inspector else []),
        _paragraph("Age group: All", BODY),
        _paragraph(f"Published: {long_date(facts.published_on)}", BODY),
        PageBreak(),
        _paragraph("The inspection judgements and what they mean", HEADING),
        _ruled([(f"{name} (Grade {number})", meaning) for number, name, meaning in SCALE_2013], (160, 280)),
        Spacer(1, 12),
    ]
    number = 1
    for judgement, label in LOOKED_AFTER_2013_LABELS.items():
        if judgement in THEMES:
            number = _numbered(story, label, judgement, facts.judgements[judgement], facts.file, number)
    record = [(LOOKED_AFTER_2013_LABELS[j], GRADES_2013[g]) for j, g in facts.judgements.items()]
    story += [
        PageBreak(),
        _paragraph("Record of main findings", HEADING),
        _paragraph("Services for looked after children", STRONG),
        _ruled(record, (240, 200)),
    ]
    header = (f"{facts.authority} Inspection of safeguarding and looked after children",)
    return _Running(header, from_page=2, numbering_starts_at=2, at_head=True), story


SCALE_2013 = (
    (1, "Outstanding", "Well above what is required"),
    (2, "Good", "Above what is required"),
    (3, "Adequate", "What is required and no more"),
    (4, "Inadequate", "Below what is required"),
)


# --- letters and joint inspections: no grade of the authority --------------------------------------------------------


def _visit(kind: str) -> Callable[[ReportFacts, str, ReportFacts | None], tuple[_Running, list[Flowable]]]:
    def letter(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
        tone: Tone = "weak" if kind == "Monitoring visit" else "mixed"
        title = f"{kind} to {facts.authority} children’s services"
        story: list[Flowable] = [
            *_addressees(facts, ("Director of Children’s Services",)),
            _paragraph("Dear Director", BODY),
            _paragraph(title, STRONG),
            _paragraph(
                f"This letter sets out what we found on the {kind.lower()} to {facts.authority} children’s services "
                f"on {facts.dates}. {VISIT_SUBJECTS[facts.theme or '']}",
                BODY,
            ),
            _paragraph("Headline findings", HEADING),
            _paragraph(" ".join(sentences("summary", tone, facts.file, 3)), BODY),
            _paragraph("What needs to improve in this area of social work practice", HEADING),
            *(_paragraph(f"• {bullet}", NUMBERED) for bullet in sentences("improve", tone, facts.file, 3)),
            _paragraph("Main findings", HEADING),
            *(
                _paragraph(" ".join(sentences(theme, tone, facts.file, 2)), BODY)
                for theme in ("help_and_protection", "in_care", "caseloads", "supervision", "workforce", "leadership")
            ),
            *_signature(),
        ]
        return _Running(), story

    return letter


def _jtai_2016(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    subject = JOINT_SUBJECTS[facts.theme or ""]
    story = [
        *_addressees(facts, ("Director of Children’s Services", "Chief Constable", "Clinical Commissioning Group")),
        _paragraph("Dear local partnership", BODY),
        _paragraph(f"Joint targeted area inspection of the multi-agency response to {subject} in {area}", STRONG),
        _paragraph(
            f"Between {facts.dates}, four inspectorates looked together at how agencies in {area} respond to "
            f"{subject}.",
            BODY,
        ),
        *_joint_findings(facts),
        *_signature(),
    ]
    return _Running(), story


def _jtai(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    story = [
        *_addressees(facts, ("Director of Children’s Services", "Integrated Care Board", "Chief Constable")),
        _paragraph(f"Dear {area} Local Safeguarding Partnership", BODY),
        _paragraph(f"Joint targeted area inspection of {area}", STRONG),
        _paragraph(
            f"This inspection, held from {facts.dates}, was about the multi-agency response to "
            f"{JOINT_SUBJECTS[facts.theme or '']}.",
            BODY,
        ),
        *_joint_findings(facts),
        *_signature(),
    ]
    return _Running(), story


def _joint_findings(facts: ReportFacts) -> list[Flowable]:
    tone: Tone = "mixed"
    return [
        _paragraph("Headline findings", HEADING),
        _paragraph(" ".join(sentences("summary", tone, facts.file, 3)), BODY),
        _paragraph("What needs to improve?", HEADING),
        *(_paragraph(f"• {bullet}", NUMBERED) for bullet in sentences("improve", tone, facts.file, 3)),
        _paragraph("Main findings", HEADING),
        *(
            _paragraph(" ".join(sentences(theme, tone, facts.file, 3)), BODY)
            for theme in ("help_and_protection", "caseloads", "supervision", "lscb")
        ),
        _paragraph("Next steps", HEADING),
        _paragraph("The partnership should say in writing what it will do about these findings.", BODY),
    ]


def _send(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    story: list[Flowable] = [
        _paragraph("Local Area Partnership report", BODY),
        _paragraph(f"Area SEND inspection of {area} Local Area Partnership", TITLE),
        Paragraph(f"<b>Inspection dates:</b> {escape(facts.dates)}", BODY),
        _paragraph("Inspection outcome", HEADING),
        _paragraph("This demonstration leaves the outcome out: it is not a grade of the authority.", BODY),
        _paragraph("Information about the local area partnership", HEADING),
        _paragraph(f"{area} council and its health partners plan these services together.", BODY),
        _paragraph("What is it like to be a child or young person with SEND in this area?", HEADING),
        _paragraph("Some families are helped quickly, and others wait a long time for an assessment.", BODY),
        _paragraph("What does the area partnership need to do better?", HEADING),
        _paragraph("• Leaders should shorten the wait for therapies.", NUMBERED),
        PageBreak(),
        _paragraph("Information about this inspection", HEADING),
        _paragraph("Inspection team", HEADING),
        _ruled(
            [
                ("Ofsted", "Care Quality Commission"),
                (f"{facts.lead_inspector}, Ofsted HMI Lead inspector", "CQC Lead inspector"),
            ],
            (220, 220),
            strong_head=True,
        ),
    ]
    footer = (f"Area SEND inspection report: {area} Local Area Partnership, {facts.dates}",)
    return _Running(footer, from_page=2), story


def _notice(facts: ReportFacts, area: str, previous: ReportFacts | None) -> tuple[_Running, list[Flowable]]:
    story: list[Flowable] = [
        _paragraph("Demonstration notice", TITLE),
        _paragraph(
            "No such document was ever published. It stands on the list under a label that the software does not know, "
            "so that you can see what becomes of it: the file is kept, and the label awaits a person.",
            BODY,
        ),
    ]
    return _Running(), story


# --- parts -----------------------------------------------------------------------------------------------------------


def long_date(day: date) -> str:
    """A date as Ofsted prints it: 5 July 2023."""
    return f"{day.day} {day:%B %Y}"


def _about() -> list[Flowable]:
    heading, *paragraphs = ABOUT_THIS_DOCUMENT
    return [PageBreak(), _paragraph(heading, HEADING), *(_paragraph(text, BODY) for text in paragraphs)]


def _addressees(facts: ReportFacts, people: tuple[str, ...]) -> list[Flowable]:
    return [
        _paragraph(long_date(facts.published_on), BODY),
        *(_paragraph(f"{person}, {facts.authority}", BODY) for person in people),
    ]


def _signature() -> list[Flowable]:
    return [_paragraph("Yours sincerely", BODY), _paragraph("The lead inspector", BODY)]


def _numbered(story: list[Flowable], heading: str, judgement: str, grade: str, start: int, number: int) -> int:
    """Add a heading and numbered paragraphs on what the judgement is about; return the next paragraph's number."""
    title: Flowable | None = _paragraph(heading, HEADING)
    for theme in THEMES[judgement]:
        found = sentences(theme, _tone(grade), start, 4)
        for pair in (found[:2], found[2:]):
            if pair:
                paragraph = _paragraph(f"{number}. {' '.join(pair)}", NUMBERED)
                story.append(KeepTogether([title, paragraph]) if title else paragraph)
                title = None
                number += 1
    return number


def _ruled(
    rows: list[tuple[str, str]], widths: tuple[float, float], *, strong_head: bool = False, head_spans: bool = False
) -> Flowable:
    """A ruled table of two columns; with a second width of 0, of one."""
    one_column = widths[1] == 0
    cells = [
        [
            _paragraph(text, STRONG_CELL if strong_head and row == 0 else CELL)
            for text in (pair[:1] if one_column else pair)
        ]
        for row, pair in enumerate(rows)
    ]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.75, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
        ]
    )
    if head_spans:
        style.add("SPAN", (0, 0), (1, 0))
    table = Table(cells, colWidths=widths[:1] if one_column else widths, style=style, hAlign="LEFT")
    table.spaceAfter = 12
    return table


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _tone(grade: str) -> Tone:
    return TONES[grade]


def _inspector_title(facts: ReportFacts) -> str:
    whose = "His" if facts.published_on >= KINGS_INSPECTORS_FROM else "Her"
    return f"{whose} Majesty’s Inspector"


_LAYOUTS: dict[Layout, Callable[[ReportFacts, str, ReportFacts | None], tuple[_Running, list[Flowable]]]] = {
    Layout.LOOKED_AFTER_2013: _looked_after_2013,
    Layout.SIF_2014: _sif_2014,
    Layout.SIF: _sif,
    Layout.LSCB_REVIEW: _lscb_review,
    Layout.ILACS_2018: _ilacs_2018,
    Layout.ILACS: _ilacs,
    Layout.FOCUSED_VISIT: _visit("Focused visit"),
    Layout.MONITORING_VISIT: _visit("Monitoring visit"),
    Layout.JTAI_2016: _jtai_2016,
    Layout.JTAI: _jtai,
    Layout.SEND: _send,
    Layout.NOTICE: _notice,
}
