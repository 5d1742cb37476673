"""What real reports do to a reader, each with a page of our own: the hazards of the sources, one by one."""

from datetime import date

import pytest

from warehouse.extract.report import Inspection, Reading, read_report

ILACS_ROWS = (
    "The impact of leaders on social work \npractice with children and families\nGood",
    "The experiences and progress of \nchildren who need help and protection\nRequires improvement to be good",
    "The experiences and progress of \nchildren in care\nOutstanding",
    "The experiences and progress of care \nleavers\nInadequate",
    "Overall effectiveness Good",
)
ILACS_GRADES = {
    "impact_of_leaders": "good",
    "help_and_protection": "requires_improvement",
    "in_care": "outstanding",
    "care_leavers": "inadequate",
    "overall_effectiveness": "good",
}
SIF_ROWS = (
    "1. Children who need help and protection Requires improvement",
    "2. Children looked after and achieving \npermanence\nGood",
    "2.1 Adoption performance Outstanding",
    "2.2 Experiences and progress of care leavers Inadequate",
    "3. Leadership, management and governance Requires \nImprovement ",
)
SIF_GRADES = {
    "help_and_protection": "requires_improvement",
    "looked_after_and_permanence": "good",
    "adoption": "outstanding",
    "care_leavers": "inadequate",
    "leadership_and_governance": "requires_improvement",
}
PROSE = "Children here are safer than they were and staff know them well."


def ilacs(
    rows: tuple[str, ...] = ILACS_ROWS, *, above: str = "", when: str = "4 to 15 March 2024", lead: str | None = None
) -> str:
    lead = lead if lead is not None else "Lead inspector: Ada Example, His Majesty’s Inspector"
    title = "Inspection of Anyshire local \nauthority children’s services"
    return "\n".join([f"{above}{title}", f"Inspection dates: {when}", lead, "Judgement Grade", *rows, PROSE])


def sif(
    sentence: str = "Children’s services in Anyshire are good",
    rows: tuple[str, ...] = SIF_ROWS,
    *,
    board: bool = False,
    when: str = "3 June 2014 – 25 June 2014",
) -> str:
    review = "and\nReview of the effectiveness of the Local Safeguarding Children \nBoard1\n" if board else ""
    return (
        "1\nAnyshire County Council\nInspection of services for children in need of help and \nprotection, "
        f"children looked after and care leavers\n{review}Inspection date: {when}\nReport published: 8 August 2014\n"
        f"{sentence}\n" + "\n".join(rows)
    )


def only(reading: Reading) -> Inspection:
    (inspection,) = reading.inspections
    return inspection


def grades(inspection: Inspection) -> dict[str, str | None]:
    return {each.judgement: each.grade for each in inspection.judgements}


def statuses(inspection: Inspection) -> dict[str, str]:
    return {each.judgement: each.grade_status for each in inspection.judgements}


def codes(reading: Reading) -> list[str]:
    return [issue.code for issue in reading.issues]


# An inspection of local authority children's services (ILACS)


def test_an_ilacs_report_is_read_whole_without_an_issue() -> None:
    reading = read_report([ilacs()])
    inspection = only(reading)
    assert (inspection.event_type, inspection.framework, inspection.authority) == ("inspection", "ilacs", "Anyshire")
    assert (inspection.inspected_from, inspection.inspected_to) == (date(2024, 3, 4), date(2024, 3, 15))
    assert inspection.lead_inspector == "Ada Example"
    assert inspection.published_on is None
    assert grades(inspection) == ILACS_GRADES
    assert (inspection.overall_grade, inspection.overall_grade_status) == ("good", "graded")
    assert reading.issues == ()


def test_the_evidence_of_a_grade_is_its_label_and_grade_and_where_they_stand() -> None:
    page = ilacs()
    inspection = only(read_report([page]))
    evidence = next(each.evidence for each in inspection.judgements if each.judgement == "in_care")
    assert evidence is not None
    assert evidence.quote == "The experiences and progress of \nchildren in care\nOutstanding"
    assert (evidence.page_number, page[evidence.char_start : evidence.char_end]) == (1, evidence.quote)


def test_before_2023_children_in_care_and_care_leavers_share_a_judgement() -> None:
    rows = (*ILACS_ROWS[:2], "The experiences and progress of children in care and care \nleavers\nGood", ILACS_ROWS[4])
    inspection = only(read_report([ilacs(rows, when="5 to 16 December 2022")]))
    assert grades(inspection)["in_care_and_care_leavers"] == "good"
    assert len(inspection.judgements) == 4


