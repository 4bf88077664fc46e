"""What Auto-fit found, as a sentence and as a small SVG curve."""

from dataclasses import dataclass

from comparison import Fit, FitPoint, Goal
from ui.html import text

WIDTH, HEIGHT = 380, 112
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 18, 28
N_TICKS = 3


@dataclass(frozen=True)
class _Axis:
    """A range of values along a range of pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [self.low + i * (self.high - self.low) / (N_TICKS - 1) for i in range(N_TICKS)]


def fit_sentence(title: str, fit: Fit) -> str:
    chosen = fit.chosen
    if chosen is None:
        exceeds = _EXCEEDS[fit.goal].format(fit.limit)
        return (
            f"{title}: even the weakest {fit.parameter} {exceeds} with the other parameters as "
            "they are; nothing was changed."
        )
    cost = (
        f"log-mel at most {fit.limit:g}: {chosen.log_mel_distance:.3f}"
        if fit.goal == Goal.LOG_MEL
        else f"a residual that stays noise: {_percent(chosen.noise_share)} of it is"
    )
    return (
        f"{title}: {fit.parameter} = {chosen.value:g} is the strongest setting with {cost}, "
        f"Δ HF {_number(chosen.delta_hf_band_db)} dB."
    )


_EXCEEDS = {
    Goal.LOG_MEL: "exceeds a log-mel distance of {:g}",
    Goal.NOISE: "takes more than {:.0%} music",
}
_COSTS = {Goal.LOG_MEL: "log-mel distance", Goal.NOISE: "music in the residual"}


def fit_curve(fit: Fit) -> str:
    """SVG: what more strength brings (Δ HF, down: less hiss), and what it costs (left: less
    changed, or less music taken). Its colours are those of the page."""
    points, cost = fit.points, _COSTS[fit.goal]
    most = max(fit.limit, *(p.cost(fit.goal) for p in points)) * 1.05
    x = _Axis(0.0, most, LEFT, WIDTH - RIGHT)
    y = _Axis(min(p.delta_hf_band_db for p in points), 0.0, HEIGHT - BOTTOM, TOP)
    path = " ".join(f"{x.at(p.cost(fit.goal)):.1f},{y.at(p.delta_hf_band_db):.1f}" for p in points)
    label = f"Δ HF against {cost} for {fit.parameter}"
    return (
        f'<svg class="lab-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{text(label)}">{_grid(x, y)}'
        f'<line class="lab-curve-limit" x1="{x.at(fit.limit):.1f}" x2="{x.at(fit.limit):.1f}" '
        f'y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        f'<polyline points="{path}"/>{_marks(fit, x, y)}'
        f'<text class="lab-curve-name" x="{WIDTH - RIGHT}" y="{HEIGHT - 2}" '
        f'text-anchor="end">{cost}</text>'
        f'<text class="lab-curve-name" x="2" y="{TOP - 8}">Δ HF, dB</text></svg>'
    )


def _grid(x: _Axis, y: _Axis) -> str:
    numbers = [
        f'<text x="{x.at(value):.1f}" y="{HEIGHT - BOTTOM + 13}" text-anchor="middle">'
        f"{value:.2f}</text>"
        for value in x.ticks()
    ] + [
        f'<text x="{LEFT - 5}" y="{y.at(value) + 4:.1f}" text-anchor="end">{_number(value)}</text>'
        for value in y.ticks()
    ]
    return (
        f'<path class="lab-curve-frame" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>'
        + "".join(numbers)
    )


def _marks(fit: Fit, x: _Axis, y: _Axis) -> str:
    return "".join(
        f'<circle class="{"lab-curve-chosen" if point == fit.chosen else ""}" '
        f'cx="{x.at(point.cost(fit.goal)):.1f}" cy="{y.at(point.delta_hf_band_db):.1f}" '
        f'r="{6 if point == fit.chosen else 3}"><title>{text(_point(fit, point))}</title></circle>'
        for point in fit.points
    )


def _point(fit: Fit, point: FitPoint) -> str:
    return (
        f"{fit.parameter} {point.value:g}: log-mel {point.log_mel_distance:.3f}, "
        f"noise {_percent(point.noise_share)} of the residual, "
        f"Δ HF {_number(point.delta_hf_band_db)} dB"
    )


def _number(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"
