"""Errors of the keeping floor. None of them shows a value or the existence of another bureau's row."""

from typing import Any, ClassVar

from policies.errors import Kind, Language, Problem, Wording
from policies.room import NoRoom

Words = dict[Language, Wording]


class Conflict(Problem):
    """A constraint refused the write. Neutral on purpose: it never says which row stood in the way."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("与已有记录冲突，未保存", "不与现有记录冲突的内容", "请刷新后核对，再重新提交。"),
        "en": Wording("Conflicts with what is kept; nothing was saved", "a value without conflict",
                      "Reload, compare, then try again."),
    }  # fmt: skip


class SecondDraw(Conflict):
    """A draw that is not void exists for this bureau, subject, item, kind and period."""

    words: ClassVar[Words] = {
        "zh": Wording("本期已有有效抽查", "同一单位、对象、事项、类别、周期只有一次未作废的抽查",
                      "请使用已有的抽查：未冻结的可修改（shuangsui draw amend），已冻结的须先作废并公开。"),
        "en": Wording("This period already has a draw", "one draw that is not void per period",
                      "Use the existing one: amend it (shuangsui draw amend) or, if frozen, void it."),
    }  # fmt: skip


class SecondChoice(Conflict):
    """A choice of the same key and day is proposed or approved already."""

    words: ClassVar[Words] = {
        "zh": Wording("同一规则同一生效日已有自选", "每条规则每个生效日只有一项未撤回的自选",
                      "请先撤回尚未批准的那一项，或另选生效日。"),
        "en": Wording("This rule has a choice of that day already", "one choice per rule and day",
                      "Withdraw the open one first, or choose another day."),
    }  # fmt: skip


class WrongState(Conflict):
    """The record is not in the state this step starts from."""

    words: ClassVar[Words] = {
        "zh": Wording("当前状态不能进行此操作", "状态为 {wanted}", "请刷新查看当前进度，按顺序办理。"),
        "en": Wording("Not possible in the present state", "state {wanted}", "Reload and follow the order."),
    }

    def __init__(self, got: object = "", *, wanted: str = "—", **facts: Any) -> None:
        super().__init__(got, wanted=wanted, **facts)


class UnfrozenDraw(WrongState):
    """A draw without a manifest cannot be void or be followed: its number would break the public chain."""

    words: ClassVar[Words] = {
        "zh": Wording("该编号的抽查尚未冻结", "已冻结并记入公开日志的抽查",
                      "编号须依次冻结：请先冻结第 {got} 号；不再需要的，用 shuangsui draw amend {got}"
                      " 改成要做的抽查（周期、对象、事项、类别、时间均可改），编号和承诺不变。"),
        "en": Wording("The draw with this number is not frozen yet", "a draw whose manifest is logged",
                      "Numbers are frozen in order: freeze no. {got}, or turn it into the draw that is wanted"
                      " (shuangsui draw amend {got}); number and commitments stay."),
    }  # fmt: skip


class SameHand(Conflict):
    """Two steps that need two people were done by one."""

    words: ClassVar[Words] = {
        "zh": Wording("同一人不能办理这两个环节", "由另一名有权限的人员办理", "请换人办理。"),
        "en": Wording("One person may not do both steps", "another authorised person", "Hand over."),
    }


class ExclusiveRoles(Conflict):
    """A person would hold two roles together that check each other."""

    words: ClassVar[Words] = {
        "zh": Wording("同一人不能同时担任这些岗位",
                      "名录管理、派单、见证与抽取由不同的人担任，系统、安全、审计三员互不兼任",
                      "请另选人员；换岗的，先填写原岗位的截止日期，新岗位从次日起生效。"),
        "en": Wording("One person may not hold these roles together",
                      "roster, dispatch and witness apart from drawing; the three administrators apart",
                      "Choose somebody else, or end the former role first and begin the day after."),
    }  # fmt: skip


class GrantedByOne(Conflict):
    """A role that decides a draw, checks others or gives rights was granted by one person."""

    words: ClassVar[Words] = {
        "zh": Wording("这一岗位须由两人分配", "一人提议、另一人批准后的岗位，人员、岗位和日期与提议一致",
                      "请由单位管理员提议，再由单位负责人或安全保密员批准。"),
        "en": Wording("This role is granted by two people",
                      "what one person proposed and another approved, with the same person, role and days",
                      "Let the administrator propose it, then the head or security administrator approve."),
    }  # fmt: skip


class HeldThatDay(Conflict):
    """The person holds, or held, the same role on one of the days."""

    words: ClassVar[Words] = {
        "zh": Wording("该人员在这些日期里已担任同一岗位",
                      "与已有任期不重叠的日期；当天结束的岗位，最早自次日起",
                      "请另选起始日：接在现任期之后，或在结束的次日。"),
        "en": Wording("The person holds this role on those days already",
                      "days apart from the periods there are; after an end, from the next day",
                      "Choose another first day: behind the running period, or the day after its end."),
    }  # fmt: skip


class BeyondWaiver(ExclusiveRoles):
    """The roles may be held together under a waiver, but not as long as was asked."""

    words: ClassVar[Words] = {
        "zh": Wording("职责豁免只到 {last}，岗位不能超过这一天", "最后一天不晚于 {last}",
                      "请把岗位的最后一天填为 {last} 或更早；需要更久的，由上级另行豁免。"),
        "en": Wording("The waiver of duties ends on {last}; the role may not go on longer",
                      "a last day of {last} or earlier",
                      "Give the role that last day, or ask the superior for another waiver."),
    }  # fmt: skip


class LastOne(Conflict):
    """A bureau would be left without an administrator, or without a head."""

    words: ClassVar[Words] = {
        "zh": Wording("本单位不能没有单位负责人或单位管理员",
                      "结束岗位时，另有一人在同一天起担任同一岗位",
                      "请先给接任的人分配这一岗位，再结束本人的岗位。"),
        "en": Wording("A bureau may not be left without a head or an administrator",
                      "somebody else holding the same role on the day this one ends",
                      "Grant the role to the successor first, then end it."),
    }  # fmt: skip


class TryAgain(Conflict):
    """Two transactions met; this one was rolled back whole and may be repeated as it is."""

    words: ClassVar[Words] = {
        "zh": Wording("同时有其他操作，本次未保存", "—", "请稍后重试，内容无需修改。"),
        "en": Wording("Another operation ran at the same time; nothing was saved", "—", "Try again."),
    }


class OutOfScope(Problem):
    """The database itself refused a row of another bureau or a forbidden change."""

    kind: ClassVar[Kind] = "forbidden"
    words: ClassVar[Words] = {
        "zh": Wording("超出本单位的数据范围", "本单位的数据", "请切换到相应单位后再办理。"),
        "en": Wording("Outside your bureau's data", "data of your own bureau", "Switch to that bureau."),
    }


class WrongDatabase(Problem):
    """The database is not the one expected, or not of this program's version."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("数据库身份或版本不符，已拒绝连接", "{wanted}",
                      "请核对数据库连接串；版本不符时先执行数据库迁移。"),
        "en": Wording("Not the expected database; connection refused", "{wanted}",
                      "Check the connection string; run the migration if the version differs."),
    }  # fmt: skip