def test_from_april_2026_there_is_no_overall_grade() -> None:
    reading = read_report([ilacs(ILACS_ROWS[:4], when="27 April to 8 May 2026")])
    inspection = only(reading)
    assert (inspection.overall_grade, inspection.overall_grade_status) == (None, "framework_has_none")
    assert statuses(inspection)["overall_effectiveness"] == "framework_has_none"
    assert reading.issues == ()


def test_before_april_2026_a_missing_overall_grade_is_unreadable() -> None:
    reading = read_report([ilacs(ILACS_ROWS[:4])])
    assert only(reading).overall_grade_status == "unreadable"
    assert codes(reading) == ["judgement_unreadable"]


def test_without_dates_a_missing_overall_grade_is_unreadable() -> None:
    reading = read_report([ilacs(ILACS_ROWS[:4], when="as agreed")])
    assert only(reading).overall_grade_status == "unreadable"
    assert sorted(codes(reading)) == ["dates_unreadable", "judgement_unreadable"]


def test_the_order_of_rows_does_not_matter() -> None:
    assert grades(only(read_report([ilacs(tuple(reversed(ILACS_ROWS)))]))) == ILACS_GRADES


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_a_table_may_go_on_after_the_header_of_page_two(rows: int) -> None:
    header = "Inspection of Anyshire local authority children’s services\n4 to 15 March 2024 2\n"
    second = header + "\n".join(ILACS_ROWS[rows:]) + "\n" + PROSE
    first = ilacs(ILACS_ROWS[:rows]).removesuffix("\n" + PROSE)
    assert grades(only(read_report([first, second]))) == ILACS_GRADES


def test_a_label_on_page_one_may_have_its_grade_on_page_two() -> None:
    first = ilacs((*ILACS_ROWS[:4], "Overall effectiveness")).removesuffix("\n" + PROSE) + "\n1"
    second = "Inspection of Anyshire local authority children’s services\n4 to 15 March 2024 2\nGood\n" + PROSE
    reading = read_report([first, second])
    assert only(reading).overall_grade == "good"
    assert reading.issues == ()


@pytest.mark.parametrize(
    "printed",
    [
        "Requires improvement to be good",
        "requires improvement\nto be\ngood",
        "REQUIRES IMPROVEMENT",
        "Requires Improvement.",
        "Requires\nimprovement to be good2",
        "require improvement",
        "Requires improvement to good",
        "Requires improvement*",
        "Requires improvement1.",
    ],
)
def test_a_grade_may_be_printed_in_many_ways(printed: str) -> None:
    rows = (*ILACS_ROWS[:4], f"Overall effectiveness\n{printed}")
    assert only(read_report([ilacs(rows)])).overall_grade == "requires_improvement"


def test_a_grade_is_never_taken_by_its_position() -> None:
    labels = [row.rsplit("\n", 1)[0] for row in ILACS_ROWS[:4]]
    reading = read_report([ilacs((*labels, "Good", "Good", "Inadequate", "Good", ILACS_ROWS[4]))])
    assert grades(only(reading)) == {
        "overall_effectiveness": "good",
        "impact_of_leaders": None,
        "help_and_protection": None,
        "in_care": None,
        "care_leavers": None,
    }


def test_a_column_of_equal_grades_leaves_the_label_beside_it_no_doubt() -> None:
    labels = [row.rsplit("\n", 1)[0] for row in ILACS_ROWS[:4]]
    found = grades(only(read_report([ilacs((*labels, "Good", "Good", "Good", "Good", ILACS_ROWS[4]))])))
    assert (found["care_leavers"], found["in_care"]) == ("good", None)


@pytest.mark.parametrize(
    "header",
    [
        "Inspection of Anyshire local authority \nchildren’s services\n4 to 15 March 2024 2\n",
        "Inspection of Anyshire local authority \nchildren’s services 2\n",
        "Inspection of Anyshire local authority children’s services\n4 to 15 March 2024\n2\n",
    ],
)
def test_a_running_header_over_several_lines_may_divide_a_label(header: str) -> None:
    first = ilacs((*ILACS_ROWS[:3], "The experiences and progress of care")).removesuffix("\n" + PROSE)
    found = grades(only(read_report([first, f"{header}leavers\nInadequate\n{ILACS_ROWS[4]}\n{PROSE}"])))
    assert found == ILACS_GRADES


