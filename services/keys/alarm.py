"""The alarm when a bureau's key is not its own: a line for the operator's log, and a count to watch."""

from services.logs import say
from services.metrics import REGISTRY
from tenants.key_errors import WrongKey


def raise_alarm(wrong: WrongKey) -> None:
    """Tell which bureau and which provider; the key and its name stay where they are."""
    bureau = str(wrong.facts.get("bureau", ""))
    say("key.wrong", bureau=bureau, level="error", problem=wrong.code, provider=wrong.facts.get("provider"))
    REGISTRY.count("shuangsui_alarms_total", bureau, what="key")
