"""The demonstration's people. They exist in demonstrations on this machine only; every name says so."""

from collections.abc import Iterator
from dataclasses import dataclass

PASSWORD = "shuangsui-demo"  # noqa: S105 - printed on the login page; the provider runs on loopback only
SECOND_CODE = "246810"  # stands in for a one-time code; printed too

BUREAUS: dict[str, str] = {
    "410000": "河南省厅",
    "411700": "驻马店市局",
    "411721": "西平分局",
    "150000": "内蒙古自治区厅",
    "150200": "包头市局",
    "150203": "昆都仑区分局",
}
COUNTY = {
    "keeper": ("名录管理员", ("registry_keeper",)),
    "drawer": ("抽取人", ("drawer",)),
    "dispatcher": ("派单员", ("dispatcher",)),
    "reviewer": ("审核人", ("reviewer",)),
    "publisher": ("公开发布人", ("publisher",)),
    "head": ("单位负责人", ("bureau_head",)),
    "admin": ("单位管理员", ("bureau_admin",)),
}
CITY = COUNTY | {
    "drawer": ("抽取人", ("drawer", "city_drawer")),
    "witness": ("见证人", ("witness",)),
    "auditor": ("市级稽查员", ("city_auditor",)),
    "system": ("系统管理员", ("system_admin",)),
}
PROVINCE = {
    "witness": ("见证人", ("witness",)),
    "auditor": ("省级稽查员", ("city_auditor",)),
    "reviewer": ("审核人", ("reviewer",)),
    "head": ("单位负责人", ("bureau_head",)),
    "admin": ("单位管理员", ("bureau_admin",)),
}
# Whoever works beside a bureau: only where the demonstration shows what their pages are like.
BESIDE: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "411721": {
        "joint": ("联合部门人员", ("joint_department",)),
        "station": ("监测站人员", ("monitoring_station",)),
        "government": ("区县政府备案接收人", ("filing_recipient",)),
        "section": ("科室报送人", ("section_supplier",)),
        "audit": ("安全审计员", ("audit_admin",)),
    },
    "411700": {"supervisor": ("司法局执法监督", ("supervisor",))},
}
PROGRAM_SECRET = "shuangsui-demo-program"  # noqa: S105 - as the password
INSPECTORS = 40  # logins ready for a bureau's officers; the demonstration ties them to certificates


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A login of the demonstration.

    Attributes:
        username: what is typed, e.g. "411721-drawer", "411721-inspector-01".
        subject: stable id in tokens and in the membership table.
        name: shown; for inspectors the demonstration puts the officer's fictional name in the membership.
        bureau, roles: what the demonstration writes into the membership table; no token carries them.
    """

    username: str
    subject: str
    name: str
    bureau: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoProgram:
    """A program of a province with an account of its own; rights come from the table of API clients."""

    client: str
    subject: str
    name: str


def demo_programs() -> tuple[DemoProgram, ...]:
    """One program a province."""
    return tuple(
        DemoProgram(f"platform-{code}", f"demo-platform-{code}", f"模拟·{name}平台")
        for code, name in BUREAUS.items()
        if code.endswith("0000")
    )


def demo_people() -> tuple[DemoPerson, ...]:
    """Everyone of the demonstration, by bureau, desk first, then inspectors 01 … 40."""
    return tuple(person for code in BUREAUS for person in _of_bureau(code))


def demo_person(username: str) -> DemoPerson:
    """The person of that user name; raises KeyError."""
    return {p.username: p for p in demo_people()}[username]


def inspector(bureau: str, number: int) -> DemoPerson:
    """The login of a bureau's officer, counted from 1 in the order of certificates."""
    return demo_person(f"{bureau}-inspector-{number:02d}")


def _of_bureau(code: str) -> Iterator[DemoPerson]:
    desk = PROVINCE if code.endswith("0000") else CITY if code.endswith("00") else COUNTY
    for post, (title, roles) in (desk | BESIDE.get(code, {})).items():
        yield DemoPerson(f"{code}-{post}", f"demo-{code}-{post}", f"模拟·{BUREAUS[code]}{title}", code, roles)
    if desk is PROVINCE:
        return
    for n in range(1, INSPECTORS + 1):
        post = f"inspector-{n:02d}"
        yield DemoPerson(
            f"{code}-{post}",
            f"demo-{code}-{post}",
            f"模拟·{BUREAUS[code]}执法人员{n:02d}",
            code,
            ("inspector",),
        )
