"""The home folder: where everything of one installation stands, who is writing to it, and the work database."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

#: A build takes some fifteen seconds.
LOCK_SECONDS = 60
MANIFEST_KEYS = frozenset({"run_id", "published_at", "inputs", "tables"})
SCHEMA = Path(__file__).with_name("schema.sql")


class HomeError(ValueError):
    """Raised when the home folder cannot be used as asked: it does not hold what a stage needs."""


class HomeLockedError(RuntimeError):
    """Raised when another run holds the home folder."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one home folder."""

    root: Path

    @property
    def work(self) -> Path:
        """The pipeline's own database; nobody else opens it."""
        return self.root / "work.duckdb"

    @property
    def published(self) -> Path:
        """The folder that analysts read."""
        return self.root / "published"

    @property
    def published_database(self) -> Path:
        """The file that analysts open."""
        return self.published / "caseload_watch.duckdb"

    @property
    def manifest(self) -> Path:
        """What is published: run, tables, rows, digests. Written last, so what it names is there."""
        return self.published / "manifest.json"

    @property
    def built(self) -> Path:
        """The inputs that the marts were last built from."""
        return self.root / "built.json"

    @property
    def checked(self) -> Path:
        """The inputs that the quality gate last passed on."""
        return self.root / "checked.json"

    @property
    def data_docs(self) -> Path:
        """The gate's report as a web site."""
        return self.root / "data_docs"

    @property
    def profile(self) -> str:
        """The profile whose data the folder holds: live, until a run says otherwise."""
        mark = self.root / "profile"
        return (mark.read_text(encoding="utf-8").strip() if mark.is_file() else "") or "live"

    @property
    def demo_port(self) -> Path:
        """The loopback port of this home's demonstration."""
        return self.root / "demo_port"

    @property
    def logs(self) -> Path:
        """Logs of crawls, one file a run and source."""
        return self.root / "logs"

    def read_manifest(self) -> dict[str, object] | None:
        """The manifest of what is published; None before the first publication, or where it is damaged.

        A damaged one is written anew by the next run, since nothing then says that what is published is up to date.
        """
        manifest = _read_json(self.manifest)
        return manifest if isinstance(manifest, dict) and manifest.keys() >= MANIFEST_KEYS else None

    def is_marked(self, mark: Path, inputs: object) -> bool:
        """True where an earlier stage left `mark` for just these inputs."""
        return bool(_read_json(mark) == inputs)

    @contextmanager
    def locked(self, what: str) -> Iterator[None]:
        """Hold the home folder for one writer. Raises HomeLockedError when another run has it.

        The lock goes with the process, so a killed run leaves none behind.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        holder = self.root / "lock.holder"
        lock = FileLock(self.root / "lock", blocking=False)
        try:
            lock.acquire()
        except Timeout as error:
            held = holder.read_text(encoding="utf-8").strip() if holder.is_file() else "another run"
            raise HomeLockedError(
                f"{self.root} is in use by {held}. Wait until it ends; nothing was changed."
            ) from error
        try:
            holder.write_text(f"{what}, process {os.getpid()}\n", encoding="utf-8")
            yield
        finally:
            lock.release()

    @contextmanager
    def work_database(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The work database, with its tables made where they are missing."""
        self.root.mkdir(parents=True, exist_ok=True)
        with _connect(self.work) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            yield connection


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database for writing, once a build that outlived its killed run has ended.

    Raises HomeError when another process keeps it open for longer.
    """
    last = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return duckdb.connect(str(path))
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() > last:
                raise HomeError(
                    f"{path}: another process has it open ({error}). Close it; nothing was changed."
                ) from error
            time.sleep(0.5)


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