def test_a_heading_of_the_body_gives_a_grade_that_the_table_lacks() -> None:
    body = "The experiences and progress of children in care: outstanding\n12. " + PROSE
    rows = (*ILACS_ROWS[:2], "The experiences and progress of \nchildren in care", *ILACS_ROWS[3:])
    inspection = only(read_report([ilacs(rows), PROSE, PROSE, body]))
    judgement = next(each for each in inspection.judgements if each.judgement == "in_care")
    assert judgement.grade == "outstanding"
    assert judgement.evidence is not None
    assert judgement.evidence.page_number == 4


def test_headings_of_the_body_that_disagree_give_no_grade() -> None:
    bodies = ["Adoption performance Good\n", "Adoption performance Inadequate\n"]
    reading = read_report([sif(rows=(*SIF_ROWS[:2], *SIF_ROWS[3:])), PROSE, PROSE, *bodies])
    assert statuses(only(reading))["adoption"] == "unreadable"
    assert "judgement_conflict" in codes(reading)


def test_page_one_wins_over_a_later_heading_and_says_so() -> None:
    body = "The experiences and progress of children in care: inadequate\n1. " + PROSE
    reading = read_report([ilacs(), body])
    assert grades(only(reading)) == ILACS_GRADES
    assert codes(reading) == ["judgement_contradicted"]


def test_grades_of_the_previous_inspection_are_not_read() -> None:
    listed = (
        "The last full inspection was published in May 2018. The judgements were:\nOverall effectiveness: Inadequate\n"
    )
    reading = read_report([ilacs(ILACS_ROWS[:4]), listed])
    assert only(reading).overall_grade is None
    assert codes(reading) == ["judgement_unreadable"]


def test_grades_of_the_previous_inspection_above_the_table_are_not_read() -> None:
    page = ilacs().replace("Judgement Grade", "Previous inspection\nOverall effectiveness Inadequate\nJudgement Grade")
    assert only(read_report([page])).overall_grade == "good"


def test_definitions_of_grades_are_not_grades() -> None:
    meanings = (
        "Overall effectiveness is outstanding\nwhen nothing better can be asked for.\nOverall effectiveness: meaning"
    )
    reading = read_report([ilacs(ILACS_ROWS[:4]), meanings])
    assert only(reading).overall_grade is None


def test_two_grades_beside_one_label_on_one_page_are_a_conflict() -> None:
    reading = read_report([ilacs((*ILACS_ROWS, "Overall effectiveness Inadequate"))])
    assert only(reading).overall_grade_status == "unreadable"
    assert codes(reading) == ["judgement_conflict"]


def test_a_row_with_an_unknown_label_is_an_issue() -> None:
    reading = read_report([ilacs((*ILACS_ROWS[:2], "The strength of local partnerships Good", *ILACS_ROWS[2:]))])
    assert grades(only(reading)) == ILACS_GRADES
    (issue,) = reading.issues
    assert issue.code == "judgement_label_unknown"
    assert issue.evidence is not None
    assert issue.evidence.quote == "The strength of local partnerships Good"


def test_a_grade_that_is_not_on_the_scale_is_unreadable() -> None:
    reading = read_report([ilacs((*ILACS_ROWS[:4], "Overall effectiveness Adequate"))])
    assert only(reading).overall_grade_status == "unreadable"
    assert codes(reading) == ["judgement_unreadable"]


@pytest.mark.parametrize(
    "above",
    ["1\n", "Inspection of Anyshire local authority children’s services\n4 to 16 March 2024 1\n", "\n \nOfsted\n"],
)
def test_a_page_number_or_a_footer_may_stand_before_the_title(above: str) -> None:
    inspection = only(read_report([ilacs(above=above)]))
    assert inspection.authority == "Anyshire"
    assert inspection.inspected_to == date(2024, 3, 15)


def test_the_dates_of_page_one_win_over_running_footers() -> None:
    footer = "Inspection of Anyshire local authority children’s services\n6 to 12 March 2024 {}\n" + PROSE
    inspection = only(read_report([ilacs(), *(footer.format(number) for number in range(2, 9))]))
    assert (inspection.inspected_from, inspection.inspected_to) == (date(2024, 3, 4), date(2024, 3, 15))


