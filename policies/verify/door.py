"""Checks a code at the door: which officers, which site, fixed when (protocol §9), in steps D1 to D6."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from policies.errors import Language, Problem
from policies.rd1 import merkle
from policies.rd1.canonical import Suite, jcs, lp, sha256, suite_of, u32
from policies.rd1.changes import check_event, event_hash
from policies.rd1.door import DoorCode, Logged, Person, decode
from policies.rd1.door_errors import BadCode, CodeFalse
from policies.rd1.freeze import pseudonym
from policies.rd1.logs_trust import Trust
from policies.rd1.moments import SECOND, nanoseconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

DOOR_WORDS: dict[str, dict[Language, str]] = {
    "D1": {"zh": "核验码完整", "en": "The code is whole"},
    "D2": {
        "zh": "证件号、污染源与名次合成任务叶，并导出结果的根",
        "en": "Certificates, site and rank make the leaf, which leads to the result's root",
    },
    "D3": {
        "zh": "结果已登记在公开日志，并导出日志的根",
        "en": "The result is in the public log, which leads to the log's root",
    },
    "D4": {"zh": "日志的根有受信任的日志签名", "en": "A trusted log signed that root"},
    "D5": {"zh": "有足够的见证人签字", "en": "Enough witnesses signed it"},
    "D6": {
        "zh": "抽取后的变更均已登记，并得出现在的人员",
        "en": "Every change is logged and gives the present team",
    },
}
"""One sentence a step."""


@dataclass(frozen=True, slots=True)
class DoorReport:
    """What a code proves.

    Attributes:
        genuine: the trusted log signed what the code says.
        uid: the site to be visited now; drawn: the site of the leaf, another one after a replacement.
        certificates: of the officers to come now.
        fixed_at, beacon_at: RFC 3339 in UTC, of the log's entries.
        seen: trusted witnesses who signed; need: how many are wanted.
        cancelled: a logged change called the visit off.
        simulated: the log says that its time is simulated.
    """

    genuine: bool
    steps: tuple[tuple[str, str, str], ...]
    bureau: str = ""
    m: str = ""
    uid: str = ""
    drawn: str = ""
    stratum: str = ""
    rank: int = 0
    certificates: tuple[str, ...] = ()
    fixed_at: str = ""
    beacon_at: str = ""
    seen: int = 0
    need: int = 0
    changes: tuple[dict[str, Any], ...] = ()
    cancelled: bool = False
    log: str = ""
    size: int = 0

    @property
    def simulated(self) -> bool:
        """The log's own name says so."""
        return "simulated" in self.log

    def as_dict(self) -> dict[str, Any]:
        """JSON form; step = {id, status, detail}."""
        names = [name for name in DoorReport.__slots__ if name != "steps"]
        steps = [dict(zip(("id", "status", "detail"), step, strict=True)) for step in self.steps]
        kept = {name: getattr(self, name) for name in names}
        return kept | {"simulated": self.simulated, "steps": steps} | {
            "certificates": list(self.certificates), "changes": list(self.changes)
        }  # fmt: skip


@dataclass(slots=True)
class _Case:
    code: DoorCode
    trust: Trust
    suite: Suite
    names: dict[str, Person] = field(default_factory=dict)
    uid: str = ""
    team: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    first: frozenset[str] = frozenset()
    z: bytes = b""
    root: bytes = b""
    body: bytes = b""
    log: str = ""
    seen: int = 0
    cancelled: bool = False


def moment(seconds: int) -> str:
    """RFC 3339 in UTC, as the log writes it; raises BadCode outside the calendar."""
    try:
        return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError as error:
        raise BadCode(seconds, what="time") from error


def check_door(data: bytes, trust: Trust) -> DoorReport:
    """Check the bytes of a code; never raises, whatever they are.

    Args:
        data: of `door.unfragment`.
        trust: whose log and witnesses to believe.
    """
    steps: list[tuple[str, str, str]] = []
    try:
        code = decode(data)
        case = _Case(code, trust, suite_of(code.suite))
    except Problem as fault:
        return DoorReport(False, (("D1", "failed", fault.line()),), need=trust.need)
    steps.append(("D1", "passed", f"{len(data)} bytes"))
    for name, step in STEPS:
        try:
            steps.append((name, *step(case)))
        except Problem as fault:
            steps.append((name, "failed", fault.line()))
            return DoorReport(False, tuple(steps), need=trust.need)
    return _report(case, tuple(steps))


Done = tuple[Literal["passed", "not_checked"], str]


def _leaf(case: _Case) -> Done:
    code, suite = case.code, case.suite
    oids = [one.oid or pseudonym(suite, one.salt, one.certificate) for one in code.people]
    case.names = dict(zip(oids, code.people, strict=True))
    case.team = sorted(oids[place] for place in code.team)
    case.uid, case.first = code.uid, frozenset(case.team)
    body = lp(code.uid) + lp(code.stratum) + _u32(code.rank) + code.ticket
    data = lp("rd1/result") + code.m + code.salt + body + lp(",".join(case.team))
    z = merkle.root_from_path(suite.h, merkle.leaf_hash(suite.h, data), code.index, code.leaves, code.path)
    if z is None or len(case.names) != len(oids):
        raise CodeFalse(what="D2")
    case.z = z
    return "passed", z.hex()


