"""Draws docs/images/reliability.svg: the probability told to people against what was observed, on held-out queries.

python -m scripts.reliability
"""

import json
from collections.abc import Sequence
from pathlib import Path

from matchmaker.matching.reranking import WEIGHTS_FILE

OUT = Path("docs/images/reliability.svg")
SIDE, MARGIN = 320, 48
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="12">
<title>Probability told against share of answers observed</title>
<rect width="{size}" height="{size}" fill="#fff"/>"""


def main() -> None:
    """Write the picture."""
    rows = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["calibration"]["measured"]["reliability"]
    OUT.write_text(drawn(rows["told_observed_count"]), encoding="utf-8")


def drawn(rows: Sequence[Sequence[float]]) -> str:
    """Return the curve as SVG; a larger dot stands for more matches."""
    size = SIDE + 2 * MARGIN
    parts = [HEAD.format(size=size), _line([(0, 0), (1, 1)], "#999", dashed=True)]
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = _at(tick, tick)
        parts.append(f'<text x="{x}" y="{size - MARGIN + 18}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{MARGIN - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<path d="M{MARGIN} {MARGIN}V{size - MARGIN}H{size - MARGIN}" fill="none" stroke="#333"/>')
    parts.append(_line([(told, observed) for told, observed, _ in rows], "#0b5cad", dashed=False))
    for told, observed, count in rows:
        x, y = _at(told, observed)
        parts.append(f'<circle cx="{x}" cy="{y}" r="{2 + min(6.0, count**0.5 / 15):.1f}" fill="#0b5cad"/>')
    parts.append(f'<text x="{size // 2}" y="{size - 10}" text-anchor="middle">probability told</text>')
    parts.append(
        f'<text transform="translate(14 {size // 2}) rotate(-90)" text-anchor="middle">answers observed</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


def _at(told: float, observed: float) -> tuple[int, int]:
    return round(MARGIN + told * SIDE), round(MARGIN + (1 - observed) * SIDE)


def _line(points: Sequence[tuple[float, float]], colour: str, *, dashed: bool) -> str:
    told = " ".join(f"{x},{y}" for x, y in (_at(*point) for point in points))
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{told}" fill="none" stroke="{colour}"{dash}/>'


if __name__ == "__main__":
    main()
