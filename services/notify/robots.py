"""Robots of groups: 企业微信 and 钉钉. The address of a robot is its key, so it is kept sealed.

Basis: the messengers' public manuals as told by third parties (secondary): 企业微信 群机器人 `webhook/send`,
20 messages a minute; 钉钉 自定义机器人 `robot/send`, signed with HMAC-SHA256 over "timestamp\\nsecret".
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

from policies.notifying.errors import BadChannel
from services.notify.errors import ChannelBusy, ChannelRefused
from services.notify.posting import post
from services.notify.reach import Reach
from services.notify.sending import Sending

PATHS = {"wecom": ("/cgi-bin/webhook/send", "key="), "dingtalk": ("/robot/send", "access_token=")}
_BUSY = frozenset({45009, 130101, 410100, -1})  # too many messages, or their own server is busy


def robot_url(kind: str, url: str) -> str:
    """The address of a robot: of the messenger's own form, so that a list of hosts is not one of services.

    Raises:
        BadChannel: another path, no key, or no https address.
    """
    path, key = PATHS[kind]
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    good = parts.scheme in ("https", "http") and parts.hostname and parts.username is None and port != 0
    if not good or parts.path != path or not parts.query.startswith(key) or parts.fragment or len(url) > 500:
        raise BadChannel(field="Webhook 地址", need=f"https://…{path}?{key}…")
    return url.strip()


def signed(url: str, secret: str, at: int) -> str:
    """The address of a 钉钉 robot with the moment (milliseconds) and its signature."""
    mac = hmac.digest(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256)
    return f"{url}&timestamp={at}&sign={quote_plus(base64.b64encode(mac))}"


async def to_wecom(reach: Reach, sending: Sending) -> None:
    """Say it in a group of 企业微信. Raises: see `post`; ChannelBusy, ChannelRefused by its `errcode`."""
    _judge((await post(reach, sending.secrets["url"], _body(sending))).body)


async def to_dingtalk(reach: Reach, sending: Sending) -> None:
    """Say it in a group of 钉钉, signed where the robot wants it. Raises: as `to_wecom`."""
    url, secret = sending.secrets["url"], sending.secrets.get("secret", "")
    _judge((await post(reach, signed(url, secret, sending.at) if secret else url, _body(sending))).body)


def _body(sending: Sending) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": sending.text.body}}


def _judge(answer: Mapping[str, Any]) -> None:
    """An answer without a code is none: a page of some proxy says 200 as well."""
    code = answer.get("errcode")
    if type(code) is not int:
        raise ChannelRefused("—")
    if code in _BUSY:
        raise ChannelBusy(code)
    if code != 0:
        raise ChannelRefused(code)