class WrongSchema(WrongDatabase):
    """The right database at another step of the schema than this program's."""

    words: ClassVar[Words] = {
        "zh": Wording("数据库结构版本与程序不符", "{wanted}",
                      "请运行 shuangsui migrate 升级该数据库；若数据库较新，请改用同版本的程序。"),
        "en": Wording("The database stands at another schema version", "{wanted}",
                      "Run shuangsui migrate; if the database is newer, run the newer program."),
    }  # fmt: skip


class NoTwoPhase(WrongDatabase):
    """The server keeps no prepared transactions: a unit over two databases could end half done."""

    words: ClassVar[Words] = {
        "zh": Wording("该数据库服务器未启用预备事务，不能作单位独立库", "{wanted}",
                      "请在该服务器设置 max_prepared_transactions（不小于 max_connections）并重启。"),
        "en": Wording("The server keeps no prepared transactions; no bureau may live there", "{wanted}",
                      "Set max_prepared_transactions (at least max_connections) there and restart it."),
    }  # fmt: skip


class NoConnection(Problem):
    """Nobody answers at the database's address."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("连不上数据库服务器 {server}", "正在运行、可从本机访问的 PostgreSQL",
                      "请核对 DATABASE_URL 的主机和端口，并确认服务器已启动、防火墙放行。"),
        "en": Wording("The database server {server} does not answer", "a running PostgreSQL within reach",
                      "Check host and port in DATABASE_URL, that the server runs, and the firewall."),
    }  # fmt: skip


class PasswordRefused(NoConnection):
    """The server refuses role or password; `got` is the role."""

    words: ClassVar[Words] = {
        "zh": Wording("数据库服务器 {server} 不接受该角色或口令", "该角色的正确口令",
                      "请核对 DATABASE_URL 的用户和口令；四个角色的口令取自 DATABASE_PASSWORD_*"
                      " 或数据目录的 keys/。"),
        "en": Wording("The database server {server} refuses role or password", "the password of that role",
                      "Check DATABASE_URL; the four roles: DATABASE_PASSWORD_* or keys/ of the home folder."),
    }  # fmt: skip


class NoDatabase(NoConnection):
    """There is no database of that name, or the role may not connect to it; `got` is the name."""

    words: ClassVar[Words] = {
        "zh": Wording("数据库不存在，或无权连接", "{server} 上本系统的数据库",
                      "请用有权建库的账号运行 shuangsui migrate，或由数据库管理员执行"
                      " deploy/database/roles.sql。"),
        "en": Wording("No such database, or no right to connect", "the database on {server}",
                      "Run shuangsui migrate with a role that may create it, or deploy/database/roles.sql."),
    }  # fmt: skip


class DatabaseFull(NoRoom):
    """PostgreSQL has no room to write; it goes on reading."""

    words: ClassVar[Words] = {
        "zh": Wording("数据库磁盘已满，本次未保存", "数据库所在磁盘有可用空间",
                      "已有内容不受影响，仍可查看。请联系系统管理员清理或扩充数据库磁盘；"
                      "有空间后直接重试即可，无需重启。"),
        "en": Wording("The database's disk is full; nothing was saved", "room on the database's disk",
                      "What is there is unharmed and can still be read. Let the system administrator clear or"
                      " enlarge the database's disk; then simply try again, no restart is needed."),
    }  # fmt: skip


class WrongRole(Problem):
    """The database role could step round row-level security."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording(
            "数据库角色权限过大或不符，已拒绝启动",
            "{wanted}",
            "请改用 deploy/database/roles.sql 建立的角色。",
        ),
        "en": Wording(
            "The database role is refused", "{wanted}", "Use the roles of deploy/database/roles.sql."
        ),
    }


