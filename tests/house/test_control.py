"""Rows of the deployment are asked where they live: in the control database, never in a bureau's own.

Which store functions that concerns is read from the stores: those that touch a table of the deployment, or
memberships. The tree of bureaus is copied into every database; the public role reads its copy.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tenants.tables import metadata

ROOT = Path(__file__).parents[2]
STORES = ROOT / "tenants" / "stores"
TABLES = metadata.sorted_tables
CONTROL_TABLES = {t.name for t in TABLES if t.info["holds"] == "shared" or t.info.get("stays")}
COPIED = {"public"}  # stores that read the copy of the tree of bureaus
GIVEN = {"control", "common"}  # parameters that must be handed the control database
#: A unit of no bureau begins in the control database: there the jobs of the deployment are kept.
EXEMPT = {"services/jobs/clockwork.py": "deployment_jobs"}


def aliases(tree: ast.AST, package: str) -> dict[str, str]:
    """Local name → name imported from `package`."""
    return {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == package
        for one in node.names
    }


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def control_functions() -> dict[str, set[str]]:
    """Store → its functions that touch a table of the control database, through helpers too."""
    found = {}
    for path in sorted(STORES.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        tables = {alias for alias, name in aliases(tree, "tenants.tables").items() if name in CONTROL_TABLES}
        uses: dict[str, set[str]] = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                uses[node.name] = names_in(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                uses |= {t.id: names_in(node.value) for t in targets if isinstance(t, ast.Name)}
        touching, grown = set(tables), True
        while grown:
            more = {name for name, used in uses.items() if used & touching} - touching
            touching |= more
            grown = bool(more)
        functions = {n.name for n in tree.body if isinstance(n, ast.AsyncFunctionDef)}
        if path.stem not in COPIED and (wanted := functions & touching):
            found[path.stem] = wanted
    return found


CONTROL = control_functions()


def leads_to_control(value: ast.expr | None) -> bool:
    """Whether an expression is surely a connection, or a unit, of the control database."""
    if isinstance(value, ast.Attribute):
        return value.attr == "control"
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    if value.func.attr == "public":
        return not value.args and not value.keywords
    if value.func.attr not in {"unit", "several"} or not value.args:
        return False
    scope = value.args[0]
    if isinstance(scope, ast.Name):
        return scope.id == "SYSTEM"
    made = scope.func if isinstance(scope, ast.Call) else None
    return isinstance(made, ast.Attribute) and (
        made.attr == "login" or (made.attr == "for_system" and not scope.args)  # type: ignore[attr-defined]
    )


def bindings(function: ast.AST) -> dict[str, list[ast.expr | None]]:
    """Name → what it is bound to in a function; None for what cannot be told."""
    found: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=True):
                        found.setdefault(getattr(one, "id", ""), []).append(value)
                else:
                    for name in names_in(target):
                        found.setdefault(name, []).append(node.value)
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            found.setdefault(node.optional_vars.id, []).append(node.context_expr)
        elif isinstance(node, ast.arg) and node.arg not in GIVEN:
            found.setdefault(node.arg, []).append(None)
    return found


def breaches(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls of control stores whose connection is not surely the control database's."""
    stores = {alias: name for alias, name in aliases(tree, "tenants.stores").items() if name in CONTROL}
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {id(n) for f in functions for n in ast.walk(f) if n is not f and n in functions}
    for function in (f for f in functions if id(f) not in inner):
        bound = bindings(function)
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            store = stores.get(getattr(node.func.value, "id", ""))
            if store is None or node.func.attr not in CONTROL[store]:
                continue
            if not node.args or not allowed(node.args[0], bound):
                yield node.lineno, f"{store}.{node.func.attr}"


def allowed(given: ast.expr, bound: dict[str, list[ast.expr | None]]) -> bool:
    if isinstance(given, ast.Name):
        return given.id in GIVEN or (
            given.id in bound and all(leads_to_control(value) for value in bound[given.id])
        )
    return leads_to_control(given)


def sources() -> Iterable[Path]:
    return sorted((ROOT / "services").rglob("*.py"))


def test_the_stores_of_the_deployment_are_known() -> None:
    assert {"bureaus", "members", "witness_keys", "log", "calendar"} <= CONTROL.keys()
    assert {"enter", "history", "notices"} == CONTROL["calendar"]
    assert not {"journal_pages", "draws", "sites", "public"} & CONTROL.keys()


def test_rows_of_the_deployment_are_asked_in_the_control_database() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{line} {name}: work.control, or a parameter named control"
        for path in sources()
        for line, name in breaches(ast.parse(path.read_text("utf-8")))
        if EXEMPT.get(path.relative_to(ROOT).as_posix()) != name.partition(".")[0]
    ]
    assert not bad, "\n".join(bad)


def test_the_check_itself_sees_a_breach() -> None:
    head = "from tenants.stores import bureaus as tree, log, members, sites\n"
    unit, public = "async with app.database.unit(%s) as db: ", "async with app.portal.public(%s) as db: "
    for body, good in (
        ("await tree.all_(work.db)", False),
        ("await tree.all_(await work.at('411721'))", False),
        ("db = work.db; await log.size(db)", False),
        ("a, db = 1, work.db; await log.size(db)", False),
        ("await log.size(db)", False),
        (unit % "scope" + "await log.size(db)", False),
        (unit % "Scope.for_system('411721')" + "await log.size(db)", False),
        (public % "'411721'" + "await log.size(db)", False),
        (public % "" + "await log.size(db)", True),
        (unit % "Scope.for_system()" + "await log.size(db)", True),
        (unit % "Scope.login('x')" + "await log.size(db)", True),
        ("await log.size(control)", True),
        ("db = work.control; await members.grant(db)", True),
        ("await sites.one(work.db)", True),
    ):
        line = f"async def f(work, app, scope, control):\n {body}"
        assert (not list(breaches(ast.parse(head + line)))) is good, body
