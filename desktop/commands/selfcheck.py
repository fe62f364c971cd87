"""The program's check of itself: a new database, a printed sheet, a package written and read, all in scratch."""

import tempfile
from argparse import Namespace
from pathlib import Path

from desktop.commands.base import Exit, answer
from desktop.exchange.cards import CHILD, confirm_card, own_card, parent_card, trust_parent
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.package import write_package
from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.workbook.read import Reader
from desktop.queries.contents import count_records
from desktop.reports.printing import print_report
from desktop.sample import SPREADSHEETS
from desktop.services.backups import load_identity, make_backup
from desktop.services.offices import create_office

OPERATOR = "自检"


def run_check(arguments: Namespace) -> int:
    """Do the main job once on invented data; whatever fails ends with its own sentence."""
    with tempfile.TemporaryDirectory(prefix="county-desk-") as scratch:
        counts, pages = _try_out(Path(scratch))
    text = f"自检通过：新建数据库、读入 {counts['teachers']} 人、打印 {pages} 页、写读数据包、备份都正常"
    answer(arguments, {"merged": counts, "pages": pages}, text)
    return Exit.DONE


def _try_out(folder: Path) -> tuple[dict[str, int], int]:
    above = create_office(folder / "city", name="云州市教育委员会", code="509900", rank="city")
    below = create_office(folder / "county", name="云岭县教育委员会", code="509999", rank="county")
    try:
        upper, lower = load_identity(above.folder), load_identity(below.folder)
        trust_parent(below, own_card(above, upper), OPERATOR)
        assert confirm_card(above, own_card(below, lower), OPERATOR) == CHILD
        with Reader() as reader:
            books = [(path, reader.read(path)) for path in sorted(SPREADSHEETS.glob("*.xls*"))]
        carry_out_roster(below, plan_roster(below, books), OPERATOR)
        printed, _log = print_report(below, "F01", folder / "F01.pdf", {}, operator=OPERATOR)
        make_backup(below, OPERATOR)
        written = write_package(
            below,
            year=2026,
            folder=folder,
            identity=lower,
            own_card=own_card(below, lower),
            parent_card=parent_card(below),
        )
        carry_out_merge(above, plan_merge(above, written.path, identity=upper), OPERATOR)
        with above.read() as session:
            return count_records(session), printed.pages
    finally:
        above.close()
        below.close()
