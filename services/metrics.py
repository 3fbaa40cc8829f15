"""Counters and durations of this process behind one door; every sample names its bureau, by code.

A label comes from a closed list: no site, no person and nothing a caller typed can become one. The text is
Prometheus' exposition format 0.0.4.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

DEPLOYMENT = "_"  # what belongs to no bureau
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
MOST_BUREAUS = 5000
_BUREAU = re.compile(r"\d{6}", re.ASCII)

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One family of samples.

    Attributes:
        kind: counts up, or measures seconds. help: what it tells.
        labels: name → the values it may take; anything else becomes "other".
    """

    name: str
    kind: Literal["counter", "histogram"]
    help: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_DOORS = ("api", "desk", "field", "city", "portal", "other")
_OUTCOMES = ("done", "failed", "busy", "stuck", "other")

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        one.name: one
        for one in (
            Metric(
                "shuangsui_requests_total",
                "counter",
                "Requests answered.",
                {"door": _DOORS, "status": ("2xx", "3xx", "4xx", "5xx", "other")},
            ),
            Metric(
                "shuangsui_request_seconds", "histogram", "Seconds until the answer began.", {"door": _DOORS}
            ),
            Metric("shuangsui_jobs_total", "counter", "Runs of clock jobs.", {"outcome": _OUTCOMES}),
            Metric(
                "shuangsui_orders_total", "counter", "Orders of the outbox tried.", {"outcome": _OUTCOMES}
            ),
            Metric(
                "shuangsui_messages_total",
                "counter",
                "Tries to deliver a message, by what came of them.",
                {"outcome": ("sent", "failed", "dead", "other")},
            ),
            Metric(
                "shuangsui_deliveries_total",
                "counter",
                "Tries to hand a file to another system, by what came of them.",
                {"outcome": ("sent", "received", "refused", "failed", "dead", "other")},
            ),
            Metric(
                "shuangsui_alarms_total",
                "counter",
                "What somebody has to look at.",
                {"what": ("journal", "database", "job", "key", "notify", "exchange", "other")},
            ),
        )
    }
)


@dataclass(slots=True)
class _Spread:
    counts: list[int] = field(default_factory=lambda: [0] * len(BUCKETS))
    total: int = 0
    sum: float = 0.0


class Registry:
    """Samples of one process. Not shared between threads: everything that counts runs on the event loop."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Labels], int] = {}
        self._spreads: dict[tuple[str, Labels], _Spread] = {}
        self._bureaus: set[str] = set()

    def count(self, name: str, bureau: str, n: int = 1, **labels: str) -> None:
        """Count up. Raises KeyError for a metric or label that is not declared."""
        key = (name, self._labels(METRICS[name], bureau, labels))
        self._counts[key] = self._counts.get(key, 0) + n

    def observe(self, name: str, bureau: str, seconds: float, **labels: str) -> None:
        """Note a duration. Raises KeyError for a metric or label that is not declared."""
        key = (name, self._labels(METRICS[name], bureau, labels))
        spread = self._spreads.setdefault(key, _Spread())
        spread.total, spread.sum = spread.total + 1, spread.sum + seconds
        for place, edge in enumerate(BUCKETS):
            spread.counts[place] += seconds <= edge

    def text(self) -> str:
        """All samples, family by family."""
        return "".join(f"{line}\n" for metric in METRICS.values() for line in self._family(metric))

    def _labels(self, metric: Metric, bureau: str, labels: Mapping[str, str]) -> Labels:
        if set(labels) != set(metric.labels):
            raise KeyError(f"{metric.name}: {sorted(labels)}")
        told = {name: value if value in metric.labels[name] else "other" for name, value in labels.items()}
        return (("bureau", self._known(bureau)), *sorted(told.items()))

    def _known(self, bureau: str) -> str:
        """Codes only, and a bounded number of them."""
        if not _BUREAU.fullmatch(bureau):
            return DEPLOYMENT
        if bureau not in self._bureaus and len(self._bureaus) >= MOST_BUREAUS:
            return DEPLOYMENT
        self._bureaus.add(bureau)
        return bureau

    def _family(self, metric: Metric) -> Iterator[str]:
        yield f"# HELP {metric.name} {metric.help}"
        yield f"# TYPE {metric.name} {metric.kind}"
        for (name, labels), count in sorted(self._counts.items()):
            if name == metric.name:
                yield f"{name}{_shown(labels)} {count}"
        for (name, labels), spread in sorted(self._spreads.items(), key=lambda one: one[0]):
            if name == metric.name:
                for edge, count in zip(BUCKETS, spread.counts, strict=True):
                    yield f"{name}_bucket{_shown((*labels, ('le', str(edge))))} {count}"
                yield f"{name}_bucket{_shown((*labels, ('le', '+Inf')))} {spread.total}"
                yield f"{name}_sum{_shown(labels)} {spread.sum:.6f}"
                yield f"{name}_count{_shown(labels)} {spread.total}"


def _shown(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}"


REGISTRY = Registry()
