"""A sheet of SVG and the outlines that are drawn on it: ridges, blobs, limbs. Units are the caller's own."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from random import Random

Point = tuple[float, float]
# Offset from 0 to 1, colour as hex, opacity.
Stop = tuple[float, str, float]


def poly(points: Sequence[Point], closed: bool = True) -> str:
    """The path of a polygon or polyline."""
    body = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{body}{'Z' if closed else ''}"


def smooth(points: Sequence[Point], closed: bool = True) -> str:
    """A path of soft curves through all points (Catmull-Rom splines as cubic Béziers)."""
    n = len(points)
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(n if closed else n - 1):
        p0 = points[(i - 1) % n] if closed or i else points[0]
        p1, p2 = points[i], points[(i + 1) % n]
        p3 = points[(i + 2) % n] if closed or i + 2 < n else p2
        a = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        b = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        parts.append(f"C{a[0]:.1f} {a[1]:.1f} {b[0]:.1f} {b[1]:.1f} {p2[0]:.1f} {p2[1]:.1f}")
    return "".join(parts) + ("Z" if closed else "")


def band(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """The outline of a tapering band along a line of points, `widths` wide at each."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for i, ((x, y), width) in enumerate(zip(points, widths, strict=True)):
        ax, ay = points[max(0, i - 1)]
        bx, by = points[min(last, i + 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


def limb(points: Sequence[Point], widths: Sequence[float]) -> str:
    """A tapering band along a line of points, `widths` wide at each: arms, legs, tails, branches."""
    return smooth(band(points, widths))


def joined(rings: Sequence[Sequence[Point]]) -> str:
    """One path of several overlapping outlines without seams or holes: all of them run the same way around."""
    d = ""
    for ring in rings:
        area = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]))
        d += smooth(ring if area > 0 else ring[::-1])
    return d


