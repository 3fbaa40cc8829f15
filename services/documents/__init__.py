"""Official documents as PDF/A: data in, typeset pages out; the words of a kind stand in its template."""

from services.documents.setting import KINDS, Paper, typeset

__all__ = ["KINDS", "Paper", "typeset"]
