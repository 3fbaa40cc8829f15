"""Leak cases: the sealed papers of a case, and the case as those who handle it see it."""
