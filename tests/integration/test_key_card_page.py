"""The stamped page of a key card, read back from the PDF."""

from datetime import date

import pypdfium2
import pytest
import segno
from PIL import ImageOps

from desktop.archive import Identity
from desktop.exchange.keys import fingerprint, make_card, qr_text
from desktop.reports.blocks import Document, QrCode
from desktop.reports.key_card import key_card_document
from desktop.reports.paper import A4_PORTRAIT, POINTS_PER_MM
from desktop.reports.render import render

TEXT = "COUNTY-DESK KEY 509999 1 " + "0478289417" * 4


def test_the_page_says_what_the_screen_says(tmp_path):
    """Office, code, day and all eight groups stand on one page with one place for the seal."""
    card = make_card(Identity.create(), code="509999", name="云岭县教育委员会", level="county", epoch="0" * 16)
    groups = fingerprint(card).split()
    render(key_card_document(card.name, card.code, groups, qr_text(card), date(2026, 11, 22)), tmp_path / "card.pdf")
    [page] = pypdfium2.PdfDocument(tmp_path / "card.pdf")
    text = page.get_textpage().get_text_range()
    for word in ("云岭县教育委员会", "509999", "2026年11月22日", *groups):
        assert word in text
    assert text.count("盖章)") == 1


def test_a_page_with_too_few_groups_is_never_printed():
    """A page without all eight groups would be compared in vain."""
    with pytest.raises(ValueError, match="eight groups"):
        key_card_document("云岭县教育委员会", "509999", ["12345"] * 7, TEXT, date(2026, 11, 22))


def test_every_module_of_the_code_is_in_its_place(tmp_path):
    """The printed modules are those of the code, of the wanted size, with four modules free on each side."""
    matrix = [[bool(each) for each in row] for row in segno.make(TEXT, error="m", micro=False).matrix]
    render(Document("码", A4_PORTRAIT, (QrCode(TEXT, 60),), page_numbers=False), tmp_path / "code.pdf")
    [page] = pypdfium2.PdfDocument(tmp_path / "code.pdf")
    image = page.render(scale=4).to_pil().convert("L")
    left, top, right, bottom = ImageOps.invert(image).getbbox()
    module = (right - left) / len(matrix)
    assert (bottom - top) / len(matrix) == pytest.approx(module, abs=0.2)
    assert module == pytest.approx(60 * POINTS_PER_MM * 4 / (len(matrix) + 8), abs=0.2)
    middles = [
        [(left + (x + 0.5) * module, top + (y + 0.5) * module) for x in range(len(row))] for y, row in enumerate(matrix)
    ]
    assert [[image.getpixel((int(x), int(y))) < 128 for x, y in row] for row in middles] == matrix