class MissingRole(Problem):
    """A role is missing and the connected role may not create it."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("数据库角色不存在，且无权创建", "角色 {wanted}",
                      "请数据库管理员执行 deploy/database/roles.sql。"),
        "en": Wording("A database role is missing and cannot be created", "role {wanted}",
                      "Let the operator run deploy/database/roles.sql."),
    }  # fmt: skip


class BrokenChain(Problem):
    """The journal of a bureau does not hash to what was written."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("操作日志的哈希链不连续", "第 {n} 条与前一条相接", "请立即报告审计管理员，保留现场。"),
        "en": Wording("The journal's hash chain is broken", "entry {n} follows the one before",
                      "Report to the audit administrator; change nothing."),
    }  # fmt: skip


class SealBroken(Problem):
    """A sealed blob does not open: wrong key, wrong row, or changed bytes."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("密封内容无法打开", "与单位、抽查编号和行相符的密文",
                      "请核对密钥文件；密文可能被移动或改动。"),
        "en": Wording("The sealed content does not open", "ciphertext of this bureau, draw and row",
                      "Check the key file; the blob may have been moved or changed."),
    }  # fmt: skip


class OtherProvider(SealBroken):
    """A data key wrapped by another provider than the present one: it changed, the keys did not move yet."""

    words: ClassVar[Words] = {
        "zh": Wording("密封内容的数据密钥由另一密钥服务（{got}）封装，该服务没有配置",
                      "由已配置的密钥服务封装的数据密钥",
                      "没有丢失内容。请同时配置原来的密钥服务（local：密钥文件；"
                      "openbao：OPENBAO_URL 和令牌），"
                      "再运行 shuangsui keys rewrap --all 改由 {present} 封装。"),
        "en": Wording("The data key was wrapped by another key service ({got}), which is not configured",
                      "a data key wrapped by a configured key service",
                      "Nothing is lost. Configure the former service beside the new one"
                      " (local: the key files; openbao: OPENBAO_URL and token),"
                      " then run shuangsui keys rewrap --all to wrap it by {present}."),
    }  # fmt: skip


class NoKey(Problem):
    """The key provider holds no key for the bureau."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("找不到单位密钥", "{bureau} 的密钥", "请从备份恢复密钥文件，切勿新建。"),
        "en": Wording(
            "The bureau's key is missing", "the key of {bureau}", "Restore the key file from backup."
        ),
    }


class BadKey(NoKey):
    """The bureau's key file is there, but it holds no key: cut short, empty, unreadable, not a file."""

    words: ClassVar[Words] = {
        "zh": Wording("单位密钥文件已损坏，未打开也未保存任何密封内容", "{bureau} 的密钥文件，32 字节",
                      "请从备份恢复该密钥文件，切勿新建：新建的密钥打不开原有内容。其他单位不受影响。"),
        "en": Wording("The bureau's key file is damaged; nothing was opened or sealed",
                      "the key file of {bureau}, 32 bytes",
                      "Restore the key file from backup, never make a new one: it would not open what is"
                      " there. Other bureaus work on."),
    }  # fmt: skip
