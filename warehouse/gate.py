"""The quality gate: suites of expectations over the marts, before they are published.

The suites are plain JSON in `expectations/<schema>.<table>.json`, in Great Expectations' own form, except that a query
is a list of lines. An expectation whose `meta` says `"needs": "previous"` compares with what was last published, as
`previous.marts.<table>`, and is left out where nothing was.

In a query `{batch}` stands for the suite's table; it must have an alias where the query joins, and none elsewhere.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from sqlalchemy import Connection

EXPECTATIONS = Path(__file__).resolve().parent.parent / "expectations"
SHOWN_ROWS = 5


class GateError(ValueError):
    """Raised when a suite cannot be used: it is no JSON of the form that this module describes."""


@dataclass(frozen=True, slots=True)
class QualityResult:
    """What came of one expectation. `success` is None where the check itself raised `error`.

    `observed` is what was found, as text, with up to five rows that break it.
    """

    suite: str
    table_name: str
    expectation: str
    column_name: str | None
    description: str
    success: bool | None
    observed: str | None
    unexpected_count: int | None
    error: str | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class GateReport:
    """All results of one run of the gate."""

    results: tuple[QualityResult, ...]

    @property
    def failed(self) -> tuple[QualityResult, ...]:
        """Expectations that were checked and do not hold."""
        return tuple(result for result in self.results if result.success is False)

    @property
    def errored(self) -> tuple[QualityResult, ...]:
        """Expectations of which nothing is known, since checking them raised an error."""
        return tuple(result for result in self.results if result.success is None)

    @property
    def passed(self) -> bool:
        """Whether the marts may be published: something was checked, and all of it holds."""
        return bool(self.results) and not self.failed and not self.errored

    @property
    def summary(self) -> str:
        """One line."""
        if not self.results:
            return "no expectation was evaluated: refused"
        held = len(self.results) - len(self.failed) - len(self.errored)
        parts = [f"{held} of {len(self.results)} expectations hold"]
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        parts += [f"{len(self.errored)} raised an error"] if self.errored else []
        return ", ".join(parts)

    def readable(self) -> str:
        """What failed and what could not be checked, each with what was found."""
        lines = [self.summary]
        for result in self.failed:
            lines += [f"FAILED  {result.table_name}: {result.description}", f"        {result.observed}"]
        for result in self.errored:
            lines += [f"ERROR   {result.table_name}: {result.description}", f"        {result.error}"]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations on one table, as Great Expectations takes them."""

    name: str
    schema: str
    table: str
    expectations: tuple[dict[str, Any], ...]


