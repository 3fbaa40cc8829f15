"""`shuangsui roster`, sections: hand in a part, see what was, merge or return it; undo an import."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.files import BadFile
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.sheets import LIMITS
from services.usecases.roster_sections import list_submissions, merge_part, return_part, submit_part
from services.usecases.undo_import import undo_import
from services.views.site_quality import site_quality
from tenants.submission_rows import Submission

Id = Annotated[UUID, typer.Argument(help="报送编号 · id of the submission", metavar="ID")]


@guarded
def submit(
    section: Annotated[str, typer.Argument(help="科室代号，见名录分工规则 · section", metavar="SECTION")],
    file: Annotated[Path, typer.Argument(help="xlsx 或 csv 文件", metavar="FILE")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """报送本科室负责的名录部分 · hand in a section's part of the roster.

    例 / example: shuangsui roster submit review 环评.xlsx -b 411721 --as demo-411721-keeper
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(LIMITS.file_bytes + 1)
    except OSError as error:
        raise BadFile(str(error)[:120], need=file.name) from None
    show(_row(in_work(home, bureau, who, lambda work: submit_part(work, section, data, file.name))), as_json)


@guarded
def submissions(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """各科室报送记录 · what sections handed in.

    例 / example: shuangsui roster submissions -b 411721 --as demo-411721-keeper
    """
    found = [_row(one) for one in in_work(home, bureau, who, list_submissions)]
    heads = ["编号", "时间", "科室", "报送人", "文件", "合格", "状态", "退回理由"]
    show({"submissions": found}, as_json, lambda: rows(heads, [[*one.values()] for one in found]))


@guarded
def quality(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """名录完整度和有疑问的坐标 · how complete the roster is, and which coordinates need a look.

    例 / example: shuangsui roster quality -b 411721 --as demo-411721-keeper
    """
    found = in_work(home, bureau, who, lambda work: site_quality(work))
    facts = {
        "sites": found.tally.sites,
        "whole": found.tally.whole,
        "share": round(float(found.tally.share), 4),
        "gaps": {one.key: one.count for one in found.gaps},
        "outliers": [asdict(one) for one in found.outliers],
        "total_outliers": found.total,
    }
    lines = [[one.heading, one.count, "是" if one.required else ""] for one in found.gaps]
    show(facts, as_json, lambda: rows(["缺项", "家数", "必填"], lines))


@guarded
def merge(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """把科室报送并入名录，保留来源 · merge a submission, its source kept.

    例 / example: shuangsui roster merge ID -b 411721 --as demo-411721-keeper
    """
    show(in_work(home, bureau, who, lambda work: merge_part(work, id)).as_dict(), as_json)


@guarded
def return_(
    id: Id,
    why: Annotated[str, typer.Option(help="退回理由 · reason")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """把科室报送退回并写明理由 · give a submission back.

    例 / example: shuangsui roster return ID --why 缺少坐标 -b 411721 --as demo-411721-keeper
    """
    show(_row(in_work(home, bureau, who, lambda work: return_part(work, id, why))), as_json)


@guarded
def undo(
    id: Annotated[UUID, typer.Argument(help="导入批次 · batch of the import", metavar="BATCH")],
    why: Annotated[str, typer.Option(help="撤销理由 · reason")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """整批撤销一次导入 · undo an import as one step.

    例 / example: shuangsui roster undo BATCH --why 传错文件 -b 411721 --as demo-411721-keeper
    """
    done = in_work(home, bureau, who, lambda work: undo_import(work, id, why))
    counts = {"restored": done.restored, "closed": done.closed}
    show({"batch": str(id), "file": done.file_name, **counts}, as_json)


def add_to(app: typer.Typer) -> None:
    """Put these commands under the noun."""
    for name, command in (
        ("submit", submit),
        ("submissions", submissions),
        ("quality", quality),
        ("merge", merge),
        ("return", return_),
        ("undo", undo),
    ):
        app.command(name)(command)


def _row(one: Submission) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "at": one.at,
        "section": one.section_name,
        "by": one.by_name,
        "file": one.file_name,
        "valid": one.report["valid"],
        "state": one.state,
        "why": one.why,
    }
