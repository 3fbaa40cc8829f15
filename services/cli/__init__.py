"""The command line: `shuangsui NOUN VERB`, data on stdout, progress on stderr, `--json` everywhere."""

from services.cli.root import main

__all__ = ["main"]
