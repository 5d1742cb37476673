"""Reading reports against pdfium's bare text of the same pages, in the same run.

    python benchmarks/extraction.py [FOLDER_OF_PDFS] [--rounds 3]

Without a folder, the demonstration's reports are read. Prints seconds a report on one core for both, their ratio
(at most 2.5), the throughput with all cores, and the peak memory of the largest process.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from crawler.demo.site import demo_site
from warehouse.extraction import Task, map_documents, read_document

MEGABYTE = 1024  # ru_maxrss counts kilobytes


def bare_text(path: Path) -> None:
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        for page in document:
            page.get_textpage().get_text_range()


def seconds(read: Callable[[], object]) -> float:
    started = time.perf_counter()
    read()
    return time.perf_counter() - started


def demo_reports(folder: Path) -> None:
    for provider in demo_site().providers:
        for report in provider.reports:
            (folder / f"{report.file_number}.pdf").write_bytes(report.read())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        if chosen.folder is None:
            demo_reports(folder)
        paths = [path for path in sorted(folder.rglob("*.pdf")) if path.read_bytes()[:5] == b"%PDF-"]
        tasks = [Task(hashlib.sha256(path.read_bytes()).hexdigest(), "report", path) for path in paths]
        bare, ours = [], []
        for _ in range(chosen.rounds):  # in turn, so that a slower minute of the machine meets both
            bare.append(seconds(lambda: [bare_text(path) for path in paths]))
            ours.append(seconds(lambda: [read_document(task) for task in tasks]))
        every_core = min(seconds(lambda: list(map_documents(tasks, os.cpu_count() or 1))) for _ in range(chosen.rounds))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    print(f"reports                          {len(paths)}")
    print(f"bare pdfium text, one core       {1000 * statistics.median(bare) / len(paths):7.1f} ms a report")
    print(f"text and every fact, one core    {1000 * statistics.median(ours) / len(paths):7.1f} ms a report")
    print(f"ratio                            {ratio:7.2f}  (at most 2.5)")
    print(f"throughput, {os.cpu_count()} cores              {len(paths) / every_core:7.1f} reports a second")
    print(f"peak memory of a process         {peak / MEGABYTE:7.0f} MB  (at most 600)")


if __name__ == "__main__":
    main()
