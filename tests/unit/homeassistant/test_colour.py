from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter_homeassistant.components import colour

CHANNEL = st.integers(0, 255)
RGB = st.tuples(CHANNEL, CHANNEL, CHANNEL)


# Every number here is what Home Assistant 2026.2 makes of the same colour.
@pytest.mark.parametrize(
    ("rgb", "hs", "xy"),
    [
        ((255, 0, 0), (0.0, 100.0), (0.701, 0.299)),
        ((0, 255, 0), (120.0, 100.0), (0.172, 0.747)),
        ((0, 0, 255), (240.0, 100.0), (0.136, 0.04)),
        ((255, 255, 255), (0.0, 0.0), (0.323, 0.329)),
        ((255, 127, 0), (29.882, 100.0), (0.612, 0.374)),
        ((0, 0, 0), (0.0, 0.0), (0.0, 0.0)),
    ],
)
def test_known_colours(rgb: colour.Rgb, hs: colour.Pair, xy: colour.Pair) -> None:
    assert colour.rgb_to_hs(rgb) == hs
    assert colour.rgb_to_xy(rgb) == xy


def test_known_conversions() -> None:
    assert colour.rgb_to_rgbww((255, 200, 100), 2000, 6535) == (36, 49, 0, 255, 255)
    assert colour.rgb_to_rgbw((10, 20, 30)) == (0, 15, 30, 15)
    assert colour.rgbww_to_rgb((10, 20, 30, 200, 100), 2000, 6535) == (200, 167, 143)
    assert colour.xy_to_rgb(0.46, 0.41) == (255, 205, 118)
    assert colour.xy_to_rgb(0.3, 0.0) == (181, 0, 255)
    assert colour.hs_to_rgb(200, 30, 60) == (107, 138, 153)
    assert colour.kelvin_to_rgbww(4000, 200, 2000, 6535) == (0, 0, 0, 144, 56)
    assert colour.temperature_to_rgb(2700) == pytest.approx((255, 166.72, 87.405), abs=0.001)
    assert colour.temperature_to_rgb(8000) == pytest.approx((221.215, 229.789, 255), abs=0.001)


def test_mired_and_kelvin_are_rounded_down() -> None:
    assert colour.kelvin_from_mired(153) == 6535
    assert colour.kelvin_from_mired(454) == 2202
    assert colour.mired_from_kelvin(2700) == 370
    assert colour.mired_from_kelvin(6535) == 153


def test_white_moves_to_the_white_channel() -> None:
    assert colour.rgb_to_rgbw((255, 255, 255)) == (0, 0, 0, 255)
    assert colour.rgb_to_rgbw((255, 100, 100)) == (255, 0, 0, 165)
    assert colour.rgbw_to_rgb((0, 0, 0, 255)) == (255, 255, 255)


def test_whites_make_a_temperature() -> None:
    assert colour.kelvin_to_rgbww(2000, 255, 2000, 6535) == (0, 0, 0, 0, 255)
    assert colour.kelvin_to_rgbww(6535, 100, 2000, 6535) == (0, 0, 0, 100, 0)
    assert colour.whites_to_kelvin(0, 0, 2000, 6535) == 2000
    assert colour.kelvin_to_rgbww(3000, 100, 3000, 3000) == (0, 0, 0, 0, 100)


@given(rgb=RGB)
def test_hue_and_saturation_keep_the_colour(rgb: colour.Rgb) -> None:
    value = max(rgb) / 255 * 100
    assert colour.hs_to_rgb(*colour.rgb_to_hs(rgb), value) == pytest.approx(rgb, abs=1)


@given(rgb=RGB)
def test_rgbw_keeps_the_colour(rgb: colour.Rgb) -> None:
    rgbw = colour.rgb_to_rgbw(rgb)
    assert max(rgbw) == max(rgb)
    assert colour.rgbw_to_rgb(rgbw) == pytest.approx(rgb, abs=1)


@given(rgb=RGB)
def test_rgbww_keeps_the_brightest_channel_within_range(rgb: colour.Rgb) -> None:
    rgbww = colour.rgb_to_rgbww(rgb, 2000, 6535)
    assert max(rgbww) == max(rgb)
    assert colour.rgbww_to_rgb(rgbww, 2000, 6535) == pytest.approx(rgb, abs=2)


@given(x=st.floats(-1e12, 1e12), y=st.floats(-1e12, 1e12))
def test_every_point_is_some_colour(x: float, y: float) -> None:
    assert all(0 <= channel <= 255 for channel in colour.xy_to_rgb(x, y))


@given(kelvin=st.floats(0, 100_000))
def test_every_temperature_is_some_colour(kelvin: float) -> None:
    assert all(0 <= channel <= 255 for channel in colour.temperature_to_rgb(kelvin))
