"""The landing area: what is complete, what is kept, and what a crawl finds of earlier ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.http import Request, Response

from crawler.landing import Landing, LandingError, ShardWriter, claim_home, read_responses

REUSABLE = frozenset({"report"})
GOOD = {"source": "source", "verdict": {"ok": True, "reason": "complete"}}


def answer(url: str, body: bytes, **headers: str) -> Response:
    return Response(url, body=body, headers=headers, request=Request(url))


def land(writer: ShardWriter, key: str, body: bytes, **headers: str) -> None:
    writer.land(
        answer(f"http://site.example/{key}", body, **headers), page="report", key=key, context={"file_key": key}
    )


def test_bytes_stand_under_their_digest_and_are_written_once(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    first = landing.keep(b"a report")
    changed = landing.body_path(first).stat().st_mtime_ns
    assert landing.keep(b"a report") == first
    assert landing.body_path(first).stat().st_mtime_ns == changed
    assert landing.body(first) == b"a report"


def test_damaged_or_missing_bytes_are_named(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    digest = landing.keep(b"a report")
    landing.body_path(digest).write_bytes(b"something else")
    with pytest.raises(LandingError, match="do not match"):
        landing.body(digest)
    landing.body_path(digest).unlink()
    with pytest.raises(LandingError, match="missing"):
        landing.body(digest)


def test_a_shard_is_complete_only_when_it_is_closed(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    writer = ShardWriter(landing, "source", "run-1", REUSABLE)
    land(writer, "file/1", b"one", ETag='"v1"')
    assert landing.shards("source") == []
    writer.close(GOOD)
    (shard,) = landing.shards("source")
    (landed,) = read_responses(shard)
    assert (landed.key, landed.etag, landed.status, landed.size_bytes) == ("file/1", '"v1"', 200, 3)
    assert landing.partial_shards("source") == []


def test_two_crawls_of_a_source_do_not_run_at_once(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    writer = ShardWriter(landing, "source", "run-1", REUSABLE)
    with pytest.raises(LandingError, match="another crawl of source is under way"):
        ShardWriter(landing, "source", "run-2", REUSABLE)
    writer.close(GOOD)


def test_the_last_answer_to_a_key_is_known_over_all_shards(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    for run, etag in (("run-1", '"v1"'), ("run-2", '"v2"')):
        writer = ShardWriter(landing, "source", run, REUSABLE)
        land(writer, "file/1", etag.encode(), ETag=etag)
        writer.close(GOOD)
    assert landing.latest("source")["file/1"].etag == '"v2"'


def test_a_shard_is_written_once(tmp_path: Path) -> None:
    ShardWriter(Landing(tmp_path), "source", "run-1", REUSABLE).close(GOOD)
    with pytest.raises(LandingError, match="a shard is written once"):
        ShardWriter(Landing(tmp_path), "source", "run-1", REUSABLE)


def test_bytes_that_were_cut_are_landed_again(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    digest = landing.keep(b"a report")
    landing.body_path(digest).write_bytes(b"a rep")
    assert landing.keep(b"a report") == digest
    assert landing.body(digest) == b"a report"


def test_a_killed_crawls_line_whose_bytes_are_cut_is_not_taken_over(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    killed = ShardWriter(landing, "source", "run-1", REUSABLE)
    land(killed, "file/1", b"one")
    land(killed, "file/2", b"two")
    killed._file.close()
    killed._lock.release()
    landing.body_path(killed.known["file/2"].sha256 or "").write_bytes(b"")
    writer = ShardWriter(landing, "source", "run-2", REUSABLE)
    assert set(writer.known) == {"file/1"}
    writer.close(GOOD)
    assert [landed.key for landed in read_responses(writer.final)] == ["file/1"]


def test_an_empty_profile_mark_is_none(tmp_path: Path) -> None:
    (tmp_path / "profile").touch()
    claim_home(tmp_path, "demo")
    with pytest.raises(LandingError, match="holds data of the profile 'demo'"):
        claim_home(tmp_path, "live")