def oval(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """The path of an ellipse about (x, y)."""
    ry = rx if ry is None else ry
    return f"M{x - rx:.1f} {y:.1f}a{rx:.1f} {ry:.1f} 0 1 1 {2 * rx:.1f} 0a{rx:.1f} {ry:.1f} 0 1 1 {-2 * rx:.1f} 0Z"


def box(x: float, y: float, w: float, h: float) -> str:
    """The path of a rectangle with its upper left corner at (x, y)."""
    return f"M{x:.1f} {y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}Z"


def arch(x: float, y: float, w: float, h: float, pointed: bool = False) -> str:
    """A door or window, `w` wide about x, standing on y, round or pointed above."""
    left, right, top, spring = x - w / 2, x + w / 2, y - h, y - h + w * (0.75 if pointed else 0.5)
    if pointed:
        head = f"Q{left:.1f} {top + w * 0.25:.1f} {x:.1f} {top:.1f}"
        head += f"Q{right:.1f} {top + w * 0.25:.1f} {right:.1f} {spring:.1f}"
    else:
        head = f"A{w / 2:.1f} {w / 2:.1f} 0 0 1 {right:.1f} {spring:.1f}"
    return f"M{left:.1f} {y:.1f}L{left:.1f} {spring:.1f}{head}L{right:.1f} {y:.1f}Z"


def blob(rng: Random, x: float, y: float, rx: float, ry: float, points: int = 9, rough: float = 0.18) -> str:
    """An uneven roundish outline about (x, y)."""
    turn = rng.random()
    ring = []
    for i in range(points):
        angle = (i + turn) * 2 * math.pi / points
        reach = 1 + rng.uniform(-rough, rough)
        ring.append((x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach))
    return smooth(ring)


def ridge(rng: Random, width: float, base: float, height: float, rough: float = 0.52, steps: int = 6) -> list[Point]:
    """A jagged skyline from left to right by midpoint displacement, `height` the swing of its largest peaks."""
    line = [base - rng.random() * height * 0.5 for _ in range(4)]
    swing = height * 0.75
    for _ in range(steps):
        wider: list[float] = []
        for a, b in pairwise(line):
            wider += [a, (a + b) / 2 + rng.uniform(-swing, swing) * 0.6]
        line = [*wider, line[-1]]
        swing *= rough
    n = len(line) - 1
    return [(-20 + (width + 40) * i / n, y) for i, y in enumerate(line)]


def rolling(rng: Random, width: float, base: float, height: float, waves: float = 2.0) -> list[Point]:
    """A soft skyline from left to right: three summed waves, `height` their swing up and down."""
    terms = [(waves * k * rng.uniform(0.8, 1.25), rng.random() * 6.3, 1 / k**1.4) for k in (1, 2.1, 4.3)]
    line = []
    for i in range(33):
        swing = sum(math.sin(f * i / 32 * 2 * math.pi + p) * a for f, p, a in terms)
        line.append((-20 + (width + 40) * i / 32, base + swing * height / 1.6))
    return line


def height_at(line: Sequence[Point], x: float) -> float:
    """The y of a skyline at x, between its points in a straight line."""
    for (ax, ay), (bx, by) in pairwise(line):
        if ax <= x <= bx:
            return ay + (by - ay) * (x - ax) / ((bx - ax) or 1)
    return line[0][1] if x < line[0][0] else line[-1][1]


def below(line: Sequence[Point], bottom: float, soft: bool = False) -> str:
    """The area under a skyline down to `bottom`."""
    if not soft:
        return poly([*line, (line[-1][0], bottom), (line[0][0], bottom)])
    return f"{smooth(line, closed=False)}L{line[-1][0]:.1f} {bottom:.1f}L{line[0][0]:.1f} {bottom:.1f}Z"


class Sheet:
    """Collects SVG markup; whatever is added later lies above."""

    def __init__(self) -> None:
        self.defs: list[str] = []
        self.parts: list[str] = []

    def _define(self, markup: str) -> str:
        name = f"d{len(self.defs)}"
        self.defs.append(markup.replace("@", name, 1))
        return name

    @staticmethod
    def _stops(stops: Sequence[Stop]) -> str:
        return "".join(f'<stop offset="{o:.3f}" stop-color="{c}" stop-opacity="{a:.3f}"/>' for o, c, a in stops)

    def linear(self, stops: Sequence[Stop], x2: float = 0, y2: float = 1, x1: float = 0, y1: float = 0) -> str:
        """A paint that runs across whatever is filled, by default from its top to its bottom."""
        name = self._define(
            f'<linearGradient id="@" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{self._stops(stops)}</linearGradient>'
        )
        return f"url(#{name})"

    def radial(self, stops: Sequence[Stop]) -> str:
        """A paint that runs from the middle of whatever is filled to its rim."""
        name = self._define(f'<radialGradient id="@">{self._stops(stops)}</radialGradient>')
        return f"url(#{name})"

    def path(
        self, d: str, fill: str = "none", opacity: float = 1.0, stroke: str = "", width: float = 0.0, extra: str = ""
    ) -> None:
        """Add a path, filled, stroked or both."""
        line = f' stroke="{stroke}" stroke-width="{width:.1f}" stroke-linecap="round"' if stroke else ""
        fade = f' opacity="{opacity:.3f}"' if opacity < 1 else ""
        self.parts.append(f'<path d="{d}" fill="{fill}"{line}{fade} {extra}/>')

    def glow(self, x: float, y: float, r: float, colour: str, strength: float = 0.6) -> None:
        """A soft round light."""
        self.path(oval(x, y, r), self.radial([(0, colour, strength), (0.35, colour, strength * 0.42), (1, colour, 0)]))

    @contextmanager
    def group(self, transform: str = "", clip: str = "", opacity: float = 1.0) -> Iterator[None]:
        """All that is added inside is moved, cut off at the path `clip` or seen through together."""
        attributes = f' transform="{transform}"' if transform else ""
        if clip:
            name = self._define(f'<clipPath id="@"><path d="{clip}"/></clipPath>')
            attributes += f' clip-path="url(#{name})"'
        if opacity < 1:
            attributes += f' opacity="{opacity:.3f}"'
        self.parts.append(f"<g{attributes}>")
        try:
            yield
        finally:
            self.parts.append("</g>")

    def svg(self, view: tuple[float, float, float, float], width: int, height: int) -> str:
        """The whole document: `view` is the x, y, width and height in units that fill the picture."""
        window = " ".join(f"{v:.2f}" for v in view)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{window}" width="{width}" height="{height}" '
            f'preserveAspectRatio="none"><defs>{"".join(self.defs)}</defs>{"".join(self.parts)}</svg>'
        )
