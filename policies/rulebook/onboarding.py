"""What a new bureau needs before its first draw, as a list with done and open. Basis: obligation 34.

昆区分局方案 九 names the start-up tasks of 2016: publish the scheme, settle the key list, build databases.
The other points are what the product itself needs for a lawful draw.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from policies.access_matrix import ROLES
from policies.rulebook.law_keys import KEYS
from policies.rulebook.rules import Rules

DUTIES = ("bureau_admin", "bureau_head", "registry_keeper", "drawer", "dispatcher", "reviewer", "publisher")
# A text of the bureau's own states at least these; the rest may be inherited.
OWN = ("rate.key", "rate.general")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is there already.

    Attributes:
        bureau: division code.
        proposed: choices waiting for a second person.
        roles: roles somebody holds today.
        sites, key_sites: active sites, and the key ones among them.
        officers: officers with a valid certificate.
        witness: the superior's witness and escrow key are registered.
        logged: rules of the bureau entered the public log when they were approved.
        published: kinds of notices that stand published: "organisation", "entrustment", "key_list" (of the
            year to be planned or the one before, its own or the superior's).
        year: the year to be planned. plan: its approved plan exists. calendar: its notice is known.
    """

    bureau: str
    proposed: int
    roles: frozenset[str]
    sites: int
    key_sites: int
    officers: int
    witness: bool
    logged: bool
    published: frozenset[str]
    year: int
    plan: bool
    calendar: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist; `detail` says what is missing, or what is there."""

    id: str
    zh: str
    en: str
    done: bool
    detail: str
    needed: bool = True

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "id": self.id,
            "zh": self.zh,
            "en": self.en,
            "done": self.done,
            "needed": self.needed,
            "detail": self.detail,
        }


def checklist(rules: Rules, facts: Facts) -> tuple[Point, ...]:
    """The points in the order in which they are done; `needed` ones come before the first draw."""
    return tuple(_points(rules, facts))


def ready(points: Collection[Point]) -> bool:
    """True when nothing that a first draw needs is open."""
    return all(point.done for point in points if point.needed)


def _points(rules: Rules, facts: Facts) -> Iterator[Point]:
    missing = [KEYS[key].zh for key in OWN if not _is_own(rules, facts, key)]
    yield Point("text", "登记本单位文件", "enter the bureau's own text", not missing, _say(missing, "已登记"))
    yield _scheme(facts, not missing)
    lacking = [KEYS[key].zh for key in OWN if rules.get(key) is None]
    if rules.get("rate.special") is None:
        lacking.append(KEYS["rate.special"].zh)
    yield Point(
        "rates", "三类抽查比例齐全", "ratios of all three classes", not lacking, _say(lacking, "齐全")
    )
    waiting = f"{facts.proposed} 项待第二人批准" if facts.proposed else "没有待批准的"
    yield Point("approved", "所报规则均已批准", "proposals approved", not facts.proposed, waiting)
    open_roles = [ROLES[role][0] for role in DUTIES if role not in facts.roles]
    yield Point(
        "duties", "岗位齐全，分由不同人员担任", "every duty is held", not open_roles, _say(open_roles, "齐全")
    )
    yield Point("sites", "导入污染源数据库", "import the sites", facts.sites > 0, f"{facts.sites} 家")
    keys = f"{facts.key_sites} 家"
    yield Point("key_list", "确定重点排污单位名录", "settle the key list", facts.key_sites > 0, keys)
    yield _told(facts, "key_list", "key_list_public", "公布重点排污单位名录", "publish the key list")
    least = rules.integer("candidates.min")
    people = f"{facts.officers} 人持有效证件，至少 {least} 人"
    yield Point("officers", "导入执法人员数据库", "import the officers", facts.officers >= least, people)
    key = "已登记" if facts.witness else "上级生成密钥并登记公钥"
    yield Point("witness", "上级见证与托管公钥", "the superior's witness key", facts.witness, key)
    yield from _standing(rules, facts)
    known = "已登记" if facts.calendar else "通知发布前，期限为暂定"
    yield Point(
        "calendar", f"{facts.year} 年放假通知", "the year's holiday notice", facts.calendar, known, False
    )
    plan = "已批准" if facts.plan else "编制后由另一人批准"
    yield Point("plan", f"{facts.year} 年度计划", "the yearly plan", facts.plan, plan)


def _scheme(facts: Facts, own: bool) -> Point:
    """Approved rules are public by themselves: on the rules page, and their hash in the public log."""
    there = "已公开，指纹记入公开日志" if facts.logged else "本系统附带的文本，已在规则公开页列出"
    detail = there if own else "登记并批准后自动公开"
    return Point("scheme", "公布工作方案和规则", "publish the scheme and its rules", own, detail)


def _standing(rules: Rules, facts: Facts) -> Iterator[Point]:
    """Organisation and entrustment, where the bureau's rules speak of them. Basis: obligations 2 and 33."""
    if rules.get("organisation.duty") is not None:
        zh = "公布组织机构与职责"
        yield _told(facts, "organisation", "organisation", zh, "publish who holds which duty")
    entrusted = rules.get("inspect.entrusted")
    if entrusted is not None:
        zh = f"公布委托执法：{entrusted.words()}"
        yield _told(facts, "entrustment", "entrustment", zh, "publish the entrustment")


def _told(facts: Facts, kind: str, id: str, zh: str, en: str) -> Point:
    done = kind in facts.published
    return Point(id, zh, en, done, "已公示" if done else "登记后发布公示")


def _is_own(rules: Rules, facts: Facts, key: str) -> bool:
    """True when the bureau's own place states the key: a file of the tree, or its stated text."""
    value = rules.own.get(key)
    return value is not None and value.place[-1:] == (facts.bureau,)


def _say(missing: list[str], done: str) -> str:
    words = "、".join(missing)
    return f"缺：{words}" if missing else done
