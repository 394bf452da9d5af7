"""Plots for ``docs/``: SVG files that change only when the numbers do, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Told apart by people with any kind of colour vision (Okabe and Ito, 2008), and by their dashes.
_STYLES = (("#0072b2", "-"), ("#d55e00", "--"), ("#009e73", "-."), ("#cc79a7", ":"), ("#000000", "-"))


def _matplotlib() -> Any:
    """matplotlib, without a display; imported late because the import alone takes a second."""
    import matplotlib.pyplot  # type: ignore[import-untyped]

    matplotlib.use("svg")
    return matplotlib


@contextmanager
def figure(path: Path, width: float = 8, height: float = 4.5) -> Iterator[Any]:
    """A matplotlib axes to draw on (inches); saved to ``path`` at the end, without a date inside."""
    matplotlib = _matplotlib()
    settings = {"svg.hashsalt": "hip", "font.size": 10, "axes.grid": True, "grid.alpha": 0.3}
    with matplotlib.rc_context(settings):
        drawn, axes = matplotlib.pyplot.subplots(figsize=(width, height), layout="constrained")
        try:
            yield axes
            path.parent.mkdir(parents=True, exist_ok=True)
            drawn.savefig(path, metadata={"Date": None})
        finally:
            matplotlib.pyplot.close(drawn)


def curves(
    path: Path,
    across: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    *,
    marks: Mapping[str, float],
    axis: tuple[str, str],
) -> None:
    """Draws ``lines`` (name to values at the points ``across``) with vertical ``marks``; ``axis`` names x and y."""
    with figure(path) as axes:
        for (name, values), (colour, dashes) in zip(lines.items(), _STYLES, strict=False):
            axes.plot(across, values, dashes, color=colour, label=name)
        for name, place in marks.items():
            axes.axvline(place, color="#666666", linewidth=1)
            axes.annotate(
                name, (place, 0.5), rotation=90, ha="right", va="center", color="#444444", fontsize=9
            )
        axes.set(xlabel=axis[0], ylabel=axis[1], ylim=(-0.02, 1.02), xlim=(min(across), max(across)))
        axes.legend(loc="best")


def bars(path: Path, panels: Mapping[str, Mapping[str, float]]) -> None:
    """Draws one panel of horizontal bars for each entry: name of the measure to name and value of each bar."""
    matplotlib = _matplotlib()
    with matplotlib.rc_context({"svg.hashsalt": "hip", "font.size": 10}):
        drawn, axes = matplotlib.pyplot.subplots(
            1, len(panels), figsize=(3.1 * len(panels), 2.6), layout="constrained"
        )
        for number, (axis, (title, values)) in enumerate(
            zip([axes] if len(panels) == 1 else axes, panels.items(), strict=True)
        ):
            names = list(values)[::-1]
            colours = [_STYLES[list(values).index(name) % len(_STYLES)][0] for name in names]
            drawn_bars = axis.barh(names, [values[name] for name in names], color=colours)
            axis.bar_label(
                drawn_bars, fmt=lambda value: f"{value:.0f}" if value >= 100 else f"{value:.3g}", padding=2
            )
            axis.set_title(title, fontsize=10)
            axis.margins(x=0.25)
            axis.spines[["top", "right"]].set_visible(False)
            if number:
                axis.set_yticklabels([])
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.savefig(path, metadata={"Date": None})
        matplotlib.pyplot.close(drawn)