def test_the_dates_carry_their_proof() -> None:
    evidence = only(read_report([ilacs()])).dates_evidence
    assert evidence is not None
    assert evidence.quote == "4 to 15 March 2024"


def test_the_name_of_an_authority_may_run_over_lines_above_the_title() -> None:
    page = ilacs().replace(
        "Inspection of Anyshire local \nauthority children’s services",
        "1\nLondon Borough of Anyton and \nElsewhere upon Sea\nInspection of children's social care services",
    )
    assert only(read_report([page])).authority == "London Borough of Anyton and Elsewhere upon Sea"


def test_an_and_on_a_line_of_its_own_is_part_of_a_name() -> None:
    page = sif().replace("Anyshire County Council", "Anyton, Elsewhere\nand\nSea Council")
    assert only(read_report([page])).authority == "Anyton, Elsewhere and Sea Council"


def test_the_services_of_an_authority_are_not_part_of_its_name() -> None:
    page = sif().replace("Anyshire County Council", "Anyshire Children’s Services")
    assert only(read_report([page])).authority == "Anyshire"


@pytest.mark.parametrize(
    ("printed", "authority"),
    [
        (
            "Inspection of Anyton Metropolitan \nBorough Council children’s services",
            "Anyton Metropolitan Borough Council",
        ),
        ("Inspection of the Royal Borough of Anyton local authority children's services", "Royal Borough of Anyton"),
        ("Inspection of St. Any local authority\nchildren’s services", "St. Any"),
        ("Inspection of Anyton Council’s children’s services", "Anyton Council"),
        ("Inspection of Any\ufffeon-Sea local authority children\u2019s services", "Any\ufffeon-Sea"),
    ],
)
def test_the_authority_stands_in_the_title(printed: str, authority: str) -> None:
    page = ilacs().replace("Inspection of Anyshire local \nauthority children’s services", printed)
    assert only(read_report([page])).authority == authority


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Lead inspector: Ada Example\nHer Majesty’s Inspector", "Ada Example"),
        ("Lead inspector: Ada Example HMI", "Ada Example"),
        ("Lead inspector: Ada Example (HMI)", "Ada Example"),
        ("Lead inspector: Máire O’Example-Jones, Her Majesty's Inspector, Social Care", "Máire O’Example-Jones"),
        ("Lead inspector:\nAda Example, HMI", "Ada Example"),
        ("Lead inspector: Ada \nExample, HMI", "Ada Example"),
        ("Lead inspectors: Ada Example HMI and Ben Sample HMI", "Ada Example and Ben Sample"),
        ("Lead inspectors: Ada Example and\nBen Sample, Her Majesty’s Inspectors", "Ada Example and Ben Sample"),
        ("Lead inspector: Ada Example\nLead inspector: Ben Sample", "Ada Example and Ben Sample"),
        ("Lead inspector: Ada\u202fExample,\u00a0His Majesty’s Inspector", "Ada Example"),
        ("Lead inspector: Ada Example\u00a0, Social Care Regulatory Inspector", "Ada Example"),
        ("Lead inspector: Ada Example Senior His Majesty’s Inspector", "Ada Example"),
        ("Lead inspector: Ada J. Example OBE, HMI, Ofsted", "Ada J. Example"),
        ("Lead inspector: Ada Example*", "Ada Example"),
        ("Lead HMI: Ada Example", "Ada Example"),
        ("Lead Ofsted inspector – Ada Example HM Inspector", "Ada Example"),
    ],
)
def test_a_lead_inspector_is_a_name_without_titles(printed: str, name: str) -> None:
    assert only(read_report([ilacs(lead=printed)])).lead_inspector == name


def test_a_report_without_a_lead_inspector_says_so() -> None:
    reading = read_report([ilacs(lead="")])
    assert only(reading).lead_inspector is None
    assert codes(reading) == ["lead_inspector_unreadable"]


def test_a_cover_without_text_is_not_a_report() -> None:
    inspection = only(read_report(["\n", ilacs()]))
    assert grades(inspection) == ILACS_GRADES
    assert inspection.judgements[0].evidence is not None
    assert inspection.judgements[0].evidence.page_number == 2


# The single inspection framework (SIF)


