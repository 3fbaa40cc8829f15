"""Why a code at the door cannot be shown."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NoDoorCode(Problem):
    """Something the proof needs is not there: an entry, a signature, an officer's pseudonym."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "暂时不能生成门口核验码",
            "抽取结果、变更与现有人员都已登入公开日志",
            "请联系派单员；在此之前请出示执法证件。",
        ),
        "en": Wording(
            "No code for the door can be made yet",
            "result, changes and present team in the public log",
            "Tell the dispatcher; show your certificates meanwhile.",
        ),
    }
