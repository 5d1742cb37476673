"""Bytes of PDFs become page texts, and everything else is refused with its reason."""

import io
import zlib

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from warehouse.extract.pages import PAGE_BREAK, UnreadableDocument, document_text, read_pages


def pdf(*pages: list[str]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_each_page_is_a_text_with_plain_line_ends() -> None:
    assert read_pages(pdf(["First line", "second line"], ["Another page"])) == [
        "First line\nsecond line",
        "Another page",
    ]


def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen() -> None:
    assert read_pages(pdf(["a multi-", "agency answer"])) == ["a multi-agency answer"]


def test_the_document_text_joins_pages_with_a_page_break() -> None:
    assert document_text(["one", "two"]) == f"one{PAGE_BREAK}two"


def test_html_saved_as_a_pdf_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="not a PDF"):
        read_pages(b"<!DOCTYPE html><title>Report not found</title>")


def test_an_empty_body_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="not a PDF"):
        read_pages(b"")


def test_an_encrypted_pdf_is_refused_as_encrypted() -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(["Secret"]))) as document:
        document.save(buffer, encryption=pikepdf.Encryption(user="u", owner="o"))
    with pytest.raises(UnreadableDocument, match="encrypted"):
        read_pages(buffer.getvalue())


def test_a_damaged_pdf_is_refused_as_damaged() -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_pages(b"%PDF-1.7\n" + zlib.compress(b"nothing of use" * 50))