def test_a_sif_report_is_read_whole() -> None:
    team = "The inspection team\nLead inspector: Ada Example, HMI\nDeputy lead inspector: Ben Sample\nTeam: Cy Three"
    reading = read_report([sif(), PROSE, team])
    inspection = only(reading)
    assert (inspection.event_type, inspection.framework) == ("inspection", "sif")
    assert inspection.authority == "Anyshire County Council"
    assert inspection.published_on == date(2014, 8, 8)
    assert inspection.lead_inspector == "Ada Example"
    assert grades(inspection) == SIF_GRADES | {"overall_effectiveness": "good"}
    assert reading.issues == ()


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("The overall judgement is Inadequate\nThere are failures", "inadequate"),
        ("The overall judgement is requires improvement.", "requires_improvement"),
        ("The overall judgement is that children’s services require \nimprovement.2", "requires_improvement"),
        ("The overall judgement is that children’s service requires \nimprovement.", "requires_improvement"),
        ("Children’s services require improvement to be good", "requires_improvement"),
        ("Children’s services in Anyshire requires improvement to be good", "requires_improvement"),
        ("Children’s services in the Borough of Anyton area\nrequire improvement to be Good", "requires_improvement"),
        ("Children’s services in St. Any’s are judged to be outstanding.", "outstanding"),
        ("Children’s services in Anyton, City of, are good \nGood leadership means that:", "good"),
        ("Overall effectiveness: inadequate", "inadequate"),
        ("Children’s social care services in Anyshire remain inadequate", "inadequate"),
        ("Children’s services in Anyshire continue to require improvement to be good", "requires_improvement"),
        ("Anyshire’s children’s services have been judged outstanding", "outstanding"),
        ("Overall, services for children in Anyshire are good overall.", "good"),
        ("Children’s services in Anyshire are good Good leadership means that:", "good"),
        ("Children’s services in Anyshire are good. Leaders listen.", "good"),
    ],
)
def test_the_overall_grade_of_a_sif_is_a_sentence_in_many_forms(sentence: str, grade: str) -> None:
    assert only(read_report([sif(sentence)])).overall_grade == grade


@pytest.mark.parametrize(
    "sentence",
    [
        "Children’s services in Anyshire are no longer inadequate",
        "Children’s services in Anyshire were inadequate",
        "Children’s services in Anyshire are good\nat keeping in touch with families",
        "The judgements that contribute to overall effectiveness are:",
        "It is expected that all children receive good help.",
    ],
)
def test_a_sentence_that_states_no_overall_grade_gives_none(sentence: str) -> None:
    assert only(read_report([sif(sentence)])).overall_grade_status == "unreadable"


def test_the_overall_grade_may_stand_on_the_page_after_a_cover() -> None:
    page = sif()
    cut = page.index("Children’s services in Anyshire are good")
    reading = read_report([page[:cut], page[cut:]])
    assert grades(only(reading)) == SIF_GRADES | {"overall_effectiveness": "good"}


@pytest.mark.parametrize("printed", ["Not judged", "N/A", "Not applicable", "Has not been judged", "No judgement made"])
def test_not_judged_may_be_printed_in_many_ways(printed: str) -> None:
    inspection = only(read_report([sif(rows=(*SIF_ROWS[:2], f"2.1 Adoption performance {printed}", *SIF_ROWS[3:]))]))
    assert statuses(inspection)["adoption"] == "not_judged"


def test_not_judged_is_neither_a_grade_nor_an_issue() -> None:
    reading = read_report([sif(rows=(*SIF_ROWS[:2], "2.1 Adoption performance\nNot Judged", *SIF_ROWS[3:]))])
    assert grades(only(reading))["adoption"] is None
    assert statuses(only(reading))["adoption"] == "not_judged"
    assert not [issue for issue in reading.issues if "adoption" in issue.detail]


def test_leadership_may_be_numbered_one() -> None:
    rows = ("1. Leadership, management and governance Good", "2. Children who need help and protection Inadequate")
    found = grades(only(read_report([sif(rows=(*rows, *SIF_ROWS[1:4]))])))
    assert (found["leadership_and_governance"], found["help_and_protection"]) == ("good", "inadequate")


def test_the_boards_grade_may_stand_on_page_one() -> None:
    page = (
        sif(board=True)
        + "\nThe effectiveness of the Local Safeguarding Children Board (LSCB) is \nrequires improvement.\nIt"
    )
    assert grades(only(read_report([page])))["lscb"] == "requires_improvement"


