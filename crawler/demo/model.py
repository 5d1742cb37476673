"""What a stand-in site shows: authorities, their timelines, and the file behind each entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PDF = "application/pdf"
HTML = "text/html; charset=UTF-8"

ROBOTS_TXT = "User-agent: *\nDisallow: /feedback\n"


@dataclass(frozen=True)
class StandInReport:
    """One entry of an authority's timeline and the file that it links to.

    `event_date` stands above the entry, `published_on` below it, `nonvisual_date` in the link's hidden text: on the
    real site they can differ. An archived entry is collapsed. `body` is read when it is asked for.
    """

    file_number: int
    label: str
    event_date: date
    published_on: date
    body: bytes | Path | Callable[[], bytes]
    nonvisual_date: date | None = None
    archived: bool = False
    content_type: str = PDF

    def read(self) -> bytes:
        """The file's bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.read_bytes() if isinstance(self.body, Path) else self.body()


@dataclass(frozen=True)
class StandInProvider:
    """One authority by its URN; `status` is Open or Closed, `closed_on` the day that the timeline shows for it."""

    urn: int
    name: str
    address: str
    reports: tuple[StandInReport, ...]
    status: str = "Open"
    closed_on: date | None = None


@dataclass(frozen=True)
class StandInSite:
    """A whole site."""

    providers: tuple[StandInProvider, ...]
    robots_txt: str = ROBOTS_TXT
