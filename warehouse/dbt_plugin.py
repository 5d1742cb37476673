"""Lets `dbt build` run in any home: makes the folder and the input tables (`schema.sql`) where they are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

SCHEMA = Path(__file__).with_name("schema.sql")


class Plugin(BasePlugin):
    """What dbt-duckdb loads by this name from `profiles.yml`."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the home folder: DuckDB makes the file, not the folder around it."""
        if self.creds is not None:
            Path(self.creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Make every input table that is not there yet."""
        conn.execute(SCHEMA.read_text(encoding="utf-8"))
