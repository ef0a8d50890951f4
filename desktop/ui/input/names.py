"""The names under which input methods stand on the session bus."""

IBUS, OLD_IBUS = "org.freedesktop.portal.IBus", "org.freedesktop.IBus"
FCITX, FCITX5 = "org.freedesktop.portal.Fcitx", "org.fcitx.Fcitx5"
NAMES = (IBUS, OLD_IBUS, FCITX, FCITX5)
