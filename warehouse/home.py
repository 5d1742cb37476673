"""The home folder: where everything of one installation stands, who is writing to it, and the work database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

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
        """The manifest of what is published; None before the first publication."""
        if not self.manifest.is_file():
            return None
        manifest: dict[str, object] = json.loads(self.manifest.read_text(encoding="utf-8"))
        return manifest

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
        with duckdb.connect(str(self.work)) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            yield connection
