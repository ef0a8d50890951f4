"""The sheet with the recovery code."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from desktop.documents import pages, recovery
from desktop.services import keys
from tests.documents import samples

STATION = "青山镇精神障碍社区康复服务站"


def test_the_code_stands_on_the_sheet_in_the_order_it_is_read(caplog: pytest.LogCaptureFixture) -> None:
    code = keys.new_recovery_code()
    pdf = recovery.render(STATION, code, pc_letter="A", made_on=date(2026, 3, 31))
    text = samples.page_texts(pdf)[0]
    assert code.replace("-", "") in text
    assert STATION in text
    assert "2026年3月31日" in text
    assert code[:4] not in caplog.text


def test_the_form_has_empty_boxes_and_the_sheet_fits_one_page() -> None:
    form, sheet = recovery.render(STATION), recovery.render(STATION, keys.new_recovery_code())
    assert pages.page_count(form) == pages.page_count(sheet) == 1
    assert pages.page_images(form, 60) != pages.page_images(sheet, 60)


def test_neither_check_digits_nor_a_code_for_cameras_tell_anything(tmp_path: Path) -> None:
    pdf = recovery.render(STATION, keys.new_recovery_code())
    assert "校验码" not in samples.page_texts(pdf)[0]
    with pytest.raises(subprocess.CalledProcessError):  # zbarimg found nothing
        samples.codes(pdf, tmp_path)


def test_a_practice_sheet_says_so() -> None:
    assert "练习·无效" in samples.page_texts(recovery.render(STATION, is_practice=True))[0]
