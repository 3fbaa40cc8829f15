"""A min-cost flow of our own: successive shortest paths, written for clearness. Shares nothing with rd1."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

FAR = 10**9


class Network:
    """Arcs with capacity and cost; every arc has its reverse beside it (index ^ 1)."""

    def __init__(self, nodes: int) -> None:
        self.out: list[list[int]] = [[] for _ in range(nodes)]
        self.to: list[int] = []
        self.room: list[int] = []
        self.cost: list[int] = []

    def arc(self, a: int, b: int, room: int, cost: int = 0) -> None:
        for start, end, capacity, price in ((a, b, room, cost), (b, a, 0, -cost)):
            self.out[start].append(len(self.to))
            self.to.append(end)
            self.room.append(capacity)
            self.cost.append(price)

    def path(self, source: int, sink: int) -> tuple[list[int], int] | None:
        """Arcs of the cheapest path with room, and its cost; None if there is none."""
        far = [FAR] * len(self.out)
        by = [-1] * len(self.out)
        far[source], queue, waiting = 0, deque([source]), {source}
        while queue:
            here = queue.popleft()
            waiting.discard(here)
            for arc in self.out[here]:
                there, cost = self.to[arc], far[here] + self.cost[arc]
                if self.room[arc] and cost < far[there]:
                    far[there], by[there] = cost, arc
                    if there not in waiting:
                        waiting.add(there)
                        queue.append(there)
        if far[sink] == FAR:
            return None
        arcs, here = [], sink
        while here != source:
            arcs.append(by[here])
            here = self.to[by[here] ^ 1]
        return arcs, far[sink]

    def push(self, source: int, sink: int) -> tuple[int, int]:
        """The largest flow and its least cost."""
        amount = total = 0
        while (found := self.path(source, sink)) is not None:
            for arc in found[0]:
                self.room[arc] -= 1
                self.room[arc ^ 1] += 1
            amount, total = amount + 1, total + found[1]
        return amount, total


@dataclass(frozen=True)
class Task:
    """Who may do what: officers' caps and leads, and by visit who may go (positions of officers)."""

    size: int
    caps: Sequence[int]
    leads: Sequence[bool]
    allowed: Sequence[Sequence[int]]


def best(task: Task, extra: int = 0) -> tuple[bool, int]:
    """Whether every team can be made within the caps (+ extra), and then the least sum of squared loads.

    A visit wants one lead in its first place and size − 1 others from anyone, all different: an officer
    reaches a visit through one arc of capacity 1. The k-th visit of an officer costs k² − (k − 1)².
    """
    officers, visits = len(task.caps), len(task.allowed)
    pairs = [(o, v) for v, who in enumerate(task.allowed) for o in who]
    first = 2 + officers
    slot = first + len(pairs)
    network = Network(slot + 2 * visits)
    for o, cap in enumerate(task.caps):
        for k in range(1, min(cap + extra, visits) + 1 if cap else 1):
            network.arc(0, 2 + o, 1, 2 * k - 1)
    for i, (o, v) in enumerate(pairs):
        network.arc(2 + o, first + i, 1)
        network.arc(first + i, slot + 2 * v + 1, 1)
        if task.leads[o]:
            network.arc(first + i, slot + 2 * v, 1)
    for v in range(visits):
        network.arc(slot + 2 * v, 1, 1)
        network.arc(slot + 2 * v + 1, 1, task.size - 1)
    amount, cost = network.push(0, 1)
    return amount == task.size * visits, cost
