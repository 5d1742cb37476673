"""What `source.yml` of this source may say."""

from crawler.source import Source


class Declaration(Source):
    """The keys that only this source has."""

    workbook: str

    @property
    def asked_url(self) -> str | None:
        """The workbook's address; None where it is a file."""
        return self.workbook if "://" in self.workbook else None
