"""Short messages by the operator's gateway: the form is the operator's, account and secret the bureau's."""

import re
from collections.abc import Mapping
from typing import Any

from services.notify.errors import ChannelRefused, NoGateway
from services.notify.posting import post
from services.notify.reach import Gateway, Reach
from services.notify.sending import Sending

_PLACE = re.compile(r"\{(\w+)\}")


async def to_mobile(reach: Reach, gateway: Gateway | None, sending: Sending) -> None:
    """Hand a short message to the gateway.

    Raises:
        NoGateway: the operator has none. ChannelRefused: its answer does not say yes. And see `post`.
    """
    if gateway is None:
        raise NoGateway
    said = {
        "to": sending.to,
        "text": sending.text.body,
        "message": str(sending.id),
        "account": str(sending.settings.get("account", "")),
        "signature": str(sending.settings.get("signature", "")),
        "secret": sending.secrets.get("secret", ""),
    }
    headers = {name: filled(value, said) for name, value in gateway.headers.items()}
    answer = await post(reach, gateway.url, filled(gateway.body, said), headers)
    for name, value in gateway.ok.items():
        if str(answer.body.get(name)) != str(value):
            raise ChannelRefused(str(answer.body.get(name))[:20])


def filled(form: Any, said: Mapping[str, str]) -> Any:
    """A form with its places filled, in texts at any depth; what is filled in is not looked at again."""
    if isinstance(form, str):
        return _PLACE.sub(lambda found: said.get(found[1], found[0]), form)
    if isinstance(form, Mapping):
        return {key: filled(value, said) for key, value in form.items()}
    if isinstance(form, list | tuple):
        return [filled(value, said) for value in form]
    return form
