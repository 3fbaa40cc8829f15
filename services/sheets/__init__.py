"""Spreadsheets in and out. Nothing here knows HTTP or the database."""

from services.sheets.limits import LIMITS, Limits
from services.sheets.reader import Book, open_book, read_table
from services.sheets.refused import write_refused
from services.sheets.templates import LAYOUTS, fill_template, write_template
from services.sheets.writer import Cell, OutSheet, write_csv, write_table

__all__ = [
    "LAYOUTS",
    "LIMITS",
    "Book",
    "Cell",
    "Limits",
    "OutSheet",
    "fill_template",
    "open_book",
    "read_table",
    "write_csv",
    "write_refused",
    "write_table",
    "write_template",
]
