"""What must be journalled is: every action of the matrix that says so has a place where it is noted."""

import ast
from pathlib import Path

from sqlalchemy import text

from policies.access import ACTIONS
from policies.access_matrix import ROWS
from tenants import journal

from . import ceremony as c
from .census import OF_BUREAU, UNSAID, WRITE, Census, Unit

ROOT = Path(__file__).parents[2]
WRITERS = (
    "note",
    "_note",
    "note_choice",
    "note_span",
    "note_proposal",
    "note_read",
    "note_reads",
    "_note_there",
    "mark_export",
    "tell",
)
# actions whose word in the journal is written under another name, with where
ELSEWHERE = {
    "task.read_own": "sealed.read",  # opening the own sheets is what is noted
    "log.cosign": "log.register",  # a cosignature is public and in the log itself; its key is registered
}


def literals() -> set[str]:
    """Every text in code of the files that write into a journal."""
    found: set[str] = set()
    for path in [*(ROOT / "services").rglob("*.py"), *(ROOT / "tenants").rglob("*.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        names = {ast.unparse(n.func).split(".")[-1] for n in ast.walk(tree) if isinstance(n, ast.Call)}
        if names & {*WRITERS, "page_note"}:
            found |= {
                n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return found


def test_every_action_that_must_be_journalled_is_noted_somewhere() -> None:
    said = literals()
    silent = {row.action for row in ROWS if row.journal} - said - ELSEWHERE.keys()
    assert not silent
    assert set(ELSEWHERE.values()) <= said and ELSEWHERE.keys() <= ACTIONS.keys()


async def test_the_census_sees_what_is_forgotten(pg_server, new_home, census: Census) -> None:
    """A write without a word, and a change without what was there before, are both seen."""
    async with c.small_deployment(pg_server.superuser_dsn, new_home("census"), "census") as app:

        async def unit(*, noted: bool, before: object = None) -> Unit:
            async with app.work(c.drawer(app, "411721")) as work:
                await work.db.execute(text("update site set name = name where code = '411721S0001'"))
                if noted:
                    await journal.note(
                        work.db, work.scope, actor=work.principal, action="site.import", target="x",
                        before=before, at=work.now,
                    )  # fmt: skip
            return census.units.pop()  # taken out: what it says is asked here

        key = ("411721", "site")
        forgotten = await unit(noted=False)
        assert forgotten.silent == {key} and forgotten.without_before == {key}
        half = await unit(noted=True)
        assert half.silent == set() and half.without_before == {key}
        whole = await unit(noted=True, before={"name": "x"})
        assert not whole.silent and not whole.without_before


def test_what_is_left_out_is_said_and_small() -> None:
    assert UNSAID.keys() <= OF_BUREAU and len(UNSAID) == 4 and all(UNSAID.values())
    assert WRITE.match("INSERT INTO site (a)") and not WRITE.match("select 1 from site")