def test_the_boards_grade_may_stand_fifty_pages_later() -> None:
    earlier = "The Anyshire Safeguarding Children Board is good\nat listening to children. The LSCB is well led.\n"
    later = (
        "The Local Safeguarding Children Board (LSCB)\nThe Local Safeguarding Children Board is inadequate\nSummary\n"
    )
    inspection = only(read_report([sif(board=True), *[earlier] * 48, later]))
    judgement = inspection.judgements[-1]
    assert (judgement.judgement, judgement.grade) == ("lscb", "inadequate")
    assert judgement.evidence is not None
    assert judgement.evidence.page_number == 50


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("The Local Safeguarding Children Board in Anyshire is inadequate", "inadequate"),
        ("The Anyton and Elsewhere upon Sea Local Safeguarding Children Board (LSCB)\nrequires improvement", None),
        ("4. Local Safeguarding Children Board Good", "good"),
        ("The Local Safeguarding Board remains inadequate", "inadequate"),
        ("The Local Children’s Safeguarding Board is good", "good"),
        ("The Local Safeguarding Children Board (the Anyton Board) is outstanding", "outstanding"),
        ("The Local Safeguarding Children Board has been judged good", "good"),
    ],
)
def test_the_grade_of_a_board_is_a_sentence_in_many_forms(sentence: str, grade: str | None) -> None:
    found = grades(only(read_report([sif(board=True), PROSE, sentence + "\nExecutive summary\n"])))
    assert found["lscb"] == (grade or "requires_improvement")


def test_a_board_that_was_not_judged_has_no_grade_and_no_issue() -> None:
    reading = read_report([sif(board=True), "The Local Safeguarding Children Board has not been judged\nSummary"])
    assert statuses(only(reading))["lscb"] == "not_judged"


def test_the_last_line_of_a_longer_sentence_is_no_grade_of_the_board() -> None:
    body = "Much is shared. How each partner sees the\nsafeguarding children board is good.\n"
    assert statuses(only(read_report([sif(board=True), body])))["lscb"] == "unreadable"


def test_a_boards_grade_that_the_title_promises_and_no_page_states_is_unreadable() -> None:
    reading = read_report([sif(board=True)])
    assert statuses(only(reading))["lscb"] == "unreadable"
    assert "judgement_unreadable" in codes(reading)


def test_a_sif_without_a_review_of_the_board_has_no_judgement_of_it() -> None:
    assert "lscb" not in grades(only(read_report([sif()])))


def test_a_reinspection_is_one_and_the_list_of_earlier_grades_is_not_read() -> None:
    page = sif().replace("Inspection of services", "Re-inspection of services").replace(SIF_ROWS[2] + "\n", "")
    listed = (
        "The last inspection report was published in 2015. The judgements\nwere:\n"
        "\uf06e Adoption performance: Inadequate\nAdoption performance: Inadequate\n"
    )
    inspection = only(read_report([page, PROSE, PROSE, PROSE, listed]))
    assert inspection.event_type == "reinspection"
    assert statuses(inspection)["adoption"] == "unreadable"


def test_two_reports_in_one_pdf_are_two_inspections() -> None:
    board = (
        "Inspection of the effectiveness of the local safeguarding children board: Anyshire 1\n"
        "Anyshire Safeguarding \nChildren Board\n"
        "Inspection of the effectiveness of the local safeguarding \nchildren board \n"
        "Inspection date: 3 – 25 June 2014\nReport published: 15 August 2014\n"
        "The Local Safeguarding Children Board requires improvement\nThe arrangements"
    )
    first, second = read_report([sif(), PROSE, board, PROSE]).inspections
    assert grades(first) == SIF_GRADES | {"overall_effectiveness": "good"}
    assert (second.event_type, second.framework, second.authority) == ("lscb_review", "other", "Anyshire")
    assert grades(second) == {"lscb": "requires_improvement"}
    assert (first.published_on, second.published_on) == (date(2014, 8, 8), date(2014, 8, 15))


def test_a_running_header_with_title_and_dates_begins_no_other_report() -> None:
    header = "Inspection of Anyshire local authority children’s services\nInspection dates: 4 to 15 March 2024\n"
    assert grades(only(read_report([ilacs(), header + PROSE, header + PROSE]))) == ILACS_GRADES


