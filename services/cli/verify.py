"""`shuangsui verify`: re-check a draw with the base install alone — no database, network or settings."""

from pathlib import Path
from typing import Annotated, Any

import typer

from policies.errors import Language, Problem
from policies.rd1.logs_trust import Trust, parse_trust
from policies.rd1.record import MOST_BYTES, read_bundle
from policies.verify import ASSUME_WORDS, STEP_WORDS, Verdict, verify
from services.cli.output import Json, console, emit, fail, language

ASSUMED = {"zh": "软件不能证明，须另行确认", "en": "assumed, software cannot know"}
NOTED: dict[str, dict[Language, str]] = {
    "void": {"zh": "作废 void", "en": "void"},
    "late": {"zh": "结果迟延登记 late", "en": "late"},
    "over_caps": {"zh": "超过个人上限 over_caps", "en": "over_caps"},
}
MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "not_checked": "[yellow]–[/]"}


def command(
    file: Annotated[Path, typer.Argument(help="公开包 (bundle) 的 JSON 文件", metavar="FILE")],
    trust: Annotated[Path | None, typer.Option(help="信任文件：日志与见证者公钥")] = None,
    as_json: Json = False,
) -> None:
    """核验一次抽取，逐步给出结论 · verify a draw in numbered steps.

    退出码 / exit: 0 VALID 或 CONSISTENT，1 INVALID，2 无法读取 / unreadable.

    例 / example: shuangsui verify bundle.json --trust trust.txt --json
    """
    try:
        verdict = check(file, trust)
    except (Problem, OSError) as error:
        raise _unreadable(error, as_json) from None
    if as_json:
        emit(verdict.as_dict(language()))
    else:
        _print(verdict)
    raise typer.Exit(1 if verdict.verdict == "INVALID" else 0)


def check(file: Path, trust: Path | None) -> Verdict:
    """Read both files and verify.

    Raises:
        Problem: the bundle or the trust file is unreadable.
        OSError: a file cannot be opened.
    """
    keys: Trust | None = parse_trust(trust.read_bytes().decode("utf-8", "replace")) if trust else None
    with file.open("rb") as stream:
        return verify(read_bundle(stream.read(MOST_BYTES + 1)), keys)


def _unreadable(error: Problem | OSError, as_json: bool) -> typer.Exit:
    if isinstance(error, Problem):
        if as_json:
            emit({"verdict": "UNREADABLE", "steps": [], "error": error.as_dict(language())})
        else:
            fail(error, as_json=False)
        return typer.Exit(2)
    line = f"无法读取文件 / cannot read: {error.strerror}: {error.filename}"
    if as_json:
        emit({"verdict": "UNREADABLE", "steps": [], "error": {"code": "FileUnreadable", "title": line}})
    else:
        typer.echo(line, err=True)
    return typer.Exit(2)


def _print(verdict: Verdict) -> None:
    """Each step with its meaning in words, then what was found or what is wrong."""
    out, lang = console(), language()
    for step in verdict.steps:
        out.print(f"{MARKS[step.status]} {step.id:<4}", end="")
        out.print(STEP_WORDS[step.id][lang], markup=False)
        if step.status != "passed" or step.text(lang) not in ("通过", "passed"):
            out.print(f"       {step.text(lang)}", markup=False)
    for code in verdict.assumes:
        out.print(f"  {ASSUMED[lang]}: {ASSUME_WORDS[code][lang]}", markup=False)
    facts: dict[str, Any] = verdict.as_dict(lang)
    for name, words in NOTED.items():
        if facts.get(name):
            fact = facts[name]
            told = f"{fact['at']} {fact['reason']}" if isinstance(fact, dict) else fact
            out.print(f"  {words[lang]}: {told}", markup=False)
    out.print(f"[bold]{verdict.verdict}[/]")
