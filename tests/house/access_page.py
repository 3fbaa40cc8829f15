"""docs/access.md, made from the permission matrix.

Refresh after a change of the matrix: python -m tests.house.access_page
"""

from pathlib import Path

from policies.access import ACTIONS, matrix_rows
from policies.access_fields import FIELDS
from policies.access_matrix import DUTIES, EXCLUSIVE, ROLES
from policies.access_states import RECORDS, STATES, parse_guard

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
SCOPES = {"own": "本单位", "subtree": "本单位及下级", "assigned": "只限派给本人的", "public": "公众"}
HEAD = """# 谁能做什么 / Who may do what

本页由权限矩阵（`policies/access_matrix.py`）生成，路由、菜单、测试读的是同一张表；表里没有的，一律不允许。
Made from the permission matrix: python -m tests.house.access_page

- **范围**：本单位 = 登录时所选的单位；本单位及下级 = 按登记的隶属关系；
  只限派给本人的 = 任务或见证邀请指明本人。
- **二次验证**：每次只对一项操作、一份内容有效，五分钟内确认，办理一次即失效（见文末）。
- **二人**：提出人和批准人不是同一人。**留痕**：办理（含查看）记入本单位操作日志。
- 外单位的人得到的回答与“不存在”相同。
"""
TAIL = """
## 二次验证的一次性确认

冻结、承诺、录入随机数、执行、公开、作废、变更和各项批准都要二次验证。提交之后系统先把要办的事
（地址、内容、文件）加密保管五分钟，本人再做二次验证，核对要办的事和指纹之后按一次按钮办理。
重复、过期、他人、他单位、换浏览器、改过内容的一律拒绝，并记入操作日志；刚做过的二次验证不能用于第二项操作。

接口：`POST /api/v1/bureaus/{单位}/intents` 说明要办的事，得到编号和指纹；
二次验证之后带 `X-Intent` 提交同样的内容。带 `Idempotency-Key` 重发同一请求，得到第一次的回答，不再办理一次。
服务器上的命令行视同已做二次验证：能在服务器上运行命令的人本来就能读到密钥。

A second factor serves one act with one content: the site keeps the form sealed for five minutes, the person
steps up, reads what will be done with its fingerprint, and presses one button. Replayed, stale,
foreign and edited confirmations are refused and noted. Programs name the act first (`POST …/intents`),
step up, then send it with `X-Intent`.

## 前提状态和可见字段由矩阵执行

上表“前提状态”之外的，办理时一律拒绝并说明应处的状态；“看到什么”由同一处裁剪，
页面、接口和命令行都从那里取：不给看的，页面上没有这一块，接口里是 null 或没有这一项。
一条记录的哪一部分属于哪个字段，列在 `policies/access_parts.py`，没有列出的不给任何人看。
新增的路由若忘记裁剪，回答发不出去。

States and fields are enforced from the matrix: an act in another state is refused, and what a role is not
shown is missing on the page and null in the API. A route that forgets to ask what may be shown answers
nothing at all.

## 联合部门和监测站

派单员在“抽取 → 随行人员”（`shuangsui task along`，接口 `…/visits/{任务}/companions`）
指定谁随行哪一次检查、承担检查内容的哪几组。随行人员从检查当日起，
在“参加的检查”（`shuangsui visit mine`，接口 `/api/v1/me/visits`）
看到该单位的名称、地点、日期和由其承担的部分，检查记录提交之后看到这几组的结果；
看不到检查组、其他检查和记录全文。取消随行，下一次请求即看不到；抽取作废的也看不到。
查看尚未提交记录的单位，先记入操作日志。这些范围为本系统自定。

The dispatcher names who of another department or of the monitoring station comes along on a visit and for
which groups of the checklist; from the day of the visit that person sees the site, the day and the own
part, nothing else.

## 受邀见证人

单位负责人或管理员可以为一次抽取邀请没有账号的见证人：链接用一种方式、六位数字用另一种方式告知；
输错十次锁定，信标之后七天到期，随时可以撤回。受邀人只看到数量、指纹和规则，在自己的设备上产生秘密，
冻结之前交承诺，随机数之后核对再交秘密，最后与抽取人各自确认同一份抽取纪要。
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_acts(), *_less(), *_roles(), *_duties(), TAIL])


def _acts() -> list[str]:
    lines = ["## 操作 / Acts", "", "| 操作 | act | 岗位（范围） | 二次验证 | 二人 | 留痕 | 前提状态"
             " | 职责分离 |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for row in matrix_rows():
        roles = row["roles"]
        assert isinstance(roles, dict)
        named = "、".join(f"{ROLES[r][0]}（{SCOPES[s]}）" for r, s in roles.items())
        flags = " | ".join("是" if row[name] else "" for name in ("step_up", "two_person", "journal"))
        duty = DUTIES[str(row["duty"])][0] if row["duty"] else ""
        lines.append(
            f"| {row['zh']} | `{row['action']}` {row['en']} | {named} | {flags}"
            f" | {_state(str(row['states']))} | {duty} |"
        )
    return [*lines, ""]


def _state(text: str) -> str:
    record, states = parse_guard(text)
    if not record:
        return ""
    return RECORDS[record]["zh"] + "为" + "、".join(STATES[record][s]["zh"] for s in states)


def _less() -> list[str]:
    lines = ["## 看到什么 / What is shown", ""]
    for row in matrix_rows():
        grants = ACTIONS[str(row["action"])]
        if not any(grant.sees for grant in grants.values()):
            continue
        by: dict[frozenset[str], list[str]] = {}
        for role, grant in grants.items():
            by.setdefault(grant.sees, []).append(ROLES[role][0])
        lines += [f"**{row['zh']}**（`{row['action']}`）", ""]
        for seen, roles in by.items():
            shown = "、".join(words["zh"] for name, words in FIELDS.items() if name in seen)
            lines.append(f"- {'、'.join(roles)}：{shown}")
        lines.append("")
    return lines


def _roles() -> list[str]:
    lines = ["## 岗位 / Roles", "", "| 岗位 | role | 能做的操作 |", "|---|---|---|"]
    rows = matrix_rows()
    for role, (zh, en) in ROLES.items():
        acts = "、".join(str(row["zh"]) for row in rows if role in ACTIONS[str(row["action"])])
        lines.append(f"| {zh} | `{role}` {en} | {acts} |")
    return [*lines, ""]


def _duties() -> list[str]:
    lines = ["## 职责分离 / Duties kept apart", ""]
    lines += [f"- {zh} · {en}" for zh, en in DUTIES.values()]
    lines += ["", "同一人在同一单位不能兼任：", ""]
    for group in EXCLUSIVE:
        names = [words[0] for role, words in ROLES.items() if role in group]
        lines.append(f"- {'、'.join(names)}")
    return [*lines, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
