"""What can go wrong with the embedded servers."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

REAL = "或用 DATABASE_URL、REDIS_URL 接入现有服务器。"


class EmbeddedProblem(Problem):
    """Base: an embedded server cannot be had."""

    kind: ClassVar[Kind] = "unavailable"


class NoPrograms(EmbeddedProblem):
    """The wheel with a server's programs is missing, or has none for this machine."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有找到 {name} 的程序", "已安装的 {wheel}", "请安装 shuangsui[server]，" + REAL),
        "en": Wording(
            "No programs of {name} found",
            "the installed wheel {wheel}",
            "Install shuangsui[server], or set DATABASE_URL and REDIS_URL.",
        ),
    }


class NoServerUser(EmbeddedProblem):
    """PostgreSQL refuses to run as root and needs a named user; none is at hand."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有可运行数据库的系统用户", "有名称的普通用户（如 nobody）", "请换用普通用户运行，" + REAL
        ),
        "en": Wording(
            "No system user to run the database as",
            "an ordinary user with a name, such as nobody",
            "Run as an ordinary user, or set DATABASE_URL and REDIS_URL.",
        ),
    }


class Unreachable(EmbeddedProblem):
    """No folder was found that the servers' own user can enter and run programs from."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "用户 {user} 无法进入任何可用目录",
            "该用户可进入、可执行程序的目录之一：{tried}",
            "请把 SHUANGSUI_HOME 设为该用户可进入的目录，或换用普通用户运行。",
        ),
        "en": Wording(
            "The user {user} cannot enter any usable folder",
            "one of these, enterable and allowing programs: {tried}",
            "Set SHUANGSUI_HOME to a folder that user can enter, or run as an ordinary user.",
        ),
    }


class StartFailed(EmbeddedProblem):
    """A server or its set-up ended before it was ready; `got` is the end of its log."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("{name} 未能启动", "{seconds} 秒内就绪", "请查看日志文件 {log} 的末尾。"),
        "en": Wording(
            "{name} did not start", "ready within {seconds} s", "See the end of the log file {log}."
        ),
    }


class StopFailed(EmbeddedProblem):
    """A server would not end."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("{name}（进程 {pid}）未能停止", "进程结束", "请手工结束该进程后重试。"),
        "en": Wording(
            "{name} (process {pid}) did not stop", "an ended process", "End it by hand and try again."
        ),
    }


class HomeBusy(EmbeddedProblem):
    """Another process has been starting or stopping servers of this home for too long."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("另一进程正在启动或停止服务器", "{seconds} 秒内完成", "请稍候重试；必要时结束该进程。"),
        "en": Wording(
            "Another process is starting or stopping the servers",
            "done within {seconds} s",
            "Wait and try again; end that process if it hangs.",
        ),
    }


class OtherMajor(EmbeddedProblem):
    """The data folder was made by another major version of PostgreSQL."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "数据由另一版本的 PostgreSQL 建立",
            "PostgreSQL {wanted} 的数据",
            "请用原版本导出再导入，或用 SHUANGSUI_HOME 另设目录。",
        ),
        "en": Wording(
            "The data were made by another PostgreSQL",
            "data of PostgreSQL {wanted}",
            "Dump with the old version and load with the new, or set another SHUANGSUI_HOME.",
        ),
    }


class Throwaway(EmbeddedProblem):
    """The home was made without durability (tests); it is refused where data must last."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该目录的数据库是为测试建立的，断电不保", "正式建立的目录", "请用 SHUANGSUI_HOME 另设目录。"
        ),
        "en": Wording(
            "This home's servers were made for tests and do not survive a power cut",
            "a home made to last",
            "Set another SHUANGSUI_HOME.",
        ),
    }
