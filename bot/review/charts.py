"""Bar charts as SVG, made on the server: no script and no style inside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Data = Sequence[tuple[str, tuple[int, ...]]]
_WIDTH = 560
_CLASSES = ("bar", "bar second")


def _most(data: Data) -> int:
    return max((number for _, numbers in data for number in numbers), default=0) or 1


def _svg(title: str, height: int, parts: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}. The table below has the numbers.">{}</svg>',
        _WIDTH,
        height,
        title,
        parts,
    )


def lying(title: str, data: Data) -> SafeString:
    """Horizontal bars, for things with long names; at most 20 of them."""
    data = data[:20]
    most, line, left = _most(data), 26, 220
    parts: list[SafeString] = []
    for place, (name, numbers) in enumerate(data):
        top = place * line
        label = name if len(name) <= 31 else name[:30] + "…"
        parts.append(
            format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', left - 8, top + 17, label)
        )
        thick = 18 / len(numbers)
        for which, number in enumerate(numbers):
            width = round((_WIDTH - left - 50) * number / most, 1)
            y = top + 4 + which * thick
            parts.append(
                format_html(
                    '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
                    _CLASSES[which],
                    left,
                    round(y, 1),
                    width,
                    round(thick - 1, 1),
                )
            )
            if len(numbers) == 1:
                parts.append(format_html('<text x="{}" y="{}">{}</text>', left + width + 5, top + 17, number))
    return _svg(title, max(line * len(data), line), format_html_join("", "{}", ((part,) for part in parts)))


def upright(title: str, data: Data) -> SafeString:
    """Columns, for days and hours; only as many labels as fit."""
    most, height, base = _most(data), 190, 160
    step = (_WIDTH - 40) / max(len(data), 1)
    every = max(1, -(-len(data) // 12))
    parts: list[SafeString] = [
        format_html('<line class="axis" x1="36" x2="{}" y1="{}" y2="{}"/>', _WIDTH, base, base),
        format_html('<text x="30" y="16" text-anchor="end">{}</text>', most),
        format_html('<text x="30" y="{}" text-anchor="end">0</text>', base),
    ]
    for place, (name, numbers) in enumerate(data):
        left = 38 + place * step
        thick = step * 0.85 / len(numbers)
        for which, number in enumerate(numbers):
            tall = round((base - 12) * number / most, 1)
            # only numbers of our own: nothing to escape, and a year has many columns
            parts.append(
                SafeString(
                    f'<rect class="{_CLASSES[which]}" x="{left + which * thick:.1f}" y="{base - tall:.1f}" '
                    f'width="{thick:.1f}" height="{tall}"/>'
                )
            )
        if place % every == 0:
            short = f"{date.fromisoformat(name):%-d %b}" if len(name) == 10 else name
            parts.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="middle">{}</text>',
                    round(left + step / 2, 1),
                    178,
                    short,
                )
            )
    return _svg(title, height, format_html_join("", "{}", ((part,) for part in parts)))
