"""The sentences of the demonstration reports, all written for this project.

Chosen by theme and by tone, so that a report reads like its grades. Figures in them are invented and say nothing about
a real place: every page of a report carries `DISCLAIMER`, and its last page says it at length.
"""

from __future__ import annotations

from typing import Literal

Tone = Literal["strong", "mixed", "weak"]

TONES: dict[str, Tone] = {
    "outstanding": "strong",
    "good": "strong",
    "requires_improvement": "mixed",
    "adequate": "mixed",
    "inadequate": "weak",
}

DISCLAIMER = "Demonstration text by Caseload Watch. Not Ofsted’s report."

ABOUT_THIS_DOCUMENT = (
    "About this document",
    "This document was made by the Caseload Watch project to show how its software works. The name of the authority, "
    "the dates, the names of inspectors and the grades are true and were published by Ofsted. All other text, with "
    "every figure in it, was invented by the project: it describes no real service, worker or child, and must not be "
    "quoted as a finding.",
    "The reports themselves are at https://reports.ofsted.gov.uk. They contain public sector information licensed "
    "under the Open Government Licence v3.0.",
)

# Sentences by theme and tone. A report takes them in turn, starting at a place that its file number decides.
SENTENCES: dict[str, dict[Tone, tuple[str, ...]]] = {
    "summary": {
        "strong": (
            "Children here get help early and from people who stay with them.",
            "Leaders know what daily practice looks like and put right what they find.",
            "Families told us that they were listened to and that plans made sense to them.",
            "Progress since our last visit is plain to see in most teams.",
        ),
        "mixed": (
            "Some children receive the right help at the right time, and others wait longer than they should.",
            "Leaders have made a start, but the results do not yet reach every team.",
            "The work is uneven: what is routine in one office is rare in the next.",
            "Plans for improvement are sound and most of them are still to be carried out.",
        ),
        "weak": (
            "Too many children stay in harmful situations because nobody acts soon enough.",
            "Leaders did not know how poor practice had become, and oversight failed at several levels.",
            "Basic duties are not carried out reliably and records do not show why.",
            "Drift is common, and the same concerns come back month after month.",
        ),
    },
    "help_and_protection": {
        "strong": (
            "Referrals are read on the day they arrive and the next step is clear.",
            "Strategy meetings bring police and health together quickly and their decisions are written down.",
            "Assessments draw on the whole history of a family and say what has to change.",
            "Children on a plan are seen often, and seen alone where that is safe.",
        ),
        "mixed": (
            "Most referrals are dealt with in time, although the reasons for a decision are often missing.",
            "Core groups meet regularly but their plans are long and hard for parents to follow.",
            "Visits happen, yet the purpose of a visit is not always recorded.",
            "The quality of assessments depends on which team writes them.",
        ),
        "weak": (
            "Contacts wait in a queue with no manager looking at them.",
            "Enquiries are closed before anyone has spoken to the child.",
            "Plans repeat what is known and do not say who does what by when.",
            "Visits to children at risk are late, and some do not take place at all.",
        ),
    },
    "in_care": {
        "strong": (
            "Children in care live in homes that suit them and most stay near their schools.",
            "Permanence is planned from the first week and reviewed without delay.",
            "Carers are well prepared and can reach a worker whenever they need one.",
        ),
        "mixed": (
            "Most children in care are settled, but several moved twice within a year.",
            "Health checks are up to date for the majority and overdue for a stubborn minority.",
            "Life story work is valued, though too few children have it.",
        ),
        "weak": (
            "Decisions about where a child will grow up are put off again and again.",
            "Reviews take place without the people whose views matter most.",
            "Children are placed wherever there is a bed, often far from home.",
        ),
    },
    "care_leavers": {
        "strong": (
            "Young people who leave care know their rights and trust their personal adviser.",
            "Pathway plans are written with the young person and lead to work, training or study.",
        ),
        "mixed": (
            "Advisers know most young people well; those who live far away hear from them less.",
            "Pathway plans exist for nearly everyone and are used by about half.",
        ),
        "weak": (
            "Young people leave care without a plan that they recognise as their own.",
            "Contact is lost with those who most need it.",
        ),
    },
    "adoption": {
        "strong": ("Adopters are found early and matched with care.",),
        "mixed": ("Matching is careful, although some children wait long for a decision.",),
        "weak": ("Children wait for an adoptive family with nobody pressing for one.",),
    },
    "lscb": {
        "strong": (
            "Partners challenge one another and the board follows up what it decides.",
            "Training is well attended, and its effect on practice is checked.",
        ),
        "mixed": (
            "The board has begun to ask for evidence and does not yet receive all of it.",
            "Its audits are thorough, but their lessons reach few front-line staff.",
        ),
        "weak": (
            "The board accepted reports that it should have questioned.",
            "It could not show what difference any of its work had made.",
        ),
    },
    "leadership": {
        "strong": (
            "Elected members ask hard questions and get straight answers.",
            "Audits tell leaders what is happening, and staff see that something follows from them.",
        ),
        "mixed": (
            "Performance reports are full of counts and say little about what children experience.",
            "Senior managers are visible in some localities and unknown in others.",
        ),
        "weak": (
            "Changes of director have left nobody responsible for the whole.",
            "Audits were too generous, and the warnings in them were not followed up.",
        ),
    },
    "supervision": {
        "strong": (
            "Supervision is regular, and workers say that it gives them time to think.",
            "Managers write down why a decision was taken, so that the next worker can follow it.",
        ),
        "mixed": (
            "Supervision takes place on most occasions, but its quality varies from manager to manager.",
            "Records of supervision list tasks and seldom show any reflection.",
        ),
        "weak": (
            "Several workers had not had supervision for three months.",
            "Managers cover cases themselves and have no time to supervise anyone.",
        ),
    },
    "workforce": {
        "strong": (
            "The workforce is stable and agency staff are now few.",
            "Newly qualified workers have protected time and say that they want to stay.",
        ),
        "mixed": (
            "Recruitment has filled many posts, although turnover remains a worry in two teams.",
            "Agency workers hold a fifth of the posts and often leave within the year.",
        ),
        "weak": (
            "Vacancies are filled by agency workers who leave before they know the children.",
            "Turnover is such that some children had five workers in a year.",
        ),
    },
    "caseloads": {
        "strong": (
            "Caseloads average 15 children for each social worker, and staff call them manageable.",
            "Social workers hold between 12 and 16 children, which is within the council’s own limit of 17.",
            "Newly qualified social workers have protected caseloads of up to 10 children.",
            "Caseloads have fallen and are now manageable in all teams.",
            "Personal advisers work with about 20 young people each and find this reasonable.",
        ),
        "mixed": (
            "Caseloads are manageable for most social workers, but too high in the assessment teams.",
            "Social workers in the long-term teams hold 18 to 24 children, above the council’s target of 16.",
            "The average caseload is 19, and it has been rising since the spring.",
            "Independent reviewing officers have caseloads of around 75, which leaves little time between reviews.",
            "Some newly qualified workers hold more than 20 cases, although leaders intend them to hold 12.",
        ),
        "weak": (
            "Caseloads are too high across the service, with some social workers holding as many as 34 children.",
            "In the duty team workers told inspectors of caseloads in the high 20s, which they cannot manage.",
            "Excessive caseloads of over 30 children mean that only the most urgent work is done.",
            "Newly qualified workers hold up to 25 cases, and three had more than 28.",
            "Independent reviewing officers hold 90 cases or more.",
        ),
    },
    "improve": {
        "strong": (
            "The consistency of written plans.",
            "The timeliness of return home interviews.",
            "How well the views of fathers are sought.",
        ),
        "mixed": (
            "The capacity of the assessment teams, so that caseloads come down.",
            "The quality of supervision and of the record of it.",
            "The speed with which permanent homes are found.",
            "The use of performance information by team managers.",
        ),
        "weak": (
            "The response to children at immediate risk.",
            "The size of caseloads and the stability of the workforce.",
            "Oversight by managers at every level.",
            "The completeness of children’s records.",
        ),
    },
}

