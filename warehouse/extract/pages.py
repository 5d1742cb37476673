"""The text of a PDF, page by page; the only module of this package that knows what a PDF is."""

from collections.abc import Sequence
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium_c

PAGE_BREAK: Final = "\f"

# pdfium marks a hyphen at the end of a line with U+FFFE. The other characters have no width or are typographic joins: a
# reader does not see them, and a rule about words must not stumble over them.
_CLEAN: Final = (
    ("\r\n", "\n"),
    ("\r", "\n"),
    (PAGE_BREAK, "\n"),
    ("\ufffe", "-"),
    ("\x00", ""),
    ("\u00ad", ""),
    ("\u200b", ""),
    ("\u200c", ""),
    ("\u200d", ""),
    ("\ufeff", ""),
    ("\ufb00", "ff"),
    ("\ufb01", "fi"),
    ("\ufb02", "fl"),
    ("\ufb03", "ffi"),
    ("\ufb04", "ffl"),
)

_REASONS: Final = {
    pdfium_c.FPDF_ERR_FORMAT: "not a PDF, or damaged beyond reading",
    pdfium_c.FPDF_ERR_PASSWORD: "encrypted: a password is needed",
    pdfium_c.FPDF_ERR_SECURITY: "encrypted with an unsupported security scheme",
    pdfium_c.FPDF_ERR_PAGE: "damaged: a page cannot be read",
}


class UnreadableDocument(ValueError):  # noqa: N818 - a name from the field; the interface of this package
    """Raised when bytes are not a PDF, are encrypted, or are damaged; the message says which."""


def read_pages(body: bytes) -> list[str]:
    r"""Return the text of each page of a PDF, lines ended by ``\n``.

    Raises UnreadableDocument when `body` is encrypted, is not a PDF, or is damaged.
    """
    if b"%PDF-" not in body[:1024]:  # Acrobat, and so the producers of real files, allow junk before the mark
        raise UnreadableDocument(f"not a PDF: no %PDF- in the first 1,024 of {len(body):,} bytes, starts {body[:16]!r}")
    try:
        with pypdfium2.PdfDocument(body) as document:
            return [_page_text(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        reason = _REASONS.get(getattr(error, "err_code", None), f"damaged ({error})")
        raise UnreadableDocument(f"{reason}: {len(body):,} bytes starting {body[:16]!r}") from error


def document_text(pages: Sequence[str]) -> str:
    """Return the text of a document: its pages joined by PAGE_BREAK. Offsets of all evidence are code points of it."""
    return PAGE_BREAK.join(pages)


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    text_page = page.get_textpage()
    text: str = text_page.get_text_range()
    text_page.close()
    page.close()
    for raw, clean in _CLEAN:
        if raw in text:
            text = text.replace(raw, clean)
    return text