def _u32(value: int) -> bytes:
    if value >= 2**32:
        raise BadCode(value, what="rank")
    return u32(value)


def _entries(case: _Case) -> Done:
    code, m = case.code, case.code.m.hex()
    about = {"bureau": code.bureau, "m": m}
    case.root = _root(case, code.result, {"t": "result", **about, "z": case.z.hex()})
    if code.beacon:
        place, r = code.beacon
        _same(case, _root(case, place, {"t": "beacon", **about, "r": r.hex()}))
    for one in code.events:
        h = event_hash(case.suite, one.salt, _event(one.event)).hex()
        _same(case, _root(case, one.logged, {"t": "event", **about, "h": h}))
    return "passed", case.root.hex()


def _event(data: bytes) -> dict[str, Any]:
    try:
        event: dict[str, Any] = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadCode(what="JSON") from error
    check_event(event, "event")
    if jcs(event) != data:  # a key twice, a blank, another order
        raise BadCode(what="JCS")
    return event


def _root(case: _Case, place: Logged, entry: dict[str, Any]) -> bytes:
    leaf = merkle.leaf_hash(sha256, jcs(entry | {"at": moment(place.at)}))
    root = merkle.root_from_path(sha256, leaf, place.index, case.code.size, place.proof)
    if root is None:
        raise CodeFalse(what="D3")
    return root


def _same(case: _Case, root: bytes) -> None:
    if root != case.root:
        raise CodeFalse(what="D3")


def _signature(case: _Case) -> Done:
    code = case.code
    for key in case.trust.logs:
        if key.id != code.key:
            continue
        root = base64.b64encode(case.root).decode()
        body = f"{key.name}\n{code.size}\n{root}\n".encode()
        if key.verifies(code.signature, body):
            case.body, case.log = body, key.name
            return "passed", key.name
        raise CodeFalse(key.name, what="D4")
    raise CodeFalse(code.key.hex(), what="D4")


def _witnesses(case: _Case) -> Done:
    known = {key.id: key for key in case.trust.witnesses}
    names = set()
    for line in case.code.witnesses:
        key = known.get(line.key)
        if key is None:
            continue
        if not key.verifies(line.signature, f"cosignature/v1\ntime {line.time}\n".encode() + case.body):
            raise CodeFalse(key.name, what="D5")
        names.add(key.name)
    case.seen = len(names)
    detail = f"{case.seen} / {case.trust.need}"
    return ("passed" if case.seen >= case.trust.need else "not_checked"), detail


def _changes(case: _Case) -> Done:
    last = -1
    for one in case.code.events:
        event = json.loads(one.event)
        at = nanoseconds(event["at"])
        if event["uid"] != case.uid or case.cancelled or one.logged.index <= last:
            raise CodeFalse(event["uid"], what="D6")
        if at is None or at > one.logged.at * SECOND:
            raise CodeFalse(event["at"], what="D6")
        last = one.logged.index
        _apply(case, event)
        case.changes.append(event)
    now = set(case.team)
    if not all(oid in case.names and case.names[oid].certificate for oid in now):
        raise CodeFalse(", ".join(sorted(now)), what="D6")
    if not case.names.keys() <= now | case.first:  # nobody is named whom nothing proves
        raise CodeFalse(", ".join(case.names), what="D6")
    return "passed", str(len(case.changes))


def _apply(case: _Case, event: dict[str, Any]) -> None:
    if event["kind"] == "replace":
        case.uid, case.team = event["by_uid"], list(event["team"])
    elif event["kind"] == "cancel":
        case.cancelled = True
    else:
        if event["oid"] not in case.team or event["by_oid"] in case.team:
            raise CodeFalse(event["oid"], what="D6")
        rest = [oid for oid in case.team if oid != event["oid"]]
        case.team = sorted([*rest, event["by_oid"]])


STEPS: tuple[tuple[str, Callable[[_Case], Done]], ...] = (
    ("D2", _leaf),
    ("D3", _entries),
    ("D4", _signature),
    ("D5", _witnesses),
    ("D6", _changes),
)


def _report(case: _Case, steps: tuple[tuple[str, str, str], ...]) -> DoorReport:
    code = case.code
    return DoorReport(
        True,
        steps,
        code.bureau,
        code.m.hex(),
        case.uid,
        code.uid,
        code.stratum,
        code.rank,
        tuple(case.names[oid].certificate for oid in case.team),
        moment(code.result.at),
        moment(code.beacon[0].at) if code.beacon else "",
        case.seen,
        case.trust.need,
        tuple(case.changes),
        case.cancelled,
        case.log,
        code.size,
    )
