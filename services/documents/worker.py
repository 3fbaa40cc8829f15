"""Sets one document in a process of its own: `worker.py MEMORY CPU`, stdin JSON to PDF on stdout.

Stands alone on purpose: it imports nothing of the product, so the process holds no setting and no connection.
Input: {"template", "root", "folders", "fonts", "data", "qr", "at"}. Output: a line of JSON, {"poor"}: uses
with only the free font, or {"fault", "detail"}; after it the bytes of the PDF.
"""

import json
import resource
import sys
from typing import Any, Literal

import typst

STANDARD: Literal["a-2u"] = "a-2u"  # for keeping: fonts inside, every letter readable as text


def confine(memory: int, cpu: int) -> None:
    """Bound this process: address space, CPU time, no files written, no core left behind."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, wanted in limits.items():
        hard = resource.getrlimit(kind)[1]
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (bound, bound))


def families(given: dict[str, list[str]], fonts: typst.Fonts) -> tuple[dict[str, str], list[str]]:
    """Use → the first of its families that is there, and the uses that have none or only the last."""
    there = set(fonts.families())
    found = {use: next((one for one in wanted if one in there), "") for use, wanted in given.items()}
    return found, [use for use, wanted in given.items() if found[use] in ("", wanted[-1])]


def main() -> None:
    """Sets the document."""
    memory, cpu = (int(word) for word in sys.argv[1:3])
    asked: dict[str, Any] = json.load(sys.stdin)
    fonts = typst.Fonts(font_paths=asked["folders"])
    confine(memory, cpu)
    chosen, poor = families(asked["fonts"], fonts)
    if "" in chosen.values():
        _say({"fault": "fonts", "detail": ", ".join(use for use in chosen if not chosen[use])}, b"")
        return
    inputs = {"data": json.dumps(asked["data"], ensure_ascii=False), "qr": asked["qr"], **chosen}
    try:
        pdf = typst.compile(
            asked["template"],
            root=asked["root"],
            font_paths=fonts,
            sys_inputs=inputs,
            pdf_standards=[STANDARD],
            timestamp=asked["at"],
        )
    except typst.TypstError as error:
        _say({"fault": "template", "detail": str(error.message)[:300]}, b"")
        return
    _say({"poor": poor}, pdf)


def _say(words: dict[str, Any], pdf: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(words).encode() + b"\n" + pdf)


if __name__ == "__main__":
    main()
