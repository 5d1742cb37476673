"""Ofsted's yearly workbook of inspection outcomes, and the snapshot of it that ships with the project."""
