"""What may stop a move, told to the operator; and what a bureau's people read meanwhile."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class BureauMoving(Problem):
    """The bureau's data is on its way to another database: it reads, and writes nothing."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("本单位数据正在搬迁，暂时只能查看，不能保存", "搬迁完成后再保存",
                      "未作任何改动，所填内容请先留存；一般几分钟内完成，请稍后重试。其他单位不受影响。"),
        "en": Wording("The bureau's data is being moved: reading works, saving does not", "the move's end",
                      "Nothing was changed; keep what you entered and try again in some minutes."
                      " Other bureaus work on."),
    }  # fmt: skip


class UnknownDatabase(Problem):
    """No database of that name in this deployment."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[Words] = {
        "zh": Wording("没有名为 {got} 的数据库", "{known} 之一",
                      "请由运维人员设置 DATABASE_URL_<名称>（大写）并重启，见 shuangsui database list。"),
        "en": Wording("No database is called {got}", "one of {known}",
                      "Let the operator set DATABASE_URL_<NAME> (capitals) and restart;"
                      " then see shuangsui database list."),
    }  # fmt: skip


class SamePlace(Problem):
    """The bureau lives there already."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 已在数据库 {got} 中", "另一个数据库", "无需搬迁，未作任何改动。"),
        "en": Wording("Bureau {bureau} lives in the database {got} already", "another database",
                      "Nothing to move, nothing was changed."),
    }  # fmt: skip


class NothingToUndo(Problem):
    """No move to take back."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 没有可撤回的搬迁", "一次已开始或已完成的搬迁",
                      "如需搬迁，请用 --to 指定目标数据库。"),
        "en": Wording("Bureau {bureau} has no move to take back", "a move begun or done",
                      "To move it, name the database with --to."),
    }  # fmt: skip


class MoveRunning(Problem):
    """Another command moves or cleans this bureau at this moment."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 正由另一条命令搬迁或清理", "同一时间只有一条命令",
                      "请等待该命令结束，再运行 shuangsui database list 查看结果。"),
        "en": Wording("Another command is moving or cleaning bureau {bureau}", "one command at a time",
                      "Wait for its end, then see shuangsui database list."),
    }  # fmt: skip


class MoveUnfinished(Problem):
    """A move of this bureau was begun and not ended, and this command asks for another one."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 有一次未完成的搬迁（{source} → {target}）", "先完成或撤回这次搬迁",
                      "再次运行 shuangsui bureau move {bureau} --to {target} 即可继续；加 --back 则撤回。"),
        "en": Wording("Bureau {bureau} has an unfinished move ({source} → {target})", "its end or undoing",
                      "Run shuangsui bureau move {bureau} --to {target} again to finish; --back undoes it."),
    }  # fmt: skip


class TargetNotReady(Problem):
    """The target database cannot take a bureau now."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("数据库 {name} 现在不能接收数据：{reason}", "可用、身份相符、结构版本一致的数据库",
                      "{remedy}单位数据未动。"),
        "en": Wording("The database {name} cannot take a bureau now: {reason}",
                      "a database that works, is the right one, at this program's schema",
                      "{remedy}The bureau's data was not touched."),
    }  # fmt: skip


class RowsInTheWay(Problem):
    """The target holds rows of this bureau that no move of this deployment left there."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("数据库 {name} 中已有单位 {bureau} 的 {got} 行来历不明的数据", "没有该单位数据的数据库",
                      "请核对是否接错数据库或曾手工恢复；本命令不覆盖、不删除来历不明的数据。"),
        "en": Wording("The database {name} holds {got} rows of bureau {bureau} of unknown origin",
                      "a database without rows of that bureau",
                      "Is it the right database, was something restored by hand? Rows of unknown origin are"
                      " neither overwritten nor deleted."),
    }  # fmt: skip


class StillWriting(Problem):
    """Writes under way did not come to an end in time."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 有未结束的写入，等待 {got} 秒后放弃搬迁", "写入在限时内结束",
                      "已恢复原状。请稍后重试，或用 --wait 延长等待时间。"),
        "en": Wording("Bureau {bureau} still has writes under way after {got} seconds: the move was given up",
                      "writes that end in time", "All is as before. Try later, or wait longer with --wait."),
    }  # fmt: skip


class CopyDiffers(Problem):
    """The rows in the target are not those of the source."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("核对不一致：表 {table}", "{wanted}", "请保留现场并报告；单位数据仍以原库为准。"),
        "en": Wording("The comparison failed at the table {table}", "{wanted}",
                      "Keep everything as it is and report; the former database counts."),
    }  # fmt: skip


class MoveFailed(Problem):
    """A step did not go through; everything is as before."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("第 {step} 步失败：{reason}", "各步依次完成",
                      "已恢复原状，单位照常使用原数据库。排除原因后再次运行同一命令。"),
        "en": Wording("Step {step} failed: {reason}", "every step done",
                      "All is as before, the bureau works on in its database. Mend the cause and run the"
                      " command again."),
    }  # fmt: skip


class MoveHalted(Problem):
    """The move stopped where it can neither go on nor be undone now; running it again ends it."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("搬迁停在第 {step} 步：{reason}", "各步依次完成",
                      "没有数据丢失，单位暂时只能查看。排除原因后再次运行同一命令即可完成。"),
        "en": Wording("The move halted at step {step}: {reason}", "every step done",
                      "Nothing is lost; the bureau can only be read. Mend the cause and run the command again"
                      " to end it."),
    }  # fmt: skip


class SwitchOpen(Problem):
    """A switch of the bureau is under way, or in doubt, or it was done: nothing may be taken back now."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 在数据库 {got} 中的切换尚未结束或已经完成", "切换有了结果",
                      "没有删除任何数据。请稍后再次运行同一命令。"),
        "en": Wording("The switch of bureau {bureau} in the database {got} has not ended, or was done",
                      "a switch whose outcome is known", "Nothing was removed. Run the command again."),
    }  # fmt: skip


class NothingLeft(Problem):
    """No rows of an earlier home to remove."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("单位 {bureau} 没有留在旧库的数据", "一次搬迁留下的旧数据", "无需清理，未作任何改动。"),
        "en": Wording("Bureau {bureau} left no rows behind", "rows a move left", "Nothing to remove."),
    }  # fmt: skip


class LeftoverChanged(Problem):
    """The rows left behind are not those that were copied, or the new home lacks what follows from them."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("数据库 {name} 中留下的旧数据与搬迁时不符：{got}", "与搬迁记录逐表一致的旧数据",
                      "没有删除任何数据。请保留现场，查明谁改动了旧库。"),
        "en": Wording("The rows left in the database {name} are not those that were moved: {got}",
                      "the rows of the move's record, table by table",
                      "Nothing was deleted. Keep everything and find out who changed the former database."),
    }  # fmt: skip