# The last pages of a report under the single inspection framework say what each grade means. In our words.
GRADE_MEANINGS: tuple[str, ...] = (
    "An outstanding authority does well for nearly all children and others can learn from it.",
    "A good authority protects and helps children reliably, and they do better because of it.",
    "An authority that requires improvement keeps children safe but does not yet do well for all of them.",
    "An inadequate authority leaves children at risk, or fails those in its care, in serious or widespread ways.",
)
LSCB_MEANINGS: tuple[str, ...] = (
    "An outstanding board changes practice in every agency and can prove it.",
    "A good board coordinates the agencies and knows how well they protect children.",
    "A board requires improvement if it is not yet good.",
    "A board that is inadequate does not know how children fare or does not act on what it knows.",
)
# What a visit looked at, by theme, and the subjects of joint inspections.
VISIT_SUBJECTS: dict[str, str] = {
    "front_door": "We looked at the front door: what happens when somebody first reports a concern.",
    "children_in_care": "We looked at the matching of children in care with homes.",
    "care_leavers": "We looked at the support for care leavers and their planning.",
    "children_in_need_or_subject_to_a_plan": "We looked at work with children in need or on a child protection plan.",
}
JOINT_SUBJECTS: dict[str, str] = {
    "domestic_abuse": "domestic abuse",
    "help_for_families": "children and families who need help",
}


def sentences(theme: str, tone: Tone, start: int, count: int) -> list[str]:
    """`count` sentences on a theme, in turn, beginning at `start`; fewer where the theme has fewer."""
    bank = SENTENCES[theme][tone]
    return [bank[(start + offset) % len(bank)] for offset in range(min(count, len(bank)))]
