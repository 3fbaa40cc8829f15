"""What goes on in one world only: the other bureau's people work on, and publish nothing."""

from collections import Counter
from random import Random
from typing import Any

from services.clock import today

from .rows import FOREIGN
from .sequences_found import Found
from .sequences_play import Player
from .sequences_words import Words

POSTS = ("keeper", "admin", "dispatcher", "reviewer")
PEOPLE = tuple(f"{FOREIGN}-{post}" for post in POSTS)
AT = f"/api/v1/bureaus/{FOREIGN}"


class Meanwhile:
    """One or two acts of the other bureau before a walk; `done` counts those that succeeded."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    async def __call__(self, player: Player, number: int) -> None:
        """Acts; what is answered concerns nobody else."""
        dice = Random(f"meanwhile/{number}")
        player.dice.seed(f"meanwhile/{number}")
        for who, path, said in dice.sample(self._acts(player, dice), 2):
            person = player.people[f"{FOREIGN}-{who}"]
            headers = {"x-csrf-token": person.csrf}
            sent: dict[str, Any] = {"files": said} if "imports" in path else {"json": said}
            got = await person.client.request("POST", AT + path, headers=headers, **sent)
            assert got.status_code < 500, got.text
            self.done[path.split("/")[1]] += got.status_code < 300

    def _acts(self, player: Player, dice: Random) -> list[tuple[str, str, Any]]:
        this_day = str(today(player.clock))
        words = Words(dice, Found(()), FOREIGN, player.clock.now())
        leak = {"draw_no": 1, "channel": "other", "seen_on": this_day, "words": words.text("words")}
        person = {
            "subject": f"demo-{FOREIGN}-{dice.choice(POSTS)}",
            "name": "演示",
            "role": "section_supplier",
        }
        duty = {"unit": "duty", "duty": words.text("duty"), "name": "演示", "since": this_day}
        return [
            ("keeper", "/imports/officers", {"file": ("officers.csv", words.sheet("officers"))}),
            ("keeper", "/plans/2027", None),
            ("keeper", "/leaks", leak),
            ("reviewer", "/leaks", leak),
            ("admin", "/people", person),
            ("admin", "/organisation/duties", duty),
            ("admin", "/leaks", leak),
        ]
