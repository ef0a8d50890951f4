"""What is typed is kept while it is typed, not only when somebody takes a rest."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.workbench import Workbench


def test_somebody_who_types_without_a_rest_is_kept_all_the_same(bench: Workbench, qtbot: QtBot) -> None:
    keeper, strokes, kept = DraftKeeper(bench, "visits"), count(1), []
    keeper.kept.connect(kept.append)
    keeper.open("somebody", lambda _: None)
    fingers = QTimer(interval=20)
    fingers.timeout.connect(lambda: keeper.touch("入户记录", {"problems": "字" * next(strokes)}))
    fingers.start()
    qtbot.waitUntil(lambda: len(kept) >= 2, timeout=20_000)
    assert fingers.isActive()
    fingers.stop()


def test_the_last_stroke_is_kept_and_a_finished_form_is_forgotten(bench: Workbench, qtbot: QtBot) -> None:
    keeper, kept, drafts = DraftKeeper(bench, "visits"), [], bench.services.drafts
    keeper.kept.connect(lambda row: kept.append(row.content["problems"]))
    keeper.open("somebody", lambda _: None)
    for words in ("夜", "夜里", "夜里睡不好"):
        keeper.touch("入户记录", {"problems": words})
    qtbot.waitUntil(lambda: "夜里睡不好" in kept, timeout=20_000)
    keeper.touch("入户记录", {"problems": "夜里睡不好，"})
    keeper.forget()
    qtbot.waitUntil(lambda: drafts.find("visits", "somebody") is None, timeout=20_000)
    assert kept == ["夜里睡不好"]