def test_prose_that_tells_of_an_earlier_publication_is_not_the_date_of_publication() -> None:
    told = "The last inspection report, \npublished on 14 June 2019.\nThe report published 12 May 2018 was better.\n"
    assert only(read_report([ilacs() + "\n" + told])).published_on is None


def test_the_first_of_two_labels_that_has_dates_counts() -> None:
    page = ilacs(when="see below\nInspection dates: 4 to 15 March 2024")
    assert only(read_report([page])).inspected_to == date(2024, 3, 15)


# The 2013 scale


def record(number: int = 4) -> list[str]:
    front = (
        "Inspection of looked after children \nservices\nAnyshire Council\nInspection dates: 15-19 July 2013\n"
        "Reporting inspector Ada Example HMI\nAge group: All\nPublished: 23 August 2013"
    )
    last = (
        "Anyshire Council Inspection of safeguarding and looked after children 24\nRecord of main findings\n"
        f"Services for looked after children\nOverall effectiveness Inadequate Grade {number}\n"
        "Capacity to improve Adequate Grade 3\nOutcomes for looked after children and \nyoung people\nGood Grade 2\n"
        "Quality of provision Outstanding Grade 1\nLeadership and management Inadequate Grade 4\n"
    )
    return [front, PROSE, last]


def test_the_record_of_main_findings_of_2013_is_read_from_the_last_page() -> None:
    reading = read_report(record())
    inspection = only(reading)
    assert (inspection.framework, inspection.authority) == ("pre_sif", "Anyshire Council")
    assert inspection.lead_inspector == "Ada Example"
    assert inspection.published_on == date(2013, 8, 23)
    assert grades(inspection) == {
        "overall_effectiveness": "inadequate",
        "capacity_to_improve": "adequate",
        "looked_after_outcomes": "good",
        "quality_of_provision": "outstanding",
        "leadership_and_management": "inadequate",
    }
    assert reading.issues == ()


def test_a_grade_of_2013_that_its_number_contradicts_is_unreadable() -> None:
    reading = read_report(record(number=2))
    assert only(reading).overall_grade_status == "unreadable"
    assert codes(reading) == ["judgement_unreadable"]


# Letters


def letter(subject: str, body: str) -> str:
    head = "14 June 2023\nAda Example, Director of Children’s Services\nAnyshire Council\nDear Ada"
    return f"{head}\n{subject}\n{body}\n{PROSE}"


def test_a_focused_visit_is_read_from_its_letter() -> None:
    page = letter(
        "Focused visit to Anyshire children’s services",
        "This letter sets out what our focused visit to Anyshire children’s services on 10 and 11 May 2023 found. "
        "Since the last inspection in March 2019 much has changed.\n"
        "Inspectors looked at the local authority’s arrangements for achieving permanence.",
    )
    reading = read_report([page])
    inspection = only(reading)
    assert (inspection.event_type, inspection.framework, inspection.authority) == ("focused_visit", "ilacs", "Anyshire")
    assert (inspection.inspected_from, inspection.inspected_to) == (date(2023, 5, 10), date(2023, 5, 11))
    assert inspection.published_on == date(2023, 6, 14)
    assert inspection.theme == "achieving_permanence"
    assert (inspection.judgements, inspection.overall_grade_status) == ((), "visit_has_none")
    assert reading.issues == ()


def test_a_monitoring_visit_is_read_from_its_letter() -> None:
    page = letter(
        "Monitoring visit of Anyshire County Council children’s services",
        "This letter tells what the second monitoring visit, on 20 April 2022, found. The council was judged\n"
        "inadequate in January 2021.\nAreas covered by the visit\n"
        "Inspectors reviewed how children in need and care leavers fare.",
    )
    inspection = only(read_report([page]))
    assert (inspection.event_type, inspection.authority) == ("monitoring_visit", "Anyshire County Council")
    assert (inspection.inspected_from, inspection.inspected_to) == (date(2022, 4, 20), date(2022, 4, 20))
    assert inspection.theme == "children_in_need_or_subject_to_a_plan; care_leavers"
    assert inspection.judgements == ()


def test_a_letter_that_dates_an_earlier_inspection_first_is_not_dated_by_it() -> None:
    page = letter(
        "Focused visit to Anyshire local authority children’s services",
        "The council was last seen on 3 March 2019. We came back on 10 and 11 May 2023.",
    )
    assert only(read_report([page])).inspected_from == date(2023, 5, 10)


