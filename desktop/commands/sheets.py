"""Spreadsheets in and out, and lists: import, export, list, template."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop.codes import table
from desktop.commands.base import Exit, answer, entity_of, open_office, operator_of, pairs_of
from desktop.commands.training_import import TRAINING, plan_training
from desktop.errors import RefusedError, UnreadableFile, ValueProblem
from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.lists import export_list, write_entity_template, write_roster_template
from desktop.exchange.plan import Outcome, Plan, carry_out
from desktop.exchange.roster.answers import MoveAnswer, RosterOptions
from desktop.exchange.roster.known import MAIN
from desktop.exchange.roster.plan import RosterPlan, carry_out_roster, plan_roster
from desktop.exchange.roster.returns import withdraw_copies, write_entity_returns, write_returns
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.read import Reader
from desktop.fields import field_named
from desktop.models import Employment
from desktop.queries.listing import as_json, columns, rows
from desktop.services.backups import make_backup, make_folder
from desktop.store.database import Store

ROSTER = "roster"
_WORDS = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "有变更",
    Outcome.SAME: "无变化",
    Outcome.INVALID: "退回修改",
    Outcome.DUPLICATE: "重复",
    Outcome.AMBIGUOUS: "待确认",
}


def run_import(arguments: Namespace) -> int:
    """Plan, and unless it is a dry run, carry out the import of some files."""
    paths = _existing(arguments.files)
    with open_office(arguments) as store:
        books: list[tuple[Path, Book]] = []
        if arguments.profile == ROSTER:
            books = _read(paths)
            plan: Plan = plan_roster(store, books, _options(arguments))
        elif arguments.profile in TRAINING:
            books = _read(paths)
            plan = plan_training(store, books, arguments)
        else:
            plan = plan_entity_import(store, paths, entity_of(arguments.profile))
        _refuse_assumptions(arguments, plan)
        written = _returns(arguments, plan, books)
        if not arguments.dry_run:
            _carry_out(store, plan, operator_of(arguments, store))
        answer(arguments, plan.as_json(), _told(plan, written))
        return Exit.ROWS_REFUSED if _refused(plan) else Exit.DONE


def _read(paths: list[Path]) -> list[tuple[Path, Book]]:
    """Read all files, and tell all that cannot be read together; nothing of the others is taken then."""
    books = []
    unreadable = []
    with Reader() as reader:
        for path in paths:
            try:
                books.append((path, reader.read(path)))
            except UnreadableFile as error:
                unreadable.append(error.sentence)
    if unreadable:
        told = "；".join(sentence.rstrip("。") for sentence in unreadable)
        raise UnreadableFile(told if len(paths) == 1 else f"{told}；其他文件也没有导入")
    return books


def _existing(files: list[str]) -> list[Path]:
    paths = list(dict.fromkeys(Path(each) for each in files))
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        raise RefusedError(f"没有找到文件“{'”、“'.join(missing)}”，请核对文件名；没有导入任何内容")
    return paths


def _options(arguments: Namespace) -> RosterOptions:
    values = {}
    for name, text in pairs_of(arguments.map_value, "值的对应").items():
        field, sign, written = name.partition(":")
        if not sign:
            raise RefusedError(f"值的对应“{name}={text}”应写成“栏目名:写法=含义”")
        values[field, written] = text
    return RosterOptions(
        new_schools=frozenset(arguments.new_school or ()),
        headings=pairs_of(arguments.map_heading, "栏目的对应"),
        values=values,
        move=_move(arguments.move) if arguments.move is not None else None,
        bearer=arguments.bearer,
    )


def _move(text: str) -> MoveAnswer:
    """What is said of everybody who moved, as 调动:2026-08:云教发〔2026〕9号. Raises RefusedError without a time."""
    kind, _, rest = text.replace("：", ":").partition(":")
    since, _, doc_no = rest.partition(":")
    try:
        code = MAIN if kind == "调动" else table("employment_kind").read(kind)
        start = field_named(Employment, "start").parse(since)
        document = field_named(Employment, "doc_no").parse(doc_no)
    except ValueProblem as error:
        raise RefusedError(f"--move：{error.sentence}；没有导入") from error
    if not start:
        raise RefusedError(f"“{text}”没有写从何时起，应写成“性质:时间:文号”，例如 {kind}:2026-08；没有导入")
    return MoveAnswer(code, str(start), str(document) if document else None)


def _refuse_assumptions(arguments: Namespace, plan: Plan) -> None:
    """People who stand in the last file and not in this one are told; nothing is assumed about them."""
    missed = {question.text for question in plan.questions if question.kind == "disappeared"}
    assumed = [sentence for sentence in plan.assumed if sentence not in missed]
    if arguments.strict and assumed:
        raise RefusedError(f"有 {len(assumed)} 处需要确认，没有导入：{'；'.join(assumed)}")


def _returns(arguments: Namespace, plan: Plan, books: list[tuple[Path, Book]]) -> list[Path]:
    if arguments.errors is None:
        return []
    folder = Path(arguments.errors)
    make_folder(folder, "没有导入")
    if isinstance(plan, RosterPlan):
        return write_returns(plan, books, folder)
    paths = _existing(arguments.files)
    if not _refused(plan):
        withdraw_copies(paths, folder)
        return []
    return write_entity_returns(plan, _read(paths), folder)


def _carry_out(store: Store, plan: Plan, operator: str) -> None:
    make_backup(store, "导入前")
    if isinstance(plan, RosterPlan):
        carry_out_roster(store, plan, operator)
    else:
        carry_out(store, plan, operator)


def _refused(plan: Plan) -> int:
    wrong = (Outcome.INVALID, Outcome.DUPLICATE, Outcome.AMBIGUOUS)
    return sum(1 for row in plan.rows if row.outcome in wrong)


def _told(plan: Plan, written: list[Path]) -> str:
    counts = plan.counts()
    lines = ["　".join(f"{_WORDS[outcome]} {counts[outcome]}" for outcome in _WORDS)]
    lines += [f"· {sentence}" for sentence in plan.assumed]
    for row in plan.rows:
        for problem in row.problems:
            lines.append(f"{row.file} {row.sheet} 第 {row.row} 行 {row.name}：{problem.text}（{_WORDS[row.outcome]}）")
    lines += [f"已写出 {path}" for path in written]
    return "\n".join(lines)


def run_export(arguments: Namespace) -> int:
    """Write the list of an entity to a file."""
    with open_office(arguments) as store, store.read() as session:
        path = Path(arguments.to)
        written = export_list(
            session,
            entity_of(arguments.entity),
            path,
            where=pairs_of(arguments.where, "筛选条件"),
            order=arguments.order or (),
            masked=arguments.masked,
        )
    text = f"已导出 {written.count} 条到 {written.path}"
    answer(arguments, {"path": str(written.path), "records": written.count}, text)
    return Exit.DONE


def run_template(arguments: Namespace) -> int:
    """Write an empty workbook for schools to fill."""
    path = Path(arguments.to)
    if arguments.entity == ROSTER:
        write_roster_template(path)
    else:
        write_entity_template(entity_of(arguments.entity), path)
    answer(arguments, {"path": str(path)}, f"已写出空表 {path}")
    return Exit.DONE


def run_list(arguments: Namespace) -> int:
    """Print the records of an entity."""
    entity = entity_of(arguments.entity)
    with open_office(arguments) as store, store.read() as session:
        found = rows(session, entity, pairs_of(arguments.where, "筛选条件"), arguments.order or ())
        data: dict[str, Any] = {"records": [as_json(row) for row in found] if arguments.json else []}
        shown = [column for column in columns(entity) if column.listed]
        lines = ["\t".join(column.label for column in shown)]
        lines += ["\t".join(row.text(column, masked=True) for column in shown) for row in found]
    answer(arguments, data, "\n".join([*lines, f"共 {len(found)} 条"]))
    return Exit.DONE
