"""Characters nobody sees: no text that people enter may hold them.

A NUL the database refuses; a control character breaks feeds, letters and terminals; and a bidirectional
override shows a name, a reason or a code in another order than the one that is compared and signed.

Basis: Unicode Standard 23.1 (control codes), UAX #9 2.1–2.2 (explicit embeddings, overrides, isolates); our
own decision which of them to refuse.
"""

import re
from typing import Any, ClassVar

from policies.errors import Kind, Language, Place, Problem, Wording

_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SHOWN = 20  # characters before the place, to find it by


class HiddenCharacter(Problem):
    """A text holds a character nobody sees; it is refused and not mended, so that nobody signs another
    text."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "“{field}”中有看不见的控制字符",
            "可见的文字、空格和换行",
            "请删去第 {at} 个字符（{character}）再提交。从别处粘贴的文字，可先粘贴到记事本再复制过来。",
        ),
        "en": Wording(
            "“{field}” holds a control character nobody sees",
            "visible text, spaces and line breaks",
            "Remove character {at} ({character}) and submit again. Pasted text is clean after a plain-text"
            " editor.",
        ),
    }


def refuse_hidden(field: str, text: str) -> None:
    """Refuses a text with a hidden character; a tab and line breaks are none.

    Args:
        field: its name, as the sender knows it.

    Raises:
        HiddenCharacter: with the place of the first, and what stands before it.
    """
    found = _HIDDEN.search(text)
    if found is None:
        return
    name = _HIDDEN.sub("�", field)[:100]
    raise HiddenCharacter(
        text[: found.start()][-_SHOWN:],
        where=Place(column=name),
        field=name,
        at=found.start() + 1,
        character=f"U+{ord(found[0]):04X}",
    )


def refuse_hidden_within(value: Any, name: str = "") -> None:
    """The same for every text and every name within decoded JSON; a place reads like `visits[2].reason`.

    Raises:
        HiddenCharacter: the first one found.
    """
    waiting: list[tuple[str, Any]] = [(name, value)]
    while waiting:  # not by calling itself: how deep a body is nested is the sender's choice
        at, one = waiting.pop()
        if isinstance(one, str):
            refuse_hidden(at or "—", one)
        elif isinstance(one, dict):
            for key in one:
                refuse_hidden(at or "—", str(key))
            inner = [(f"{at}.{key}" if at else str(key), found) for key, found in one.items()]
            waiting.extend(reversed(inner))
        elif isinstance(one, list):
            waiting.extend((f"{at}[{n}]", found) for n, found in reversed(list(enumerate(one))))
