"""What the documents tell people to type, from the repository's root."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

BIN = Path(sys.executable).parent
COMMANDS = ("run", "crawl", "load", "extract", "build", "check", "publish", "sql", "status", "replay", "rejects")


def root(*command: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"CASELOAD_WATCH_HOME": str(home)} if home else {})}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=300)


def test_scrapy_lists_every_declared_source() -> None:
    from crawler.source import source_names

    assert root(str(BIN / "scrapy"), "list").stdout.split() == source_names()


def test_dbt_builds_from_the_root_before_anything_was_loaded(tmp_path: Path) -> None:
    folders = ("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs"))
    done = root(str(BIN / "dbt"), "build", *folders, home=tmp_path / "home")
    assert done.returncode == 0, done.stdout
    assert "WARN=0 ERROR=0" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = root(str(BIN / "caseload-watch"), command, "--help")
    assert done.returncode == 0
    assert re.search(rf"Example:\s+caseload-watch\s+{command}", done.stdout)


def python_commands() -> list[str]:
    """Each `python -m …` and `python benchmarks/….py` that a document shows, without its arguments."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")]
    )
    return sorted(set(re.findall(r"python (-m [a-z_.]+|benchmarks/[a-z_]+\.py)", text)))


@pytest.mark.parametrize("command", python_commands())
def test_every_python_command_of_the_documents_exists(command: str) -> None:
    assert root(sys.executable, *command.split(), "--help").returncode == 0


def test_every_file_that_a_document_names_exists() -> None:
    for page in [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"
