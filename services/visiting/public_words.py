"""What a person typed and everybody will read: a line that names nobody and no site.

Basis: 西环〔2024〕3号 二（四）: the list is kept from the sites drawn before the visit.
"""

from collections.abc import Iterable
from typing import ClassVar

from policies.errors import Language, Problem, Wording
from policies.visiting.notice import PERSONAL
from services.work import Work
from tenants.stores import members, officers, sites

LONGEST = 500  # characters
SHORTEST = 2, 4  # of a person's and of a site's name that is looked for


class NotForPublic(Problem):
    """A reason that would be published as it is not to be."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("这段文字将公开，不能这样写", "{need}",
                      "请改写后再次提交；需要说明的人和单位，写在内部材料里。"),
        "en": Wording("This will be public and cannot be said like this", "{need}",
                      "Write it otherwise; people and sites belong into internal papers."),
    }  # fmt: skip


async def public_words(work: Work, text: str, *names: str) -> str:
    """The line, without white space around it.

    Args:
        work: of the bureau whose people and sites it must not name. names: further people's.

    Raises:
        NotForPublic: too long, not printable, or it names a person, a site, or how to reach somebody.
    """
    said = text.strip()
    if len(said) > LONGEST or not all(one.isprintable() for one in said.replace("\n", "")):
        raise NotForPublic(said[:20], need=f"不超过 {LONGEST} 个可见字符")
    if found := PERSONAL.search(said):
        raise NotForPublic(found[0][:3] + "…", need="不写电话、身份证号和邮箱")
    if found_names := await named_in(work, said, names):
        raise NotForPublic(said[:20], need=f"不写人员和单位的名称（“{'、'.join(found_names)}”）")
    return said


async def named_in(work: Work, said: str, names: Iterable[str] = ()) -> list[str]:
    """Which people of the bureau acted for, and which sites of its roster, a text names."""
    bureau = work.scope.bureau
    held = await members.in_bureau(work.control, work.scope, bureau)
    staff = await officers.all_of(work.db, work.scope, bureau)
    people = {one.name for one in held} | {one.name for one in staff} | {*names, work.principal.name}
    roster = await sites.all_of(work.db, work.scope, bureau)
    known = {name for one in roster for name in (one.name, one.code) if len(name) >= SHORTEST[1]}
    return sorted(
        {name for name in people if len(name) >= SHORTEST[0] and name in said}
        | {name for name in known if name in said}
    )
