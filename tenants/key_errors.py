"""A key that is there, but is not the bureau's own. Nothing is sealed by it."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from tenants.errors import NoKey

Words = dict[Language, Wording]


class WrongKey(NoKey):
    """The present key is none the bureau sealed by before: another bureau's, or made anew by somebody."""

    words: ClassVar[Words] = {
        "zh": Wording("单位密钥不是本单位原来的密钥，未打开也未保存任何密封内容",
                      "{bureau} 一直使用的密钥（{provider}）",
                      "请核对密钥文件或密钥服务是否放错、换错，从备份恢复本单位的密钥；"
                      "恢复后即可继续，运维可用 shuangsui keys check {bureau} 核对。其他单位不受影响。"),
        "en": Wording("The key is not the one this bureau seals by; nothing was opened or sealed",
                      "the key of {bureau} used so far ({provider})",
                      "See whether another bureau's key file, or another key server, stands in its place;"
                      " restore the bureau's own from backup. Then work goes on; shuangsui keys check"
                      " {bureau} tells. Other bureaus work on."),
    }  # fmt: skip


class SharedKey(WrongKey):
    """Two bureaus' key files hold the same key: one of them was copied."""

    words: ClassVar[Words] = {
        "zh": Wording("单位密钥文件与另一单位的相同，未保存任何密封内容", "每个单位各有一把不同的密钥",
                      "密钥文件被复制过：请从备份恢复 {bureau} 自己的密钥文件；从未密封过内容的新单位，"
                      "移走该文件即可，首次使用时自动生成。"),
        "en": Wording("The key file equals another bureau's; nothing was sealed",
                      "a key of its own for every bureau",
                      "A key file was copied: restore the own one of {bureau} from backup; a new bureau that"
                      " never sealed anything only moves the file away, its own is made at first use."),
    }  # fmt: skip


class KeyStillRight(Problem):
    """Somebody would accept a key in the place of one that works."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("现用密钥就是本单位的密钥，无需另行认可", "与本单位原来的密钥不符的密钥",
                      "什么都不用做；要更换密钥，用 shuangsui keys rotate {bureau}。"),
        "en": Wording("The present key is the bureau's own; there is nothing to accept",
                      "a key that is not the bureau's so far",
                      "Nothing is to be done; to change the key: shuangsui keys rotate {bureau}."),
    }  # fmt: skip
