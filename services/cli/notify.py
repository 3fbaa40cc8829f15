"""`shuangsui notify`: channels by which people are told, the log of messages, and the own choice."""

import json
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from policies.notifying.errors import BadChannel
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.keep_channel import NewChannel, channels, end_channel, keep_channel
from services.usecases.message_log import message_log, send_again, send_test
from services.usecases.my_notices import MyNotices, NewChoice, keep_my_notices, my_notices
from tenants.notify_rows import Channel, Message

app = typer.Typer(no_args_is_help=True)
Id = Annotated[UUID, typer.Argument(help="编号 · id", metavar="ID")]
Pairs = Annotated[list[str] | None, typer.Option("--set", help="名称=值，可重复 · name=value, repeatable")]
Secrets = Annotated[
    typer.FileText | None,
    typer.Option(help='JSON 文件，“-”为标准输入，如 {"password": "…"} · a JSON file, “-” is stdin'),
]


@app.command("channels")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出启用的通知渠道 · channels that stand.

    例 / example: shuangsui notify channels -b 411721 --as demo-411721-admin
    """
    found = in_work(home, bureau, who, channels)
    lines = [[c.id, c.kind, _pairs(c.settings), " ".join(c.events)] for c in found]
    heads = ["编号 id", "渠道 kind", "设置 settings", "事项 events"]
    show({"channels": [_channel(c) for c in found]}, as_json, lambda: rows(heads, lines, title=bureau))


@app.command("set")
@guarded
def set_(
    bureau: Bureau,
    kind: Annotated[str, typer.Argument(help="mail / sms / wecom / dingtalk", metavar="KIND")],
    who: As,
    pairs: Pairs = None,
    secrets: Secrets = None,
    event: Annotated[list[str] | None, typer.Option(help="群通知的事项，可重复 · event for a group")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """设置通知渠道；密码从文件或标准输入读取，不写在命令行上 · set a channel up; secrets come from a file.

    例 / example: shuangsui notify set -b 411721 mail --set host=smtp.example.gov.cn --set port=465
    --set security=tls --set account=notice --set sender=notice@example.gov.cn --secrets -
    --as demo-411721-admin
    """
    order = NewChannel(kind, _read(pairs or []), _secrets(secrets), tuple(event or ()))
    show(_channel(in_work(home, bureau, who, lambda work: keep_channel(work, order))), as_json)


@app.command()
@guarded
def end(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """停用通知渠道 · end a channel.

    例 / example: shuangsui notify end -b 411721 7c1e5a52-… --as demo-411721-admin
    """
    show(_channel(in_work(home, bureau, who, lambda work: end_channel(work, id))), as_json)


@app.command()
@guarded
def test(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """发送测试消息，由后台任务送出 · order a test message; the worker sends it.

    例 / example: shuangsui notify test -b 411721 7c1e5a52-… --as demo-411721-admin
    """
    show(_message(in_work(home, bureau, who, lambda work: send_test(work, id))), as_json)


@app.command()
@guarded
def messages(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出最近的消息和发送结果 · the latest messages and what became of them.

    例 / example: shuangsui notify messages -b 411721 --as demo-411721-admin
    """
    found = in_work(home, bureau, who, message_log)
    every = [one.message for one in found.sent]
    lines = [[m.id, m.event, m.kind, m.subject or "—", m.state, m.tries, m.last_error or ""] for m in every]
    heads = ["编号 id", "事项 event", "渠道 kind", "收件人", "状态 state", "次数 tries", "原因 error"]
    told = {"messages": [_message(m) for m in every], "counts": found.counts}
    show(told, as_json, lambda: rows(heads, lines, title=bureau))


@app.command()
@guarded
def again(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """重发已放弃的消息 · send a message that was given up once more.

    例 / example: shuangsui notify again -b 411721 7c1e5a52-… --as demo-411721-admin
    """
    show(_message(in_work(home, bureau, who, lambda work: send_again(work, id))), as_json)


@app.command()
@guarded
def mine(
    bureau: Bureau,
    who: As,
    mail: Annotated[str, typer.Option(help="邮箱 · mail address")] = "",
    mobile: Annotated[str, typer.Option(help="手机号 · mobile number")] = "",
    pairs: Pairs = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """查看或设置本人的通知方式 · how you are told; with an address or an event it is kept.

    例 / example: shuangsui notify mine -b 411721 --mail a@example.gov.cn --set draw.today=mail
    --as demo-411721-drawer
    """
    given = _read(pairs or [])
    if not (mail or mobile or given):
        show(_mine(in_work(home, bureau, who, my_notices)), as_json)
        return
    former = in_work(home, bureau, who, my_notices)
    order = NewChoice(mail, mobile, (), {**former.chosen, **given})
    show(_mine(in_work(home, bureau, who, lambda work: keep_my_notices(work, order))), as_json)


def _read(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadChannel(pair[:40], field="--set", need="name=value")
        found[name] = value
    return found


def _secrets(file: Any) -> dict[str, str]:
    if file is None:
        return {}
    try:
        found = json.loads(file.read())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadChannel(field="--secrets", need='{"password": "…"}')
    return {str(name): str(value) for name, value in found.items()}


def _pairs(settings: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in settings.items() if value != "")


def _channel(one: Channel) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "sealed"}


def _message(one: Message) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "dedup"}


def _mine(found: MyNotices) -> dict[str, Any]:
    return {
        "mail": found.mail,
        "mobile": found.mobile,
        "events": dict(found.chosen),
        "offered": [event.name for event in found.events],
        "ways": list(found.ways),
    }
