"""Refusals round the logins a bureau manages."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Problem, Wording


class LoginsFixed(Problem):
    """The demonstration's own identity provider knows fixed people."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "演示中的登录账号是固定的",
            "接入 Keycloak 的正式部署",
            "演示人员与密码印在登录页上，不能开设、停用或重置；正式部署在此页管理。",
        ),
        "en": Wording(
            "The demonstration's logins are fixed",
            "a deployment with a Keycloak",
            "Its people and their password stand on the sign-in page; nothing can be changed here.",
        ),
    }


class LoginsElsewhere(Problem):
    """No service account is configured: logins are managed in Keycloak's own console."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "本站未配置账号管理",
            "KEYCLOAK_ADMIN_SECRET：账号管理客户端的密钥",
            "请由身份服务管理员在 Keycloak 控制台管理账号，或请系统管理员配置该变量。",
        ),
        "en": Wording(
            "This site does not manage logins",
            "KEYCLOAK_ADMIN_SECRET, the secret of the managing client",
            "Manage logins in Keycloak's console, or have the variable set.",
        ),
    }


class LoginsRefused(Problem):
    """Keycloak does not accept the service account, or it lacks the one role it needs."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "身份服务拒绝了账号管理请求",
            "有 manage-users 权限的账号管理客户端",
            "没有任何更改。请系统管理员核对 KEYCLOAK_ADMIN_CLIENT、KEYCLOAK_ADMIN_SECRET 及其权限。",
        ),
        "en": Wording(
            "The identity service refused to manage logins",
            "a managing client with the role manage-users",
            "Nothing was changed. Check KEYCLOAK_ADMIN_CLIENT, KEYCLOAK_ADMIN_SECRET and its role.",
        ),
    }


class LoginTaken(Problem):
    """The user name belongs to a login in use, or with a history; nobody else is ever given it."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该用户名已有人使用", "未使用过的用户名", "请换一个用户名；离开人员的用户名不再分配给他人。"
        ),
        "en": Wording("This user name is taken", "a user name never used", "Choose another one."),
    }


class LoginShared(Forbidden):
    """The person also holds a role elsewhere: one bureau may not lock out, or take over, another's login."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该账号在其他单位也有岗位",
            "只在本单位有岗位的账号",
            "账号没有变动。需要时请结束其在本单位的岗位，下一次请求即失效；停用或重置账号请联系身份服务管理员。",
        ),
        "en": Wording(
            "This person holds a role in another bureau too",
            "a login of this bureau alone",
            "The login was not changed. End the roles here instead; the login itself is the operator's.",
        ),
    }


class LoginOfOthers(Forbidden):
    """A bureau manages the logins whose user name begins with its own code; others were not opened by it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该账号不是本单位开设的",
            "用户名以“{bureau}-”开头的账号",
            "账号没有变动。请联系身份服务管理员；需要时可先结束其在本单位的岗位。",
        ),
        "en": Wording(
            "This login was not opened by this bureau",
            "a user name beginning with “{bureau}-”",
            "The login was not changed. Ask the operator, or end the roles held here.",
        ),
    }


class BadUsername(Problem):
    """A user name that cannot be used."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "用户名不可用",
            "2 至 40 个小写字母、数字、点或连字符，以字母或数字开头",
            "请更正后重试；单位代码由系统加在前面。",
        ),
        "en": Wording(
            "This user name cannot be used",
            "2 to 40 lower-case letters, digits, dots or hyphens, a letter or digit first",
            "Correct it; the bureau's code is put in front.",
        ),
    }


class OwnLogin(Forbidden):
    """Nobody locks out, or takes the second factor from, themselves."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "不能停用或重置自己的账号", "他人的账号", "请由本单位另一名管理员或身份服务管理员办理。"
        ),
        "en": Wording("Nobody changes their own login here", "another person's login", "Ask a colleague."),
    }


class NobodyRestores(Forbidden):
    """After a new password weighty roles rest; without a third person nobody could end that."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有第三人能核实本人",
            "除办理人和本人以外，另有一名单位负责人或安全保密员",
            "账号没有变动。请先按两人分配的办法增加一名安全保密员；单位负责人的账号也可由身份服务管理员核实本人后办理。",
        ),
        "en": Wording(
            "Nobody else could confirm whose login it is",
            "a head or security administrator beside who acts and whose login it is",
            "The login was not changed. Have a security administrator granted first, or ask the operator.",
        ),
    }


class RestChanged(Problem):
    """The login was reset once more after the page was read: who was seen before it says nothing now."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "账号在您核实之后又被重置过",
            "自 {last} 起暂停的岗位",
            "请再次当面核实本人，刷新页面后恢复。",
        ),
        "en": Wording(
            "The login was reset again after you looked",
            "roles at rest since {last}",
            "See the person again, reload the page, then restore.",
        ),
    }
