"""What `source.yml` of this source may say."""

from pydantic import Field

from crawler.source import Source


class Declaration(Source):
    """The keys that only this source has."""

    search_path: str
    rows: int = Field(gt=0, le=100, description="results a page; the site gives no more than 100")
    report_recheck_days: float = Field(ge=0)
    retry_rejects: bool
