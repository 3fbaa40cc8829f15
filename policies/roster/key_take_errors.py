"""What is said when a key list cannot be taken over."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class NoPublishedList(Problem):
    """Nobody above has published a list for the year."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "还没有公布这一年的重点名录", "本单位或上级已公布的名录", "等市级公布后再承接；没有做任何改动。"
        ),
        "en": Wording(
            "No key list of that year is published", "a published list", "Wait until the city publishes it."
        ),
    }


class KeyListMoved(Problem):
    """The list was replaced, supplemented or withdrawn since it was looked at."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "名录在您打开页面之后有了新的版本",
            "与打开页面时相同的名录",
            "没有修改任何一家。请重新打开页面，按新的名录核对后再承接。",
        ),
        "en": Wording(
            "The list has a new version since the page was opened",
            "the list as it was shown",
            "Nothing was changed. Open the page again and look at the new list.",
        ),
    }


class TakeMoved(Problem):
    """Rows of the roster stand otherwise than shown."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "打开页面之后名录有变更",
            "每一家都与打开页面时相同",
            "没有修改任何一家。有变更的是：{codes}。可能另一人已经承接，请重新打开页面核对。",
        ),
        "en": Wording(
            "The roster changed after the page was opened",
            "every site as it was shown",
            "Nothing was changed. Changed meanwhile: {codes}. Somebody may have taken it over; look again.",
        ),
    }


class TakenAlready(Problem):
    """Somebody took over this very list, and nothing is left to change."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "这一版名录已经承接",
            "还没有承接的版本，或者选定要改的单位",
            "没有做任何改动；{who} 已于此前承接，见承接记录。",
        ),
        "en": Wording(
            "This version was taken over already",
            "a version not taken over yet, or sites to change",
            "Nothing was changed; {who} took it over before.",
        ),
    }
