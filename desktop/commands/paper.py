"""Official sheets: the list of reports, and printing one into a PDF file."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop.commands.base import Exit, answer, open_office, operator_of, pairs_of
from desktop.errors import RefusedError
from desktop.reports.characters import MissingCharacter
from desktop.reports.printing import list_prints, prepare_report, print_prepared
from desktop.reports.registry import REPORTS
from desktop.reports.render import MissingPolicy
from desktop.reports.report import Report

_LOGGED = ("at", "operator", "report", "title", "version", "people", "pages", "copies", "file_name")
"""What the print log tells of each print: when, who, which sheet and version, how many, into which file."""


def run_report(arguments: Namespace) -> int:
    """Print a report, or list what there is; exit 1 when persons were left out."""
    if arguments.list:
        answer(arguments, {"reports": [_as_json(report) for report in REPORTS]}, _listed())
        return Exit.DONE
    if arguments.log:
        return _answer_log(arguments)
    if not arguments.code or not arguments.to:
        raise RefusedError("请写明表号和文件，例如 report F01 --to 花名册.pdf；所有的表用 report --list 查看")
    path = Path(arguments.to)
    if path.suffix.lower() != ".pdf" and not path.is_dir():
        raise RefusedError(f"打印文件“{path.name}”的扩展名应为 .pdf，现在是“{path.suffix}”；没有打印")
    with open_office(arguments) as store:
        where = pairs_of(arguments.where, "条件")
        prepared = prepare_report(store, arguments.code, pairs_of(arguments.set, "设置"), where)
        policy = MissingPolicy(arguments.missing)
        for each in prepared.missing:
            sys.stderr.write(f"{each.left_out if policy is MissingPolicy.SKIP and each.of_person else each.sentence}\n")
        printed, row = print_prepared(store, prepared, path, operator=operator_of(arguments, store), missing=policy)
    data: dict[str, Any] = {
        "path": str(path),
        "title": row.title,
        "version": row.version,
        "pages": printed.pages,
        "people": row.people,
        "copies": row.copies,
        "skipped": [_missing(each) for each in printed.skipped],
        "blanks": [_missing(each) for each in printed.blanks],
        "warnings": list(printed.warnings),
    }
    lines = [f"已写出 {path}：{row.title}，{row.people} 人，{printed.pages} 页，{row.copies} 份（版本 {row.version}）"]
    lines += [each.left_out for each in printed.skipped]
    lines += [f"· {warning}" for warning in printed.warnings]
    answer(arguments, data, "\n".join(lines))
    return Exit.ROWS_REFUSED if printed.skipped else Exit.DONE


def _answer_log(arguments: Namespace) -> int:
    with open_office(arguments) as store, store.read() as session:
        prints = [{name: getattr(row, name) for name in _LOGGED} for row in list_prints(session)]
    lines = ["\t".join(str(value) for value in each.values()) for each in prints]
    answer(arguments, {"prints": prints}, "\n".join(lines) or "还没有打印过")
    return Exit.DONE


def _missing(each: MissingCharacter) -> dict[str, str]:
    return {"where": each.where, "character": each.character, "code": each.code}


def _as_json(report: Report) -> dict[str, Any]:
    options = [
        {
            "name": option.name,
            "label": option.label,
            "default": option.default,
            "choices": dict(option.choices),
        }
        for option in report.all_options
    ]
    return {"code": report.code, "title": report.title, "help": report.help, "options": options}


def _listed() -> str:
    lines: list[str] = []
    for report in REPORTS:
        lines.append(f"{report.code}\t{report.title}\t{report.help}")
        for option in report.all_options:
            choices = "|".join(f"{value}（{label}）" for value, label in option.choices)
            lines.append(f"\t--set {option.name}=…\t{option.label}{'：' if choices else ''}{choices}")
        if report.filtered:
            lines.append(f"\t--where 栏目=值\t按{report.entity.label}列表的任一栏目筛选，例如 级别=市级")
    return "\n".join(lines)
