"""Boats and ships on the water at (x, y)."""

from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import limb, poly, smooth


def boat(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A rowing boat, `size` units long."""
    hull = smooth(
        [
            (x - size * 0.5, y - size * 0.2),
            (x - size * 0.34, y),
            (x + size * 0.3, y + size * 0.01),
            (x + size * 0.55, y - size * 0.24),
            (x + size * 0.2, y - size * 0.14),
            (x - size * 0.2, y - size * 0.14),
        ]
    )
    st.sheet.path(
        smooth(
            [
                (x - size * 0.48, y - size * 0.19),
                (x, y - size * 0.24),
                (x + size * 0.52, y - size * 0.23),
                (x, y - size * 0.1),
            ]
        ),
        st.tone("#4d3524", depth),
    )
    st.sheet.path(
        limb([(x - size * 0.15, y - size * 0.15), (x - size * 0.5, y - size * 0.42)], (size * 0.03, size * 0.03)),
        st.tone("#c8a878", depth),
    )
    st.sheet.path(hull, st.tone("#9a5a38", depth))
    st.sheet.path(
        smooth(
            [
                (x - size * 0.5, y - size * 0.2),
                (x - size * 0.2, y - size * 0.14),
                (x + size * 0.2, y - size * 0.14),
                (x + size * 0.55, y - size * 0.24),
            ],
            closed=False,
        ),
        "none",
        1,
        st.tone("#e0c59a", depth),
        size * 0.03,
    )


def sailer(st: Stage, x: float, y: float, size: float, depth: float = 0.0, furled: bool = False) -> None:
    """A two-masted ship, `size` units high over the water."""
    d, s = st.side, size
    hull = smooth(
        [
            (x - d * s * 0.44, y - s * 0.17),
            (x - d * s * 0.34, y),
            (x + d * s * 0.3, y),
            (x + d * s * 0.48, y - s * 0.2),
            (x + d * s * 0.2, y - s * 0.11),
            (x - d * s * 0.2, y - s * 0.1),
        ]
    )
    for k, high in ((-0.18, 0.86), (0.14, 1.0)):
        mx = x + d * k * s
        st.sheet.path(limb([(mx, y - s * 0.1), (mx, y - s * high)], (s * 0.028, s * 0.012)), st.tone("#4d3827", depth))
        st.sheet.path(
            poly([(mx, y - s * high), (x + d * s * 0.45, y - s * 0.17)], closed=False),
            "none",
            0.6,
            st.tone("#3a2c22", depth),
            max(1, s * 0.005),
        )
        st.sheet.path(
            poly([(mx, y - s * high), (x - d * s * 0.42, y - s * 0.15)], closed=False),
            "none",
            0.6,
            st.tone("#3a2c22", depth),
            max(1, s * 0.005),
        )
        for low, top, half in ((0.22, 0.52, 0.17), (0.54, 0.76, 0.13), (0.78, 0.9, 0.09)):
            if top > high:
                continue
            if furled:
                st.sheet.path(
                    limb(
                        [(mx - s * half, y - s * top), (mx, y - s * top + s * 0.012), (mx + s * half, y - s * top)],
                        (s * 0.02, s * 0.04, s * 0.02),
                    ),
                    st.tone("#cfc3a8", depth),
                )
                continue
            sail = [
                (mx - s * half, y - s * top),
                (mx + s * half, y - s * top),
                (mx + s * half * 0.95 + d * s * 0.05, y - s * (low + top) / 2),
                (mx + s * half, y - s * low),
                (mx, y - s * low + s * 0.02),
                (mx - s * half, y - s * low),
                (mx - s * half * 0.95 + d * s * 0.05, y - s * (low + top) / 2),
            ]
            st.sheet.path(smooth(sail), st.tone("#efe6d0", depth))
            with st.sheet.group(clip=smooth(sail)):
                st.sheet.path(
                    smooth([(px - d * s * half * 1.1, py) for px, py in sail]), st.tone("#a99c88", depth), 0.55
                )
    st.sheet.path(hull, st.tone("#5d3a26", depth))
    st.sheet.path(
        smooth(
            [
                (x - d * s * 0.44, y - s * 0.16),
                (x - d * s * 0.2, y - s * 0.09),
                (x + d * s * 0.2, y - s * 0.1),
                (x + d * s * 0.47, y - s * 0.19),
            ],
            closed=False,
        ),
        "none",
        1,
        st.tone("#c8a060", depth),
        s * 0.018,
    )
