"""A secret committed to by another hash than the draw's."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class WrongSuite(Problem):
    """The device committed by another suite; told here, not after the freeze. Facts: wanted."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "承诺所用的摘要算法与本次抽取不同",
            "算法套件 {wanted}（1 为 SHA-256，2 为国密 SM3）",
            "请用 secret make --suite {wanted} 重新输出承诺；密钥不变。",
        ),
        "en": Wording(
            "The commitment was made by another hash suite",
            "suite {wanted} (1 SHA-256, 2 SM3)",
            "Print it again with secret make --suite {wanted}; the secret stays the same.",
        ),
    }
