"""A first run against a second one with nothing new, over the same site, in the same home folder.

    python benchmarks/run.py [--manifest MANIFEST.csv --reports FOLDER]

Without a manifest, the demonstration is run. Prints the stages of both, their seconds and ratio, and the peak memory
of the largest process (at most 600 MB).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.demo.site import demo_site, from_manifest, serve


def run(home: str, base_url: str) -> float:
    settings = {"base_url": base_url, "hosts": "[]", "download_delay": 0, "bounds": "{}"}
    command = [str(Path(sys.executable).with_name("caseload-watch")), "run", "--home", home]
    command += [part for key, value in settings.items() for part in ("--set", f"ofsted_reports.{key}={value}")]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    seconds = time.perf_counter() - started
    print(done.stdout.split("\n\n")[0])
    return seconds


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--manifest", type=Path)
    arguments.add_argument("--reports", type=Path)
    chosen = arguments.parse_args()
    site = from_manifest(chosen.manifest, chosen.reports) if chosen.manifest else demo_site()
    with serve(site) as stand_in, tempfile.TemporaryDirectory() as home:
        first, again = run(home, stand_in.base_url), run(home, stand_in.base_url)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # kilobytes
    print(f"first run                        {first:7.1f} s")
    print(f"second run, nothing new          {again:7.1f} s")
    print(f"ratio                            {again / first:7.2f}")
    print(f"peak memory of a process         {peak:7.0f} MB  (at most 600)")


if __name__ == "__main__":
    main()
