"""A source's declaration, `source.yml`: addresses, politeness, bounds; with the overrides of one run."""

from __future__ import annotations

import importlib
import ipaddress
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = Path(__file__).parent / "sources"
CONTACT_VARIABLE = "CASELOAD_WATCH_CONTACT"


class SourceError(ValueError):
    """Raised when a source is not declared, or its declaration or an override of it is not usable."""


class Bounds(BaseModel):
    """What a complete crawl yields: below `min` the source fails its verdict, above `max` too. NULL is no bound."""

    model_config = ConfigDict(extra="forbid")
    min: float | None = None
    max: float | None = None


class Source(BaseModel):
    """The keys that every source has. A source with more of its own subclasses this."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    title: str
    publisher: str
    licence: str
    caveats: list[str] = Field(default_factory=list)

    base_url: str
    hosts: list[str] = Field(default_factory=list, description="hosts that may be asked besides base_url's own")
    contact: str | None = Field(None, description="address in the User-Agent; live sites are not asked without one")
    user_agent: str = Field(
        "caseload-watch/0.1 (research on children's social care; contact: {contact})", pattern=r"\{contact\}"
    )

    download_delay: float = Field(1.0, ge=0, description="seconds between two requests")
    retry_times: int = Field(4, ge=0)
    backoff_seconds: float = Field(2.0, ge=0, description="wait before the first retry; doubled for each further one")
    max_wait_seconds: float = Field(300.0, ge=0, description="a longer Retry-After stops the source instead")
    max_body_bytes: int = Field(50_000_000, gt=0)
    max_failed_share: float = Field(0.05, ge=0, le=1, description="share of each kind of page that may fail")
    bounds: dict[Literal["authorities", "reports", "reports_per_authority"], Bounds] = Field(default_factory=dict)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Hosts, with their port where it is not the usual one, that requests may go to, redirects included."""
        return frozenset(h.lower() for h in [*self.hosts, urlsplit(self.base_url).netloc] if h)

    @property
    def identification(self) -> str:
        """The User-Agent header."""
        return self.user_agent.format(contact=self.contact or "none, loopback only")

    @property
    def asked_url(self) -> str | None:
        """The address that the source's crawl begins with; None where it reads only local files."""
        return self.base_url

    def require_contact(self) -> None:
        """Raise SourceError where a live site would be asked by someone who does not say who they are."""
        if self.asked_url and not self.contact and not _is_loopback(urlsplit(self.asked_url).netloc):
            raise SourceError(
                f"{self.title}: {self.asked_url} is a live site and no contact is set. Name an address at which its "
                f"owner reaches you: {CONTACT_VARIABLE}=you@example.org, or --set SOURCE.contact=you@example.org."
            )


def load_source(name: str, overrides: Mapping[str, Any] | None = None) -> Source:
    """Read `sources/<name>/source.yml` and put `overrides` (dotted keys; texts are read as JSON) over it.

    Raises SourceError when there is no such source, or a key or value is not one that its declaration knows.
    """
    path = SOURCES / name / "source.yml"
    if not path.is_file():
        raise SourceError(f"no source {name!r}; the sources are: {', '.join(source_names())}")
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    if os.environ.get(CONTACT_VARIABLE):
        declared["contact"] = os.environ[CONTACT_VARIABLE]
    for key, value in (overrides or {}).items():
        _put(declared, key.split("."), _value(value))
    declaration: type[Source] = importlib.import_module(f"crawler.sources.{name}.declaration").Declaration
    try:
        return declaration.model_validate(declared)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SourceError(f"source {name}: {wrong}. Its keys: {', '.join(declaration.model_fields)}") from error


def source_names() -> list[str]:
    """Every source that has a declaration, by name."""
    return sorted(path.parent.name for path in SOURCES.glob("*/source.yml"))


def _put(declared: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        declared = declared.setdefault(key, {})
        if not isinstance(declared, dict):
            raise SourceError(f"{'.'.join(keys)}: {key} holds a value, not further keys")
    declared[keys[-1]] = value


def _value(text: Any) -> Any:
    """A number, true, false, null or list as JSON writes it; any other text as it is."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_loopback(netloc: str) -> bool:
    host = urlsplit(f"//{netloc}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
