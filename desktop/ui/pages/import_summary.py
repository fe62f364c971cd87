"""What an import did as a text to keep: who, when, which files, the counts, and by name what was not saved."""

from collections.abc import Iterator
from pathlib import Path

from desktop.exchange.plan import Outcome, PlanRow
from desktop.exchange.workbook.publish import publish
from desktop.store.history import ActLine
from desktop.text import tr
from desktop.ui.forms.sayings import local_time
from desktop.ui.pages.import_rows import WORDS
from desktop.ui.pages.import_trial import RETURNED, Trial


def summary_lines(trial: Trial, act: ActLine | None, office: str) -> Iterator[str]:
    """The summary line by line; values of people stand only in the sentences about what is wrong."""
    plan, unit = trial.plan, trial.unit
    yield tr("导入小结：{title}", title=plan.title)
    yield tr("单位：{office}", office=office)
    if act is not None:
        who = act.operator or tr("（未登记经办人）")
        yield tr("时间：{when}　经办人：{who}　操作日志第 {number} 号", when=local_time(act.at), who=who, number=act.id)
    yield tr("文件：{names}", names="、".join(path.name for path, _book in trial.files.books))
    yield ""
    saved = sum(row.is_written for row in plan.rows)
    yield tr("共 {count} {unit}，已保存 {saved} {unit}", count=len(plan.rows), saved=saved, unit=unit)
    for outcome, count in plan.counts().items():
        if count:
            yield tr("　　{word} {count} {unit}", word=WORDS[Outcome(outcome)], count=count, unit=unit)
    yield from _section(tr("没有保存的："), [_told(row) for row in plan.rows if row.outcome in RETURNED])
    left_out = [row for row in plan.rows if not row.ticked and row.outcome not in RETURNED]
    yield from _section(tr("取消勾选、没有导入的："), [_where(row) for row in left_out])
    yield from _section(tr("读入时的说明："), plan.assumed)


def _section(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield heading
        yield from (f"　　{line}" for line in lines)


def _where(row: PlanRow) -> str:
    return tr("{file} {sheet} 第 {row} 行 {name}", file=row.file, sheet=row.sheet, row=row.row, name=row.name)


def _told(row: PlanRow) -> str:
    faults = "；".join(problem.text for problem in row.problems)
    return tr("{where}（{word}）：{faults}", where=_where(row), word=WORDS[row.outcome], faults=faults)


def write_summary(trial: Trial, act: ActLine | None, office: str, target: Path) -> None:
    """Write the summary as a text that Notepad opens right. Raises RefusedError; then nothing is left behind."""
    text = "\r\n".join([*summary_lines(trial, act, office), ""])
    publish(target, lambda file: file.write(text.encode("utf-8-sig")))
