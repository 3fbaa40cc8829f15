"""`shuangsui roster`, merges: lists of sections side by side, conflicts decided, taken as one batch."""

from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.merge_parts import choose, drop_merge, get_merge, open_merge, take_merge
from services.views.merges import counts_of
from services.work import Work
from tenants.evidence_rows import Merge

Lists = Annotated[list[UUID], typer.Argument(help="报送编号，可多个 · ids of submissions", metavar="ID...")]
Id = Annotated[UUID, typer.Argument(help="合并编号 · id of the merge", metavar="ID")]
Choices = Annotated[
    list[str] | None,
    typer.Option("--choose", help="冲突=ours 或报送编号，可多次 · CODE/FIELD=ours or a submission"),
]
Why = Annotated[str, typer.Option(help="取舍的理由 · reason of the choices")]


@guarded
def compare(ids: Lists, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """核对报送与名录的差别和冲突，不并入 · lay submissions beside the roster.

    例 / example: shuangsui roster merge-compare ID ID -b 411721 --as demo-411721-keeper
    """
    show(_told(in_work(home, bureau, who, lambda work: open_merge(work, ids))), as_json)


@guarded
def take(
    id: Id,
    bureau: Bureau,
    who: As,
    choice: Choices = None,
    why: Why = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """选定冲突并整批并入 · decide the conflicts and take the merge as one batch.

    例 / example: shuangsui roster merge-take ID --choose DJ411721000001/phone=ours --why 以名录为准
    -b 411721 --as demo-411721-keeper
    """
    pairs = dict(one.rpartition("=")[::2] for one in choice or ())

    async def act(work: Work) -> dict[str, Any]:
        if pairs:
            await choose(work, id, 0, pairs)
        done = await take_merge(work, id, 0, why)
        return {"batch": str(done.batch), "added": done.added, "changed": done.changed}

    show(in_work(home, bureau, who, act), as_json)


@guarded
def drop(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """放弃一次合并，报送仍待并入 · give a merge up; its submissions wait on.

    例 / example: shuangsui roster merge-drop ID -b 411721 --as demo-411721-keeper
    """
    show(_told(in_work(home, bureau, who, lambda work: drop_merge(work, id, 0))), as_json)


@guarded
def see(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """一次合并的差别和冲突 · the differences and conflicts of a merge.

    例 / example: shuangsui roster merge-show ID -b 411721 --as demo-411721-keeper
    """
    show(_told(in_work(home, bureau, who, lambda work: get_merge(work, id))), as_json)


def add_to(app: typer.Typer) -> None:
    """Put these commands under the noun."""
    for name, command in (
        ("merge-compare", compare),
        ("merge-show", see),
        ("merge-take", take),
        ("merge-drop", drop),
    ):
        app.command(name)(command)


def _told(merge: Merge) -> dict[str, Any]:
    conflicts = {
        f"{row['code']}/{one['field']}": {"ours": one["ours"], **one["options"]}
        for row in merge.plan["rows"]
        for one in row["conflicts"]
    }
    rows = [{name: row[name] for name in ("code", "kind", "changes")} for row in merge.plan["rows"]]
    facts = {"id": str(merge.id), "state": merge.state, "version": merge.version, **counts_of(merge)}
    return facts | {"choices": merge.choices, "conflicting": conflicts, "rows": rows}
