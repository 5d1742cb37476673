"""Every rule of the tables reads its own example, and the plain view keeps offsets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.extract import judgements, kinds
from warehouse.extract.judgements import LabelRule, SentenceRule, spaced
from warehouse.extract.kinds import KindRule, ThemeRule
from warehouse.extract.plain import plain

LABELS = [
    *(("ilacs", rule) for rule in judgements.ILACS_LABELS),
    *(("sif", rule) for rule in judgements.SIF_LABELS),
    *(("pre_sif", rule) for rule in judgements.PRE_SIF_LABELS),
]


@pytest.mark.parametrize(("framework", "rule"), LABELS, ids=lambda each: getattr(each, "judgement", each))
def test_a_label_rule_reads_its_example(framework: str, rule: LabelRule) -> None:
    match = judgements.row_pattern(rule).search(plain(rule.example))
    assert match is not None
    assert judgements.read_grade(match["grade"], framework) == rule.grade


@pytest.mark.parametrize(
    "rule", [*judgements.SIF_OVERALL_SENTENCES, *judgements.LSCB_SENTENCES], ids=lambda r: r.example
)
def test_a_sentence_rule_reads_its_example(rule: SentenceRule) -> None:
    match = judgements.sentence_pattern(rule).search(plain(rule.example))
    assert match is not None
    assert judgements.read_grade(match["grade"], "sif") == rule.grade


@pytest.mark.parametrize("rule", kinds.KINDS, ids=lambda rule: f"{rule.framework} {rule.event_type} {rule.authority}")
def test_a_kind_rule_finds_its_example(rule: KindRule) -> None:
    assert re.search(spaced(rule.pattern), plain(rule.example))


@pytest.mark.parametrize("rule", [*kinds.VISIT_THEMES, *kinds.JTAI_THEMES], ids=lambda rule: rule.theme)
def test_a_theme_rule_finds_its_example(rule: ThemeRule) -> None:
    assert re.search(spaced(rule.pattern), plain(rule.example))


def test_a_grade_of_another_scale_is_no_grade() -> None:
    assert judgements.read_grade("adequate", "sif") is None
    assert judgements.read_grade("requires improvement", "pre_sif") is None


@given(st.text())
def test_the_plain_view_keeps_the_length(text: str) -> None:
    assert len(plain(text)) == len(text)
