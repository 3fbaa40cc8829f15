# ruff: noqa: E501 (elements stand on one line)
"""Plots as plain SVG: dots with a band of expected noise, and a histogram against the normal curve."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import exp, pi, sqrt

WIDE, HIGH, LEFT, TOP, RIGHT, BELOW = 760, 300, 64, 46, 16, 40
FONT = 'font-family="sans-serif" fill="#222"'


def text(x: float, y: float, words: str, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" {FONT}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "#888", dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'


def page(title: str, parts: Sequence[str]) -> str:
    """A whole file, white behind, with a title for readers and screen readers."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img">'
    body = [f"<title>{escape(title)}</title>", f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>']
    return "\n".join([head, *body, text(LEFT, 20, title, size=14), *parts, "</svg>"]) + "\n"


class Axis:
    """Maps values to heights; a tick at each of four steps."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high if high > low else low + 1

    def at(self, value: float) -> float:
        return TOP + (HIGH - TOP - BELOW) * (self.high - value) / (self.high - self.low)

    def ticks(self) -> list[str]:
        steps = [self.low + (self.high - self.low) * i / 4 for i in range(5)]
        return [text(LEFT - 6, self.at(v) + 4, f"{v:.4g}", "end", 11) for v in steps] + [
            line(LEFT, self.at(v), WIDE - RIGHT, self.at(v), "#eee") for v in steps
        ]


def dots(title: str, groups: Sequence[tuple[str, Sequence[float], float, float]], below: str = "") -> str:
    """Groups side by side: (label, values, expected, standard deviation of the noise); band of ±3."""
    every = [v for _, values, due, noise in groups for v in (*values, due - 3.5 * noise, due + 3.5 * noise)]
    axis, parts = Axis(min(every), max(every)), []
    total = sum(len(values) + 2 for _, values, _, _ in groups)
    step, x = (WIDE - LEFT - RIGHT) / total, float(LEFT)
    for label, values, due, noise in groups:
        end = x + step * (len(values) + 1)
        top, bottom = axis.at(due + 3 * noise), axis.at(due - 3 * noise)
        parts.append(
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{end - x:.1f}" height="{bottom - top:.1f}" fill="#dbe9f6"/>'
        )
        parts.append(line(x, axis.at(due), end, axis.at(due), "#1f5fa8"))
        for i, value in enumerate(values):
            parts.append(
                f'<circle cx="{x + step * (i + 1):.1f}" cy="{axis.at(value):.1f}" r="2.6" fill="#b3261e"/>'
            )
        parts.append(text((x + end) / 2, HIGH - BELOW + 16, label, "middle", 11))
        x = end + step
    return page(title, [*axis.ticks(), *parts, text(LEFT, HIGH - 8, below, size=11)])


def histogram(title: str, values: Sequence[float], below: str = "") -> str:
    """Standardised deviations in bins of a quarter, with the normal curve of the same area."""
    width, reach = 0.25, 4.5
    bins = [0] * round(2 * reach / width)
    for value in values:
        bins[min(len(bins) - 1, max(0, int((value + reach) / width)))] += 1
    scale = len(values) * width / sqrt(2 * pi)
    axis = Axis(0, 1.1 * max(scale, *bins))
    step = (WIDE - LEFT - RIGHT) / len(bins)
    parts = axis.ticks()
    for i, count in enumerate(bins):
        y = axis.at(count)
        parts.append(
            f'<rect x="{LEFT + i * step + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" '
            f'height="{axis.at(0) - y:.1f}" fill="#dbe9f6" stroke="#7aa5cf"/>'
        )
    curve = [(-reach + 0.05 * i) for i in range(round(2 * reach / 0.05) + 1)]
    points = " ".join(
        f"{LEFT + (z + reach) / width * step:.1f},{axis.at(scale * exp(-z * z / 2)):.1f}" for z in curve
    )
    parts.append(f'<polyline points="{points}" fill="none" stroke="#b3261e" stroke-width="1.5"/>')
    for z in range(-4, 5):
        parts.append(text(LEFT + (z + reach) / width * step, HIGH - BELOW + 16, str(z), "middle", 11))
    return page(title, [*parts, text(LEFT, HIGH - 8, below, size=11)])