def test_grades_told_in_a_letter_are_not_judgements() -> None:
    page = letter(
        "Monitoring visit to Anyshire children’s services", "It took place on 9 May 2023.\n" + "\n".join(ILACS_ROWS)
    )
    assert only(read_report([page])).judgements == ()


def test_a_joint_targeted_area_inspection_has_a_theme_and_no_judgements() -> None:
    page = letter(
        "Joint targeted area inspection of the multi-agency response to abuse and\nneglect in Anyshire",
        "Between 16 and 20 October 2017, four inspectorates came. There was a ‘deep dive’ focus on the response to "
        "domestic\nabuse.",
    )
    inspection = only(read_report([page]))
    assert (inspection.event_type, inspection.framework, inspection.authority) == ("jtai", "other", "Anyshire")
    assert (inspection.inspected_from, inspection.inspected_to) == (date(2017, 10, 16), date(2017, 10, 20))
    assert inspection.theme == "domestic_abuse"
    assert inspection.judgements == ()


def test_a_letter_that_prints_no_year_has_no_dates() -> None:
    page = letter("Joint targeted area inspection of Anyshire", "Between 20 and 24 June, four inspectorates came.")
    reading = read_report([page])
    assert only(reading).inspected_from is None
    assert codes(reading) == ["dates_unreadable"]


def test_an_area_send_inspection_has_no_judgements_and_not_the_previous_dates() -> None:
    first = (
        "Local area partnership report\nArea SEND inspection of Anyshire Local \nArea Partnership\n"
        "Inspection dates: 11 to 15 March 2024 \nDates of previous inspection: 23 to 27 January 2017\nOutcome\nGood"
    )
    team = "Ofsted Care Quality Commission\nAda Example, Ofsted HMI Lead inspector Ben Sample, CQC Lead inspector\n"
    inspection = only(read_report([first, PROSE, team]))
    assert (inspection.event_type, inspection.framework, inspection.authority) == ("send", "other", "Anyshire")
    assert inspection.inspected_to == date(2024, 3, 15)
    assert inspection.lead_inspector == "Ada Example"
    assert inspection.judgements == ()


@pytest.mark.parametrize(
    ("subject", "event_type", "authority"),
    [
        ("Focused visit: Anyshire", "focused_visit", "Anyshire"),
        ("Focused visit to children’s services in Anyshire", "focused_visit", "Anyshire"),
        ("Monitoring visit of services for children in Anyshire", "monitoring_visit", "Anyshire"),
        ("Anyshire children’s services: monitoring visit", "monitoring_visit", None),
        ("Joint targeted area inspection (JTAI) of Anyshire", "jtai", "Anyshire"),
        ("Joint inspection of the multi-agency response to neglect in Anyshire", "jtai", "Anyshire"),
        ("Joint area child protection inspection in Anyshire: pilot", "jtai", "Anyshire"),
        ("Local area SEND re-visit in Anyshire", "send", "Anyshire"),
    ],
)
def test_a_letter_is_known_by_its_subject(subject: str, event_type: str, authority: str | None) -> None:
    told = "This letter is about 9 May 2023 and not the inspection of Anyshire children’s services in 2019."
    inspection = only(read_report([letter(subject, told)]))
    assert (inspection.event_type, inspection.authority, inspection.judgements) == (event_type, authority, ())


def test_a_letter_on_an_unknown_subject_gives_no_judgement() -> None:
    page = letter("Outcome of our meeting", "It followed the inspection of Anyshire children’s services.\nGood\n")
    reading = read_report([page, ilacs()])
    assert (only(reading).event_type, only(reading).judgements) == ("other", ())
    assert codes(reading) == ["document_kind_unknown"]


# What is no report


def test_a_document_of_an_unknown_kind_is_other_with_an_issue() -> None:
    reading = read_report(["Annual survey of something else\nGood"])
    assert (only(reading).event_type, only(reading).judgements) == ("other", ())
    assert codes(reading) == ["document_kind_unknown"]


@pytest.mark.parametrize("pages", [[], [""], ["\n", " "]])
def test_a_document_without_text_has_no_inspection_and_one_issue(pages: list[str]) -> None:
    reading = read_report(pages)
    assert reading.inspections == ()
    assert codes(reading) == ["no_text"]
