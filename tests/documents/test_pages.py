"""Pages as pictures."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop import mainthread
from desktop.documents import pages, papers
from tests.documents import samples


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return papers.render_content(samples.content("agreement"))


def test_each_page_is_an_a4_picture(pdf: bytes) -> None:
    pictures = pages.page_images(pdf, 72)
    assert len(pictures) == pages.page_count(pdf) == 4
    for width, height, rgb in pictures:
        assert (width, height) == (596, 842)
        assert len(rgb) == width * height * 3
        assert rgb[:3] == b"\xff\xff\xff"
        assert b"\x00\x00\x00" in rgb


def test_odd_widths_have_no_padding(pdf: bytes) -> None:
    width, height, rgb = pages.page_images(pdf, 61)[0]
    assert width % 4
    assert len(rgb) == width * height * 3


def test_threads_wait_for_one_another(pdf: bytes) -> None:
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda _: pages.page_images(pdf, 30), range(8)))
    assert all(picture == pictures[0] for picture in pictures)


def test_not_on_the_thread_of_the_window(pdf: bytes) -> None:
    mainthread.forbid_slow_work_here()
    with pytest.raises(RuntimeError, match="documents"):
        pages.page_images(pdf)
