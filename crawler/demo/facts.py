"""The facts of the embedded default, read from `authorities.yml` and checked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml


class Layout(StrEnum):
    """How a report is laid out. Ofsted changed the layout of inspections in 2014, 2015, 2018 and 2021."""

    LOOKED_AFTER_2013 = "looked_after_2013"
    SIF_2014 = "sif_2014"
    SIF = "sif"
    LSCB_REVIEW = "lscb_review"
    ILACS_2018 = "ilacs_2018"
    ILACS = "ilacs"
    FOCUSED_VISIT = "focused_visit"
    MONITORING_VISIT = "monitoring_visit"
    JTAI_2016 = "jtai_2016"
    JTAI = "jtai"
    SEND = "send"
    NOTICE = "notice"
    REPORT_NOT_FOUND = "report_not_found"


class FactsError(ValueError):
    """Raised when `authorities.yml` does not hold what a report needs, from `parse_authorities`."""


@dataclass(frozen=True)
class ReportFacts:
    """One report: what is true of it. `dates` is the inspection period as printed; `inspected_to` may be unknown.

    `judgements` maps judgement codes to grade codes in the order of the printed table; it is empty for letters.
    """

    file: int
    layout: Layout
    label: str
    inspected_from: date
    published_on: date
    source: str
    authority: str = ""
    dates: str = ""
    inspected_to: date | None = None
    lead_inspector: str | None = None
    theme: str | None = None
    reinspection: bool = False
    judgements: dict[str, str] = field(default_factory=dict)
    previous_file: int | None = None


@dataclass(frozen=True)
class AuthorityFacts:
    """One authority with its reports, oldest first. `closed_on` is set for an abolished one."""

    urn: int
    name: str
    reports: tuple[ReportFacts, ...]
    status: str = "Open"
    closed_on: date | None = None


def demo_authorities() -> tuple[AuthorityFacts, ...]:
    """Every authority of the embedded default, by name."""
    return parse_authorities(files("crawler.demo").joinpath("authorities.yml").read_text(encoding="utf-8"))


def parse_authorities(text: str) -> tuple[AuthorityFacts, ...]:
    """Read the text of `authorities.yml`. Raises FactsError naming the entry that cannot be used."""
    return tuple(_authority(entry) for entry in yaml.safe_load(text))


def _authority(entry: dict[str, Any]) -> AuthorityFacts:
    reports = tuple(_report(report) for report in entry["reports"])
    return AuthorityFacts(**{**entry, "reports": reports})


def _report(entry: dict[str, Any]) -> ReportFacts:
    try:
        facts = ReportFacts(**entry)
        return replace(facts, layout=Layout(facts.layout))
    except (TypeError, ValueError) as error:
        raise FactsError(
            f"authorities.yml, file {entry.get('file')}: {error}; the keys are those of ReportFacts"
        ) from error
