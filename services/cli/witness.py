"""`shuangsui witness`: acts of a witness on its own machine.

`cosign --url` needs the network only; `register`, and `cosign` without an address, open a deployment at hand.
"""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.files import from_hex, read_json
from services.cli.output import Json, guarded, rows, show
from services.clock import SystemClock
from services.outside.folder import Device
from services.outside.remote import cosign_remote
from services.outside.superior import open_pack
from services.outside.witness import attest as attest_pack
from services.outside.witness import card as card_of
from services.outside.witness import cosign_checkpoint, init_witness, open_copy, seen_size

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", help="见证者设备上的目录 · the witness's own folder")]
HomeOption = Annotated[Path | None, typer.Option("--home", help="部署的数据目录 · home of the deployment")]
Pack = Annotated[Path, typer.Argument(help="draw pack 输出的文件", metavar="PACK")]


@app.command()
@guarded
def init(
    folder: Folder,
    name: Annotated[str, typer.Option(help="见证者名称 · e.g. zhumadian.example/witness")],
    as_json: Json = False,
) -> None:
    """在见证者自己的设备上生成密钥，只输出公钥 · make keys, print the public halves.

    例 / example: shuangsui witness init --folder ./witness
    --name zhumadian.example/witness --json > card.json
    """
    show(init_witness(Device(folder), name).as_dict(), as_json)


@app.command()
@guarded
def card(folder: Folder, as_json: Json = False) -> None:
    """再次输出公钥 · print the public keys again.

    例 / example: shuangsui witness card --folder ./witness --json
    """
    show(card_of(Device(folder)).as_dict(), as_json)


@app.command()
@guarded
def register(
    bureau: Annotated[str, typer.Option("--bureau", "-b", help="见证者所属单位 · the superior bureau")],
    file: Annotated[Path, typer.Argument(help="witness init 的输出", metavar="CARD")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """由运维登记见证者的公钥 · the operator registers the public keys.

    例 / example: shuangsui witness register -b 411700 card.json
    """
    from services.cli.session import with_app
    from services.usecases.register_witness import register_witness

    keys = read_json(file, "name", "vkey", "escrow_public")
    public = from_hex(keys["escrow_public"], "escrow_public")
    kept = with_app(home, lambda app: register_witness(app, bureau, keys["vkey"], public))
    show({"name": kept.name, "bureau": kept.bureau, "vkey": kept.vkey}, as_json)


@app.command()
@guarded
def attest(folder: Folder, pack: Pack, as_json: Json = False) -> None:
    """打开密封副本核对承诺，签署托管证明 · open the copies, check them, sign.

    例 / example: shuangsui witness attest --folder ./witness pack.json --json > attestation.json
    """
    sent = read_json(pack, "manifest", "copies")
    copies = {role: from_hex(copy, role) for role, copy in sent["copies"].items()}
    word = attest_pack(Device(folder), sent["manifest"], copies)
    show({"m": word.m, "by": word.by, "sig": word.sig}, as_json)


@app.command()
@guarded
def recover(
    folder: Folder,
    pack: Pack,
    role: Annotated[str, typer.Option(help="platform、bureau 或 witness")],
    as_json: Json = False,
) -> None:
    """从密封副本取出密钥：遗失时或到公开日期 · a secret out of its copy, when lost or due.

    例 / example: shuangsui witness recover --folder ./witness pack.json --role bureau --json
    """
    sent = read_json(pack, "manifest", "copies")
    key = open_copy(Device(folder), sent["manifest"], role, from_hex(sent["copies"].get(role, ""), role))
    show({"role": role, "key": key.hex()}, as_json)


@app.command("open")
@guarded
def open_(folder: Folder, pack: Pack, as_json: Json = False) -> None:
    """到保密期限，在见证设备上打开上级副本：重算并核对结果 · open the superior's copy, recompute.

    例 / example: shuangsui witness open --folder ./witness pack.json
    """
    seen = open_pack(Device(folder), read_json(pack, "manifest", "copies", "beacon", "published", "sealed"))
    lines = [[one.uid, one.name, "、".join(one.team), one.visit_on, one.state] for one in seen.visits]
    show(seen.as_dict(), as_json, lambda: rows(["编码", "名称", "检查组", "日期", "状态"], lines))


@app.command()
@guarded
def cosign(
    folder: Folder,
    url: Annotated[str, typer.Option(help="日志地址；给出则经网络联签 · address of the log")] = "",
    log_key: Annotated[str, typer.Option(help="日志公钥，首次必须 · the log's verifier key")] = "",
    to: Annotated[str, typer.Option(help="递交联签的地址，默认 URL/cosignatures")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """核对日志只增不改，联签最新检查点 · check that the log only grew, cosign its head.

    例 / example: shuangsui witness cosign --folder ./witness --url https://draws.example/log
    """
    if url:
        handed = cosign_remote(Device(folder), url, log_key, SystemClock().now(), to=to)
        show({"size": handed.size, "kept": list(handed.kept)}, as_json)
        return
    from services.cli.session import with_app
    from services.work import App

    async def act(app: App) -> dict[str, Any]:
        head, device = await app.log.latest(), Device(folder)
        if head is None:
            return {"size": 0, "kept": []}
        old = seen_size(device)
        proof = await app.log.consistency(old, head.size) if 0 < old <= head.size else []
        note, now = await app.log.note(head.size), app.clock.now()
        signed = await asyncio.to_thread(cosign_checkpoint, device, app.log.vkey, note, proof, now)
        return {"size": head.size, "kept": await app.log.accept(signed)}

    show(with_app(home, act), as_json)
