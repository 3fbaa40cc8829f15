"""What does not fit where a bureau lives, told to the operator."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class DatabaseDamaged(Problem):
    """A database answers, and what it should hold cannot be read: a damaged file, a missing table."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("数据库 {database} 的内容无法读取", "能够完整读取的数据库",
                      "请查看该服务器的日志和磁盘；不能修复的，按 docs/backup.md 从备份恢复后再核对。"),
        "en": Wording("The contents of the database {database} cannot be read", "a database that can be read",
                      "Look into that server's log and disk; where it cannot be mended, restore it from the"
                      " backup as in docs/backup.md and check again."),
    }  # fmt: skip


class WaiverStrayed(Problem):
    """Granted waivers where the bureau lives are not those of the control database: one was restored
    alone."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "单位数据库中的职责豁免与共享库不一致", "每份批准的豁免两处相同，撤销的两处都已撤销",
            "多为只恢复了其中一个数据库，或两个时刻不同。请把两个数据库恢复到同一时刻，见 docs/backup.md；"
            "在此之前，本单位不要办理抽取和公示。",
        ),
        "en": Wording(
            "Waivers in the bureau's database differ from the shared one's",
            "every granted waiver alike in both, every withdrawn one withdrawn in both",
            "Most likely one database was restored alone, or to another moment. Restore both to the same"
            " moment, see docs/backup.md; until then let this bureau neither draw nor publish.",
        ),
    }  # fmt: skip
