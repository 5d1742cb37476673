"""What a person or a log sees of a run: a moving line on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

PLAIN_WIDTH = 200


class Stage:
    """One stage's line. `advance` moves it; `done` says what came of it."""

    def __init__(self, name: str, progress: Progress | None) -> None:
        self.name = name
        self.summary = ""
        self._progress = progress
        self._task: TaskID | None = progress.add_task(name, total=None, detail="") if progress else None

    def advance(self, detail: str, completed: int | None = None, total: int | None = None) -> None:
        """Show how far the stage is."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, detail=detail, completed=completed, total=total)

    def done(self, summary: str) -> None:
        """Say what came of the stage; printed when it ends."""
        self.summary = summary


class Reporter:
    """Prints to one console; on a terminal with progress."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            # A log or a pipe has no width: nothing is to be cut there.
            self.console.width = PLAIN_WIDTH

    def say(self, text: str) -> None:
        """Print one plain line."""
        self.console.print(text, markup=False, soft_wrap=True)

    def table(self, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print rows under their column names; a value that does not fit goes on in the next line."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in names:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*("" if value is None else escape(str(value)) for value in row))
        self.console.print(table)
        self.say(f"{table.row_count} row{'' if table.row_count == 1 else 's'}")

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Show a stage while it runs, and its summary and seconds when it ends."""
        started = time.monotonic()
        if self.console.is_terminal:
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description:<9}"),
                BarColumn(bar_width=24),
                TimeElapsedColumn(),
                TextColumn("{task.fields[detail]}"),
            )
            with Progress(*columns, console=self.console, transient=True) as progress:
                stage = Stage(name, progress)
                yield stage
        else:
            stage = Stage(name, None)
            yield stage
        self.say(f"{name:<9} {time.monotonic() - started:6.1f} s  {stage.summary}")
