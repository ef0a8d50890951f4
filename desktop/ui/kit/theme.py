"""The theme in force: colours, letter size, fonts, icons and the one style sheet.

Every length in the interface goes through `px`; every colour through `color`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap, QRawFont
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from desktop import resources
from desktop.ui.kit.tokens import DARK, LIGHT, TONES

__all__ = [
    "TONES",
    "Theme",
    "add_rare_font",
    "apply",
    "color",
    "font",
    "icon",
    "load_fonts",
    "pixmap",
    "px",
    "read_rare_font",
    "state",
]

FAMILIES = ["Noto Sans SC", "Microsoft YaHei UI", "HanaMinB"]
LETTER_SIZES = (1.0, 1.15, 1.3)


@dataclass
class Theme:
    """What the person chose: light or dark, and the size of letters."""

    dark: bool = False
    scale: float = 1.0
    tokens: dict[str, str] = field(default_factory=lambda: LIGHT)


state = Theme()
_icons: dict[tuple[str, str, int, float, float], QPixmap] = {}


def px(length: float) -> int:
    """Return a logical length at the letter size in force."""
    return round(length * state.scale)


def color(ink: str, alpha: int | None = None) -> QColor:
    """Return the colour of a token of the theme in force (or of a literal such as "#FFFFFF")."""
    colour = QColor(state.tokens.get(ink, ink))
    if alpha is not None:
        colour.setAlpha(alpha)
    return colour


def font(size: float = 14, weight: int = 400) -> QFont:
    """Return the interface font at a logical size; weights 400, 500 and 700 are bundled."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(px(size))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def load_fonts() -> None:
    """Register the three screen fonts; needed before the first window."""
    for weight in ("400Regular", "500Medium", "700Bold"):
        QFontDatabase.addApplicationFont(str(resources.path(f"fonts/NotoSansSC_{weight}.ttf")))


def has_letters(text: str) -> bool:
    """Say whether our own fonts, not those of the system, have these letters."""
    first = QRawFont.fromFont(font())
    return first.familyName() in FAMILIES and all(first.supportsCharacter(ord(letter)) for letter in text)


def read_rare_font() -> bytes:
    """Return the 30 MB fallback for rare characters in names; read in the background once a window shows."""
    return resources.path("fonts/HanaMinB.ttf").read_bytes()


def add_rare_font(data: bytes) -> None:
    """Register the fallback."""
    QFontDatabase.addApplicationFontFromData(QByteArray(data))


def _drawing(name: str, colour: str, stroke: float) -> QByteArray:
    svg = resources.text(f"icons/{name}.svg").replace("currentColor", colour)
    return QByteArray(svg.replace('stroke-width="2"', f'stroke-width="{stroke}"').encode())


def pixmap(name: str, ink: str = "text2", size: float = 18, stroke: float = 1.75) -> QPixmap:
    """Return a lucide icon in a colour of the theme, at the ratio of the screen, cached."""
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen else 1.0
    colour = state.tokens.get(ink, ink)
    key = (name, colour, px(size), ratio, stroke)
    if key not in _icons:
        side = int(px(size) * ratio)
        made = QPixmap(side, side)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        QSvgRenderer(_drawing(name, colour, stroke)).render(painter, QRectF(0, 0, side, side))
        painter.end()
        made.setDevicePixelRatio(ratio)
        _icons[key] = made
    return _icons[key]


def icon(name: str, ink: str = "text2", size: float = 18, checked: str = "") -> QIcon:
    """Return a lucide icon for a button; `checked` is the colour of the pressed state of a toggle."""
    made = QIcon(pixmap(name, ink, size))
    made.addPixmap(pixmap(name, "text3", size), QIcon.Mode.Disabled)
    if checked:
        made.addPixmap(pixmap(name, checked, size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def style_sheet() -> str:
    """Return the style sheet with lengths (@p12, @14) and colours (@primary) of the theme in force put in."""
    shade = "dark" if state.dark else "light"
    sheet = resources.text("styles/kangyi.qss")
    for mark in ("chevron", "tick"):
        sheet = sheet.replace(f"@{mark}", resources.path(f"styles/{mark}-{shade}.svg").as_posix())
    sheet = sheet.replace("@scrim", "rgba(0,0,0,150)" if state.dark else "rgba(16,28,25,110)")
    sheet = re.sub(r"@p?(\d+)", lambda found: f"{px(int(found[1]))}px", sheet)
    return re.sub(r"@(\w+)", lambda found: state.tokens[found[1]], sheet)


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for part, ink in (
        (role.Window, "bg"), (role.Base, "surface"), (role.AlternateBase, "surface2"), (role.Text, "text"),
        (role.WindowText, "text"), (role.ButtonText, "text"), (role.Button, "surface"), (role.Highlight, "primary"),
        (role.HighlightedText, "onprimary"), (role.PlaceholderText, "text3"), (role.Link, "link"),
        (role.ToolTipBase, "text"), (role.ToolTipText, "surface"), (role.Accent, "primary"),
    ):  # fmt: skip
        palette.setColor(part, color(ink))
    return palette


def apply(app: QApplication, dark: bool = False, scale: float = 1.0) -> None:
    """Put a theme in force; windows built earlier must be built again, icons and lengths are taken when building.

    The style itself (Fusion) is chosen when the application is made: asking Qt for it later costs 10 ms.
    """
    state.dark, state.scale, state.tokens = dark, scale, (DARK if dark else LIGHT)
    app.setPalette(_palette())
    app.setFont(font(14))
    app.setStyleSheet(style_sheet())
