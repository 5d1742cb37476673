"""What `source.yml` of this source may say."""

from crawler.source import Source


class Declaration(Source):
    """The keys that only this source has."""

    search_path: str
    rows: int
    report_recheck_days: float
    retry_rejects: bool
