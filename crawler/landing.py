"""The landing area: bodies as they came, under their sha256, and one line of request metadata a response.

    landing/bodies/a/abcdef…                      the body, out of its transfer encoding; never changed, never deleted
    landing/shards/<source>/<shard>/              one complete crawl: responses.jsonl, shard.json
    landing/shards/<source>/.<shard>.partial/     a crawl under way, or one that was killed; never loaded

A shard is renamed into place when its crawl ends, so what has no leading dot is complete.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from filelock import FileLock, Timeout

from crawler.source import PROJECT

if TYPE_CHECKING:
    from scrapy.http import Response

logger = logging.getLogger(__name__)

HOME_VARIABLE = "CASELOAD_WATCH_HOME"
#: Set for a crawl that must not outlive the process that started it.
TIED_VARIABLE = "CASELOAD_WATCH_TIED"
RESPONSES = "responses.jsonl"
SHARD = "shard.json"
#: Files that are brought to the disk side by side when a shard is closed; the disk joins their writes.
SYNCS_AT_ONCE = 8


def home_folder() -> Path:
    """The home folder: `CASELOAD_WATCH_HOME`, else `./data`."""
    return Path(os.environ.get(HOME_VARIABLE, "data"))


def new_run_id() -> str:
    """An id that sorts by time: `20260131T061500Z-3f9a`. A run's shards bear it too."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


class LandingError(RuntimeError):
    """Raised when the landing area is in use by another crawl, or does not hold what its records name."""


@dataclass(frozen=True, slots=True)
class Landed:
    """One response (or a request that got none: `status` NULL and `error` set).

    `page` names the parse function that reads the body and `context` its keyword arguments; `key` is what the same
    thing is known by in every crawl (a report's file number, else the address). `is_unchanged` marks an answer 304:
    the body is the one landed before.
    """

    page: str
    key: str
    url: str
    requested_url: str
    context: dict[str, Any]
    status: int | None
    fetched_at: str
    sha256: str | None = None
    size_bytes: int = 0
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    flags: list[str] = field(default_factory=list)
    is_unchanged: bool = False
    error: str | None = None

    @property
    def fetched(self) -> datetime:
        """When the answer came, in UTC."""
        return datetime.fromisoformat(self.fetched_at)


LANDED_FIELDS = tuple(f.name for f in fields(Landed))


