"""The colours of the program by name, light and dark; no other file names a colour of the interface."""

from __future__ import annotations

LIGHT: dict[str, str] = {
    "bg": "#F4F6F5", "surface": "#FFFFFF", "surface2": "#F8FAF9", "border": "#E3E9E7", "border2": "#C6D1CD",
    "text": "#1E2B28", "text2": "#4E5D59", "text3": "#61706B",
    "primary": "#2B7A6D", "primary_hover": "#246A5F", "primary_press": "#1D584F", "link": "#21685D",
    "soft": "#E4F1EE", "soft2": "#CFE5E0", "onprimary": "#FFFFFF",
    "warn": "#8F5C0D", "warnbg": "#FBF1DD", "bad": "#B03F30", "badbg": "#FBEAE7",
    "info": "#2E6399", "infobg": "#E6EFF8", "ok": "#256B42", "okbg": "#E5F3EA",
    "c1": "#2B7A6D", "c2": "#E0A03A", "c3": "#5B84B8", "c4": "#9C88C2",
    "grid": "#EBF0EE", "rail": "#FFFFFF", "sel": "#E9F4F1", "hover": "#F1F5F3", "scroll": "#CBD5D2",
    "paper": "#FFFFFF", "desk": "#E6EBE9", "muted": "#EEF2F0",
}  # fmt: skip
DARK: dict[str, str] = {
    "bg": "#121817", "surface": "#1A2221", "surface2": "#1F2827", "border": "#2A3533", "border2": "#45534F",
    "text": "#E3EBE9", "text2": "#B0BDB9", "text3": "#8C9A96",
    "primary": "#4FAE9D", "primary_hover": "#5FBDAC", "primary_press": "#429A8A", "link": "#6CC5B4",
    "soft": "#203632", "soft2": "#2C4E48", "onprimary": "#0C1413",
    "warn": "#E6B869", "warnbg": "#3A2F1B", "bad": "#EB9A8D", "badbg": "#3F2623",
    "info": "#93BCE7", "infobg": "#20303F", "ok": "#84CDA1", "okbg": "#1E3529",
    "c1": "#4FAE9D", "c2": "#E0B062", "c3": "#7FA6D6", "c4": "#B7A6D6",
    "grid": "#263130", "rail": "#161E1D", "sel": "#20312E", "hover": "#202A28", "scroll": "#3C4946",
    "paper": "#F4F4F0", "desk": "#0E1413", "muted": "#232D2B",
}  # fmt: skip

# A tone is a pair (words, ground); every tone comes with a word or a glyph, never alone.
TONES: dict[str, tuple[str, str]] = {
    "ok": ("ok", "okbg"),
    "warn": ("warn", "warnbg"),
    "bad": ("bad", "badbg"),
    "info": ("info", "infobg"),
    "soft": ("link", "soft"),
    "off": ("text3", "muted"),
}

AVATAR_COLOURS = ("c1", "c2", "c3", "c4", "info", "bad")

# Every pair of words and ground that occurs; each must reach 4.5:1 in both themes (WCAG AA).
PAIRS: tuple[tuple[str, str], ...] = (
    *((words, ground) for words in ("text", "text2", "text3") for ground in ("surface", "surface2", "bg")),
    *(TONES[tone] for tone in ("ok", "warn", "bad", "info", "soft", "off")),
    *((words, ground) for words in ("ok", "warn", "bad", "info", "link") for ground in ("surface", "sel")),
    ("onprimary", "primary"),
    ("text3", "sel"),
    ("text3", "hover"),
    ("text2", "rail"),
    ("surface", "text"),
)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(words: str, ground: str, tokens: dict[str, str]) -> float:
    """Return the WCAG contrast of two tokens of one theme."""
    dark, light = sorted((_luminance(tokens[words]), _luminance(tokens[ground])))
    return (light + 0.05) / (dark + 0.05)
