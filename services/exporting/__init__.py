"""The one door for copies of anything unpublished: a number, a visible mark, an order of rows of its own."""

from services.exporting.marking import Marked, bureau_key, mark_export

__all__ = ["Marked", "bureau_key", "mark_export"]