def claim_home(home: Path, profile: str) -> None:
    """Make a home folder one of `profile`. Raises LandingError when it holds another's data.

    The demonstration's reports are made up, so they never stand beside real ones.
    """
    mark = home / "profile"
    held = mark.read_text(encoding="utf-8").strip() if mark.is_file() else ""
    if held and held != profile:
        raise LandingError(
            f"{home} holds data of the profile {held!r}; data of the profile {profile!r} must not be mixed into it. "
            f"Name another folder (--home DIR or {HOME_VARIABLE}), or delete this one."
        )
    home.mkdir(parents=True, exist_ok=True)
    if not held:
        write_whole(mark, profile + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that a reader finds the old text or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


class Landing:
    """The landing area of one home folder."""

    def __init__(self, home: Path) -> None:
        self.root = home / "landing"

    def body_path(self, sha256: str) -> Path:
        """Where the bytes with this digest are."""
        return self.root / "bodies" / sha256[:1] / sha256

    def body(self, sha256: str) -> bytes:
        """Read landed bytes. Raises LandingError when they are gone or are not what their name says."""
        return read_body(self.body_path(sha256), sha256)

    def keep(self, body: bytes) -> str:
        """Write bytes once and return their sha256."""
        digest = hashlib.sha256(body).hexdigest()
        path = self.body_path(digest)
        if not self.holds(digest, len(body)):
            temporary = path.with_name(f".{digest}.{os.getpid()}")
            try:
                temporary.write_bytes(body)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(body)
            temporary.rename(path)
        return digest

    def holds(self, sha256: str, size_bytes: int) -> bool:
        """True where these bytes are landed whole, as far as their size tells."""
        try:
            return self.body_path(sha256).stat().st_size == size_bytes
        except FileNotFoundError:
            return False

    def shards(self, source: str) -> list[Path]:
        """Complete shards of a source, oldest first, whatever their verdict."""
        return sorted(p for p in (self.root / "shards" / source).glob("[!.]*") if (p / SHARD).is_file())

    def failed_shards(self, source: str) -> list[Path]:
        """Complete shards of a source that failed their verdict: they are never loaded."""
        return [shard for shard in self.shards(source) if not read_shard(shard)["verdict"]["ok"]]

    def partial_shards(self, source: str) -> list[Path]:
        """Shards of a source whose crawl has not ended, or was killed."""
        return sorted((self.root / "shards" / source).glob(".*.partial"))

    def latest(self, source: str) -> dict[str, Landed]:
        """The last answer to each key of a source, over all its shards, failed and killed ones included."""
        return _latest([*self.shards(source), *self.partial_shards(source)])


class ShardWriter:
    """Writes one shard. `close` makes it complete; a process that dies before leaves it partial."""

    def __init__(self, landing: Landing, source: str, shard_id: str, reusable_pages: frozenset[str]) -> None:
        self.landing = landing
        folder = landing.root / "shards" / source
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / ".lock", blocking=False)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise LandingError(f"{folder}: another crawl of {source} is under way; wait for it to end") from error
        self.final = folder / shard_id
        self.partial = folder / f".{shard_id}.partial"
        if self.final.exists():
            raise LandingError(f"{self.final}: this shard exists; a shard is written once")
        self.known = landing.latest(source)
        self._new_bodies: set[Path] = set()
        killed, failed = landing.partial_shards(source), landing.failed_shards(source)
        loaded = _latest(shard for shard in landing.shards(source) if shard not in failed)
        adopted = [
            landed
            for key, landed in _latest([*failed, *killed]).items()
            if landed.page in reusable_pages and (key not in loaded or loaded[key].fetched < landed.fetched)
        ]
        self.partial.mkdir()
        self._file = (self.partial / RESPONSES).open("a", encoding="utf-8")
        # What a killed or failed crawl had landed under a key that names its content is not downloaded again.
        for landed in adopted:
            if landed.sha256 and landing.holds(landed.sha256, landed.size_bytes):
                self._new_bodies.add(landing.body_path(landed.sha256))
                self.write(landed)
            else:
                self.known.pop(landed.key, None)
        for shard in killed:
            shutil.rmtree(shard)

    def land(self, response: Response, *, page: str, key: str, context: dict[str, Any]) -> Landed:
        """Keep a response's bytes and write its line."""
        is_unchanged = "not_modified" in response.flags
        digest = self.landing.keep(response.body)
        if not is_unchanged:
            self._new_bodies.add(self.landing.body_path(digest))
        content_type = _header(response, "Content-Type")
        landed = Landed(
            page=page,
            key=key,
            url=_address(response.url),
            requested_url=_address(response.meta.get("redirect_urls", [response.url])[0]),
            context=context,
            status=response.status,
            fetched_at=_now(),
            sha256=digest,
            size_bytes=len(response.body),
            media_type=content_type.split(";")[0].strip().lower() if content_type else None,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            flags=list(response.flags),
            is_unchanged=is_unchanged,
        )
        self.write(landed)
        return landed

    def fail(self, *, page: str, key: str, url: str, context: dict[str, Any], error: str) -> None:
        """Write the line of a request that got no answer."""
        self.write(Landed(page, key, url, url, context, status=None, fetched_at=_now(), error=error))

    def write(self, landed: Landed) -> None:
        """Append one line, and let a reader of the file see it."""
        self._file.write(json.dumps({name: getattr(landed, name) for name in LANDED_FIELDS}, ensure_ascii=False) + "\n")
        self._file.flush()
        if landed.status is not None:
            self.known[landed.key] = landed

    def close(self, summary: dict[str, Any]) -> None:
        """Write `shard.json`, bring everything to the disk, and rename the shard into its place."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with ThreadPoolExecutor(SYNCS_AT_ONCE) as pool:
            list(pool.map(fsync, [*self._new_bodies, *{path.parent for path in self._new_bodies}]))
        (self.partial / SHARD).write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        fsync(self.partial / SHARD)
        self.partial.rename(self.final)
        fsync(self.final.parent)
        self._lock.release()


def read_responses(shard: Path) -> Iterator[Landed]:
    """The lines of a shard. The last line of a killed crawl may be cut: it is passed over."""
    path = shard / RESPONSES
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield Landed(**json.loads(line))


def read_body(path: Path, sha256: str) -> bytes:
    """Read landed bytes. Raises LandingError when they are gone or are not what their name says."""
    try:
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise LandingError(f"{path}: landed bytes are missing; crawl the source again to land them") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise LandingError(f"{path}: bytes do not match their sha256 name; delete this file and crawl again")
    return body


def _latest(shards: Iterable[Path]) -> dict[str, Landed]:
    """The last answer to each key."""
    known: dict[str, Landed] = {}
    for shard in shards:
        for landed in read_responses(shard):
            if landed.status is not None and (landed.key not in known or known[landed.key].fetched <= landed.fetched):
                known[landed.key] = landed
    return known


def read_shard(shard: Path) -> dict[str, Any]:
    """A complete shard's summary: source, times, counts, verdict."""
    summary: dict[str, Any] = json.loads((shard / SHARD).read_text(encoding="utf-8"))
    return summary


def _address(url: str) -> str:
    """An address as it is published: a file's without the folders of this machine that lead to it."""
    if not url.startswith("file:"):
        return url
    path = Path(unquote(urlsplit(url).path))
    return f"file:{path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path.name}"


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _now() -> str:
    return datetime.now(UTC).isoformat()


def fsync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
