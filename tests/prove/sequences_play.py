"""Plays walks in a world and keeps what was answered, with numbers drawn at random named in their order."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from random import Random
from typing import Any

import httpx

from services.clock import SimulatedClock
from services.identity.demo_login import TOKEN, csrf_of, demo_login
from tests.confirming import FORM, NUMBER, asked

from .asking import Answer, Person, packed, signed_in
from .same_ids import same_ids
from .sequences import Ask, Map, Walk, cast
from .worlds import World

STEP = timedelta(seconds=1)  # between two requests: rows made one after another have an order
LEFT_OUT = ("date", "server", "x-request-id", "content-length")
HIDDEN = re.compile(r'(name="(?:csrf_token|intent)" value=")[^"]+')
CHOSEN = re.compile(rb'("platform_c":")[0-9a-f]{64}')  # of a secret nobody can seed
PAGE = r"(?:\.[0-9a-f]{24}\.(?:[0-9a-f]{16}|<request>))?"  # whose form it is and on which page it stood
TEXTS = ("text/", "application/json", "application/problem")


@dataclass(frozen=True)
class Step:
    """One request of a walk and its answer, both without the numbers a session draws at random."""

    asked: str
    answer: Answer
    method: str
    route: str


Between = Callable[["Player", int], Awaitable[None]]


@dataclass
class Player:
    """The browsers of everybody, at one world; walks follow one another and find what those before made."""

    clock: SimulatedClock
    people: dict[str, Person]
    known: Map
    dice: Random

    async def walk(self, seed: str, number: int) -> list[Step]:
        """One sequence."""
        walk, steps, tokens = Walk(seed, number, self.known), [], set[str]()
        for n in range(walk.length):
            now = self.clock.advance(STEP)
            self.dice.seed(f"{seed}/{number}/{n}")
            ask = walk.next(now)
            got = await self._asked(ask)
            person = self.people[ask.who]
            text = got.text if (kind := got.headers.get("content-type", "")).startswith(TEXTS) else ""
            said = (person.csrf, *TOKEN.findall(text))
            tokens |= {token.partition(".")[0] for token in said if token}  # the rest names the page
            walk.found.learn(ask.who, ask.route, kind, text)
            asked_for = _without(ask.name, tokens)
            steps.append(Step(asked_for, _answer(got, text, tokens), ask.method, ask.route or ask.path))
        return steps

    async def _asked(self, ask: Ask) -> httpx.Response:
        person = self.people[ask.who]
        client = person.client
        if ask.method == "GET":
            return await client.request("GET", ask.path)
        if ask.sends == "form":
            said = ask.said | {"csrf_token": person.csrf if ask.token else "x" * 43}
            got = await client.request("POST", ask.path, data=said, files=ask.files or None)
            return await self._confirmed(person, ask, got) if asked(got) else got
        got = await self._called(person, ask)
        if got.status_code == 401 and got.json().get("code") == "IntentNeeded":
            return await self._intended(person, ask, got)
        return got

    async def _called(self, person: Person, ask: Ask, intent: str = "") -> httpx.Response:
        headers = {"x-csrf-token": person.csrf} | ({"x-intent": intent} if intent else {})
        said: dict[str, Any] = {"data": ask.said, "files": ask.files} if ask.files else {"json": ask.said}
        return await person.client.request(ask.method, ask.path, headers=headers, **said)

    async def _confirmed(self, person: Person, ask: Ask, got: httpx.Response) -> httpx.Response:
        """Gives the second factor in the browser and presses the button, if there is one."""
        page = await demo_login(person.client, ask.who, level=2, next_=asked(got))
        await self._renewed(person)
        action, number = FORM.search(page.text), NUMBER.search(page.text)
        if not action or not number:
            return page
        said = {"intent": number[1], "csrf_token": csrf_of(page)}
        return await person.client.request("POST", action[1], data=said)

    async def _intended(self, person: Person, ask: Ask, got: httpx.Response) -> httpx.Response:
        """Names the act as a program does, gives the second factor, sends the act with it."""
        if ask.files:
            return got
        order = {"path": ask.path, "body": ask.said}
        where = f"/api/v1/bureaus/{ask.path.split('/')[4]}/intents"
        headers = {"x-csrf-token": person.csrf}
        made = await person.client.request("POST", where, json=order, headers=headers)
        if made.status_code != 201:
            return made
        await demo_login(person.client, ask.who, level=2)
        await self._renewed(person)
        return await self._called(person, ask, made.json()["intent"])

    async def _renewed(self, person: Person) -> None:
        page = await person.client.request("GET", "/bureau")
        person.csrf = csrf_of(page) or person.csrf


def _without(text: str, tokens: set[str]) -> str:
    text = HIDDEN.sub(r"\1<token>", text)
    for token in tokens:
        text = re.sub(re.escape(token) + PAGE, "<token>", text)
    return text


def _answer(got: httpx.Response, text: str, tokens: set[str]) -> Answer:
    """With all headers but those of the transport."""
    number = got.headers.get("x-request-id", "<none>")
    body = _without(text.replace(number, "<request>"), tokens).encode() if text else got.content
    if got.request.url.path == "/metrics":  # of the whole deployment, for its operator
        body = b"<figures>"
    if got.request.url.path.endswith("/draws"):
        body = CHOSEN.sub(rb"\1<random>", body)
    headers = [
        (name, ",".join(SimpleCookie(value)) if name == "set-cookie" else _without(value, tokens))
        for name, value in sorted(got.headers.multi_items())
        if name not in LEFT_OUT
    ]
    return Answer(got.status_code, tuple(headers), packed(body))


async def play(
    world: World,
    seed: str,
    numbers: Sequence[int],
    *,
    foreign: dict[str, str],
    only: str = "",
    between: Between | None = None,
    also: Sequence[str] = (),
) -> list[list[Step]]:
    """Every walk, one after another, in a served world.

    Args:
        foreign: ids of the other bureau's rows at the beginning. only: a part of every route asked.
        between: what else goes on in this world before each walk; its answers are not kept.
        also: who does that.
    """
    clock = SimulatedClock(world.moment)
    whom = {p.username for number in numbers for p in cast(seed, number)}
    async with world.served(clock) as app, signed_in(world, ["", *sorted(whom), *also], forms="/") as people:
        with same_ids() as dice:
            player = Player(clock, people, Map.of(app, world.own, foreign, only), dice)
            found = []
            for number in numbers:
                if between is not None:
                    await between(player, number)
                found.append(await player.walk(seed, number))
            return found
