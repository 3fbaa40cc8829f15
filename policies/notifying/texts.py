"""A message in words: who sends it, one sentence, where to look. Closed lists, but for the bureau's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.notifying.events import check_facts

SUBJECT = "【{bureau}】{event}"
BODY = "【{bureau}】{sentence}{link}"
SIMULATED = "【演示】{text}"  # a demonstration says so in everything that leaves it


@dataclass(frozen=True, slots=True)
class Text:
    """What goes out: the subject of a mail, and the text of every channel."""

    subject: str
    body: str


def compose(
    name: str, facts: Mapping[str, Any], *, bureau: str, site: str, group: bool = False, demo: bool = False
) -> Text:
    """The message of an event.

    Args:
        name: the event. facts: its numbers and days, checked here once more.
        bureau: name of the bureau that sends it. site: base address of this site, without a slash at the end.
        group: for a group of a messenger. demo: from a demonstration.

    Raises:
        UnknownEvent, FactRefused: see `check_facts`.
    """
    event = check_facts(name, facts)
    sentence = event.group if group else event.text.format(**facts)
    body = BODY.format(bureau=bureau, sentence=sentence, link=f" {site}{event.path}")
    subject = SUBJECT.format(bureau=bureau, event=event.zh)
    if demo:
        return Text(SIMULATED.format(text=subject), SIMULATED.format(text=body))
    return Text(subject, body)
