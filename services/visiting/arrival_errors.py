"""What is said about an arrival."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NotArrived(Problem):
    """The notice of a visit is asked for before its officers stood at the site."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "还没有登记到场，不能出具检查通知书", "到场登记", "检查人员到达现场后先登记到场，再出具通知书。"
        ),
        "en": Wording(
            "No arrival is noted, so there is no notice yet",
            "the arrival",
            "Note the arrival at the site first, then print the notice.",
        ),
    }
