"""DuckDB as Great Expectations can use it: each statement's rows are fetched at once.

Great Expectations closes the connection before it fetches; with the dialect as it comes, most expectations then raise
an IndexError (great-expectations 1.24, duckdb-sqlalchemy 1.5.6).
"""

from __future__ import annotations

from duckdb_sqlalchemy import Dialect, DuckDBExecutionContext
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


class BufferedExecutionContext(DuckDBExecutionContext):
    """Holds the rows of its statement, whatever becomes of the connection."""

    def post_exec(self) -> None:
        """Fetch all rows as soon as the statement has run."""
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor.description:
            rows = self.cursor.fetchall()
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=rows)


class BufferedDialect(Dialect):
    """Registered as `duckdb+buffered`."""

    execution_ctx_cls = BufferedExecutionContext
    supports_statement_cache = True
