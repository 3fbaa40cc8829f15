"""Where the public files of an opened draw lie: one name for who writes and who hands out."""

from pathlib import Path

from services.home import Home


def bundle_file(home: Home, bureau: str, period: str, kind: str, draw_no: int, ending: str) -> Path:
    """The bundle (".json") or trust file (".trust.txt") of a draw. Raises ValueError for odd parts."""
    return home.of_bureau(bureau, "bundles", f"{period}-{kind}-{draw_no}{ending}")