def read_suites(folder: Path = EXPECTATIONS) -> list[Suite]:
    """Read every suite of `folder`, by name. Raises GateError for a file that is none, naming it."""
    suites = []
    for path in sorted(folder.glob("*.json")):
        try:
            schema, table = path.stem.split(".")
            expectations = tuple(
                _joined(expectation) for expectation in json.loads(path.read_text("utf-8"))["expectations"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise GateError(
                f"{path}: not a suite of expectations ({type(error).__name__}: {error}). Expected a file named "
                '<schema>.<table>.json with {"name": …, "expectations": [{"type", "description", "kwargs"}, …]}'
            ) from error
        suites.append(Suite(path.stem, schema, table, expectations))
    return suites


def _joined(expectation: dict[str, Any]) -> dict[str, Any]:
    kwargs = dict(expectation["kwargs"])
    if "unexpected_rows_query" in kwargs:
        kwargs["unexpected_rows_query"] = "\n".join(kwargs["unexpected_rows_query"])
    return {**expectation, "description": expectation["description"], "type": expectation["type"], "kwargs": kwargs}


def run_gate(
    database: Path, docs_dir: Path, previous: Path | None = None, suites: Sequence[Suite] | None = None
) -> GateReport:
    """Check the marts in `database` against the suites (all of `expectations/` unless given).

    `previous` is the file last published. A web site of the results is written to `docs_dir`. The database is opened
    for reading only. Raises GateError for a suite that is none; an expectation that raises an error is a result.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # Great Expectations imports modules of the standard library that are deprecated.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="great_expectations")
        from great_expectations import get_context  # takes seconds: only who runs the gate waits for it
        from great_expectations.data_context.types.base import ProgressBarsConfig

    chosen = [_applicable(suite, previous) for suite in (read_suites() if suites is None else suites)]
    context = get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    with _opened(context, database) as datasource, datasource.get_execution_engine().engine.connect() as connection:
        if previous is not None:
            # Attached once, for all connections of this process to the database.
            quoted = str(previous).replace("'", "''")
            connection.exec_driver_sql(f"attach '{quoted}' as previous (read_only)")
        results = tuple(result for suite in chosen for result in _run(context, datasource, suite, connection))
        _write_docs(context, docs_dir)
    return GateReport(results)


def _applicable(suite: Suite, previous: Path | None) -> Suite:
    def applies(expectation: dict[str, Any]) -> bool:
        return previous is not None or expectation.get("meta", {}).get("needs") != "previous"

    return Suite(suite.name, suite.schema, suite.table, tuple(filter(applies, suite.expectations)))


@contextmanager
def _opened(context: EphemeralDataContext, database: Path) -> Iterator[SQLDatasource]:
    """The database as Great Expectations asks it; closed at the end, since one reader keeps every writer out."""
    from sqlalchemy import URL
    from sqlalchemy.dialects import registry

    registry.register("duckdb.buffered", "warehouse.gate_dialect", "BufferedDialect")
    datasource = context.data_sources.add_sql(
        "work",
        connection_string=str(
            URL.create("duckdb+buffered", database=str(database.resolve()), query={"access_mode": "read_only"})
        ),
        create_temp_table=False,
    )
    try:
        yield datasource
    finally:
        for engine in (datasource.get_execution_engine().engine, datasource.get_engine()):
            engine.dispose()


def batch_for(datasource: SQLDatasource, schema: str, table: str) -> BatchDefinition[Any]:
    """The rows that a suite checks: the one place that knows where tables are."""
    asset = datasource.add_query_asset(f"{schema}.{table}", query=f"select * from {schema}.{table}")
    return asset.add_batch_definition_whole_table("all")


def _run(
    context: EphemeralDataContext, datasource: SQLDatasource, suite: Suite, connection: Connection
) -> Iterator[QualityResult]:
    from great_expectations import ExpectationSuite, ValidationDefinition

    checked_at = datetime.now(UTC)
    batch = batch_for(datasource, suite.schema, suite.table)
    expectations = context.suites.add(ExpectationSuite(suite.name, expectations=list(suite.expectations)))
    definition = context.validation_definitions.add(
        ValidationDefinition(name=suite.name, data=batch, suite=expectations)
    )
    found = definition.run(result_format={"result_format": "SUMMARY", "partial_unexpected_count": SHOWN_ROWS})
    by_description = {
        result.expectation_config.description: result for result in found.results if result.expectation_config
    }
    for expectation in suite.expectations:
        yield _read_result(suite, expectation, checked_at, by_description[expectation["description"]], connection)


def _read_result(
    suite: Suite,
    expectation: dict[str, Any],
    checked_at: datetime,
    found: ExpectationValidationResult,
    connection: Connection,
) -> QualityResult:
    error = _raised(found.exception_info or {})
    if error is not None:
        return _result(suite, expectation, checked_at, success=None, error=error)
    result = found.result
    query = expectation["kwargs"].get("unexpected_rows_query")
    if query is not None:
        count = result["observed_value"]
        rows = _offending(connection, query.replace("{batch}", f"{suite.schema}.{suite.table}")) if count else ""
        observed = f"{count} rows{rows}"
    elif "unexpected_count" in result:
        count = result["unexpected_count"]
        values = result.get("partial_unexpected_list")
        observed = f"{count} of {result['element_count']} rows" + (f": {', '.join(map(str, values))}" if values else "")
    else:
        count = None
        observed = str(result.get("observed_value"))
    return _result(
        suite, expectation, checked_at, success=bool(found.success), observed=observed, unexpected_count=count
    )


def _offending(connection: Connection, query: str) -> str:
    """Up to five rows that break an expectation, a line each."""
    found = connection.exec_driver_sql(f"select * from ({query}) limit {SHOWN_ROWS}")
    return "".join(f"\n        {', '.join(f'{k}={v!s}' for k, v in row._mapping.items())}" for row in found)


def _raised(exception_info: dict[str, Any]) -> str | None:
    """The message of the error that an expectation raised: directly, or in one of the metrics that it asked for."""
    for info in (exception_info, *exception_info.values()):
        if isinstance(info, dict) and info.get("raised_exception"):
            return str(info["exception_message"])
    return None


def _result(
    suite: Suite,
    expectation: dict[str, Any],
    checked_at: datetime,
    *,
    success: bool | None,
    observed: str | None = None,
    unexpected_count: int | None = None,
    error: str | None = None,
) -> QualityResult:
    kwargs = expectation["kwargs"]
    return QualityResult(
        suite=suite.name,
        table_name=f"{suite.schema}.{suite.table}",
        expectation=expectation["type"],
        column_name=kwargs.get("column"),
        description=expectation["description"],
        success=success,
        observed=observed,
        unexpected_count=unexpected_count,
        error=error,
        checked_at=checked_at,
    )


def _write_docs(context: EphemeralDataContext, docs_dir: Path) -> None:
    context.add_data_docs_site(
        "gate",
        {
            "class_name": "SiteBuilder",
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs_dir.resolve())},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    context.build_data_docs(site_names=["gate"])
