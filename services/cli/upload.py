"""`shuangsui upload`: results to the system of record, by file."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.connectors import OutFile
from services.home import write_whole
from services.usecases.tell_results import make_telling
from services.usecases.upload_results import due_uploads, keep_receipt, make_upload, upload_file
from tenants.stores import uploads

app = typer.Typer(no_args_is_help=True)
UploadId = Annotated[UUID, typer.Argument(help="文件编号 · id of the upload", metavar="ID")]
Folder = Annotated[Path, typer.Option(help="写到此目录 · folder to write to")]


@app.command()
@guarded
def due(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """待上传的检查记录和期限 · records waiting, with working days left.

    例 / example: shuangsui upload due -b 411721 --as demo-411721-reviewer
    """
    found = in_work(home, bureau, who, due_uploads)
    data: list[dict[str, Any]] = [
        {"visit_id": str(d.visit.id), "site": d.visit.form["site"]["name"], "due": str(d.due), "left": d.left}
        for d in found
    ]
    show(
        data,
        as_json,
        lambda: rows(["记录", "污染源", "期限", "剩余工作日"], [list(d.values()) for d in data]),
    )


@app.command()
@guarded
def make(
    bureau: Bureau,
    who: As,
    period: Annotated[str, typer.Option(help="周期 · e.g. 2026Q1")],
    profile: Annotated[str | None, typer.Option(help="上报格式；缺省按本单位规则 · profile id")] = None,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """生成结果上报文件（xlsx） · make the results file.

    例 / example: shuangsui upload make -b 411721 --as demo-411721-reviewer --period 2026Q1 --out .
    """
    made = in_work(home, bureau, who, lambda work: make_upload(work, period, profile=profile))
    path = _write(out, made.file)
    show({**made.as_dict(), "path": str(path)}, as_json)


@app.command()
@guarded
def tell(
    profile: Annotated[
        str, typer.Argument(help="系统的格式，如 credit-results · profile", metavar="PROFILE")
    ],
    bureau: Bureau,
    who: As,
    period: Annotated[str, typer.Option(help="周期 · e.g. 2026Q1")],
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """生成报送其他系统（信用记录等）的文件 · make the file of public results for another system.

    例 / example: shuangsui upload tell credit-results -b 411721 --as demo-411721-publisher --period 2026Q1
    """
    made = in_work(home, bureau, who, lambda work: make_telling(work, period, profile))
    show({**made.as_dict(), "path": str(_write(out, made.file))}, as_json)


@app.command()
@guarded
def file(
    upload_id: UploadId,
    bureau: Bureau,
    who: As,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """再次取得已生成的文件，逐字节相同 · the same file again, byte for byte.

    例 / example: shuangsui upload file ID -b 411721 --as demo-411721-reviewer
    """
    again = in_work(home, bureau, who, lambda work: upload_file(work, upload_id))
    show({"path": str(_write(out, again)), "sha256": again.sha256}, as_json)


@app.command()
@guarded
def receipt(
    upload_id: UploadId,
    number: Annotated[
        str, typer.Argument(help="平台回执号 · batch number of the platform", metavar="NUMBER")
    ],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记平台回执号 · note the platform's receipt.

    例 / example: shuangsui upload receipt ID HN-2026-0001 -b 411721 --as demo-411721-reviewer
    """
    kept = in_work(home, bureau, who, lambda work: keep_receipt(work, upload_id, number))
    show({"upload_id": str(kept.id), "receipt": kept.receipt, "receipt_at": kept.receipt_at}, as_json)


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """已生成的文件 · files made.

    例 / example: shuangsui upload list -b 411721 --as demo-411721-reviewer
    """

    async def act(work: Any) -> list[dict[str, Any]]:
        work.require("upload.make")
        return [
            {"upload_id": str(u.id), "file": u.file_name, "count": u.count, "receipt": u.receipt}
            for u in await uploads.recent(work.db, work.scope, bureau)
        ]

    found = in_work(home, bureau, who, act)
    show(found, as_json, lambda: rows(["编号", "文件", "条数", "回执"], [list(u.values()) for u in found]))


def _write(folder: Path, made: OutFile) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / made.name
    write_whole(path, made.data)
    return path
