"""The root command. Only the noun that is called is imported, so `verify` runs in the base install."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import typer

SERVER_HINT = "此命令需要服务端组件 / needs the server extra: pip install 'shuangsui[server]'"


@dataclass(frozen=True, slots=True)
class Noun:
    """One entry of the root help; `module` holds `app` (a Typer) or `command` (a function)."""

    name: str
    module: str
    help: str


NOUNS = (
    Noun("verify", "services.cli.verify", "核验一次抽取的公开包 · verify the bundle of a draw"),
    Noun("verify-door", "services.cli.verify_door", "核验门口出示的二维码 · check the code at the door"),
    Noun("plan", "services.cli.plan", "年度计划与测算 · yearly plan and simulation"),
    Noun("draw", "services.cli.draw", "抽取：准备、冻结、信标、公开 · the steps of a draw"),
    Noun("secret", "services.cli.secret", "各方自己设备上的密钥 · secrets on one's own device"),
    Noun("witness", "services.cli.witness", "上级的见证与托管 · the superior's witness and escrow"),
    Noun("log", "services.cli.log", "公开日志 · the public log"),
    Noun("monitor", "services.cli.monitor", "从外部监督公开日志 · follow the log from outside"),
    Noun("bureau", "services.cli.bureau", "单位 · bureaus"),
    Noun("calendar", "services.cli.calendar", "工作日历：放假通知、停办日 · working days"),
    Noun("people", "services.cli.people", "人员与岗位 · people and roles"),
    Noun("keeper", "services.cli.keeper", "名录管理专人与交接 · the roster's named keeper"),
    Noun("login", "services.cli.login", "登录账号：开设、停用、重置 · logins at the identity service"),
    Noun("notify", "services.cli.notify", "通知渠道和消息 · channels of notification and messages"),
    Noun("client", "services.cli.client", "省平台接口客户端 · API clients of the province"),
    Noun("glass", "services.cli.glass", "应急查看：申请、批准、查看了什么 · break-glass access"),
    Noun("waiver", "services.cli.waiver", "职责豁免：申请、意见、批准、撤销 · waivers of duties"),
    Noun("audit", "services.cli.audit", "稽查：立项、抽样复核、通报、答复、销号 · audits of bureaus below"),
    Noun("roster", "services.cli.roster", "名录与执法人员库导入 · import of sites and officers"),
    Noun("officer", "services.cli.officer", "执法人员：证件、请假、回避、培训 · officers"),
    Noun("rules", "services.cli.rules", "规则与依据 · rules with their basis"),
    Noun("task", "services.cli.task", "派发与本人任务 · dispatch and one's own tasks"),
    Noun("visit", "services.cli.visit", "现场检查记录 · records of visits"),
    Noun("upload", "services.cli.upload", "上传省平台的文件 · files for the provincial platform"),
    Noun(
        "document",
        "services.cli.document",
        "公文（PDF/A）：计划、备案函、记录等 · official documents",
    ),
    Noun("exchange", "services.cli.exchange", "系统对接：连接、报送、核对 · files to other systems"),
    Noun("notice", "services.cli.notice", "结果公示 · public notices"),
    Noun("leak", "services.cli.leak", "泄密事件、追查外流名单 · leak cases, tracing a found list"),
    Noun("keys", "services.cli.keys", "数据密钥的封装与更换 · wrapping of data keys"),
    Noun("demo", "services.cli.demo", "两县一季度的完整演示（模拟） · the simulated demonstration"),
    Noun("serve", "services.cli.serve", "启动网站 · run the site"),
    Noun("work", "services.cli.worker", "后台任务 · the worker and its jobs"),
    Noun("journal", "services.cli.journal", "操作日志：核对、归档 · verify and archive the journals"),
    Noun("database", "services.cli.database", "数据库：列表、核对、清理 · the databases"),
    Noun("migrate", "services.cli.migrate", "建立或升级数据库 · bring the database to the schema"),
    Noun("stop", "services.cli.stop", "停止本机内置的服务 · stop the embedded servers"),
    Noun("clock", "services.cli.clock", "演示的模拟时钟 · the demonstration's simulated clock"),
)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 ok, 1 failed, 2 usage, 3 missing, 4 forbidden, 5 conflict."""
    args = list(sys.argv[1:] if argv is None else argv)
    build(args)(args, prog_name="shuangsui")


def build(args: Sequence[str]) -> typer.Typer:
    """The root for these arguments: the noun named in them is loaded, the others are only listed."""
    root = typer.Typer(
        help="双随机、一公开：可验证的随机抽查 · provable random spot checks\n\n"
        "例 / example: shuangsui verify bundle.json --trust trust.txt",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    root.callback()(_root)
    called = next((a for a in args if not a.startswith("-")), "")
    for noun in NOUNS:
        if noun.name == called:
            _load(root, noun)
        elif find_spec(noun.module):
            root.command(noun.name, help=noun.help)(_stub)
    return root


def _root() -> None:
    pass


def _stub() -> None:
    pass


def _load(root: typer.Typer, noun: Noun) -> None:
    if not find_spec(noun.module):
        return
    try:
        module = import_module(noun.module)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in ("policies", "tenants", "services"):
            raise
        print(f"{SERVER_HINT} ({error.name})", file=sys.stderr)
        raise SystemExit(1) from None
    app = getattr(module, "app", None)
    if app is not None:
        alone = bool(app.info.invoke_without_command)  # a group that does something by itself
        root.add_typer(app, name=noun.name, help=noun.help, no_args_is_help=not alone)
    else:
        root.command(noun.name)(module.command)
