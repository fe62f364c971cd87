"""The words of the command line; each command is carried out by a function in `commands`.

Exit codes: 0 done, 1 done with rows refused, 2 not done, with one sentence on stderr. `--json` prints one JSON
document on stdout. Modules of the commands are loaded only when their command runs, because a report needs
ReportLab and an import needs a reader of spreadsheets, and neither needs the other's.
"""

import os
import re
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from desktop import __version__
from desktop.crashes import log_crash
from desktop.errors import DesktopError, RefusedError

NOT_DONE = 2
GROUPINGS = ("programme", "site", "class", "stage", "school", "tier")
WINDOW = "window"


_SAYINGS = (
    (r"^argument (\S+): ", r"\1："),
    (r"the following arguments are required: ", "缺少 "),
    (r"invalid int value: '(.*)'", r"“\1”不是整数"),
    (r"invalid choice: '(.*)' \(choose from (.*)\)", r"没有“\1”，可用的有 \2"),
    (r"unrecognized arguments: ", "不认识 "),
    (r"expected one argument", "后面要写一个值"),
    (r"expected at least one argument", "后面至少要写一个值"),
    (r"ignored explicit argument '(.*)'", r"不带值，写了“\1”"),
    (r"ambiguous option: (\S+) could match ", r"\1 不完整，可能是 "),
)
"""What the library's parser says, and how it is said here."""


class _Parser(ArgumentParser):
    """A parser that says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        """One sentence on stderr, exit 2."""
        for english, chinese in _SAYINGS:
            message = re.sub(english, chinese, message)
        self.exit(NOT_DONE, f"命令写法不对（{message}），没有执行；用 {self.prog} --help 查看写法\n")


def make_parser() -> ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(prog="county-desk", description="骨干教师工作台：花名册、公文报表、上报数据包")
    version = f"county-desk {__version__}"
    parser.add_argument("--version", action="version", version=version, help="显示版本号")
    parser.add_argument("--check", action="store_true", help="自检：新建数据库、打印一张表、写读一个数据包")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    commands = parser.add_subparsers(dest="command", metavar="命令")
    adders = (
        _add_window,
        _add_offices,
        _add_keys,
        _add_sheets,
        _add_paper,
        _add_packages,
        _add_training,
        _add_history,
    )
    for add in adders:
        add(commands)
    return parser


def _command(commands: Any, name: str, run: str, text: str) -> ArgumentParser:  # noqa: ANN401 - argparse names no type
    command: ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--office", metavar="文件夹", help="单位的数据文件夹；不写用上次打开的单位")
    command.add_argument("--operator", metavar="姓名", help="经办人")
    command.add_argument("--json", action="store_true", default=SUPPRESS, help="输出一个 JSON 文档")
    command.set_defaults(run=run)
    return command


def _add_window(commands: Any) -> None:  # noqa: ANN401
    window = _command(commands, "window", WINDOW, "打开窗口；有显示器时，不写命令也打开窗口")
    window.add_argument("--screenshots", metavar="文件夹", help="不显示窗口，把每一页存为图片")


def _add_offices(commands: Any) -> None:  # noqa: ANN401
    new = _command(commands, "new-office", "offices:run_new_office", "新建单位")
    new.add_argument("folder", metavar="文件夹")
    new.add_argument("--name", required=True, metavar="单位全称")
    new.add_argument("--code", required=True, metavar="单位代码")
    new.add_argument("--level", required=True, choices=("school", "township", "county", "city", "province"))
    new.add_argument("--parent-card", metavar="上级密钥卡")
    sample = _command(commands, "sample", "offices:run_sample", "写出样例单位")
    sample.add_argument("folder", metavar="文件夹")
    backup = _command(commands, "backup", "offices:run_backup", "备份到一个文件夹")
    backup.add_argument("--to", required=True, metavar="文件夹")
    restore = _command(commands, "restore", "offices:run_restore", "从备份恢复到一个文件夹")
    restore.add_argument("file", metavar="备份文件")
    restore.add_argument("--to", required=True, metavar="文件夹")
    restore.add_argument("--keys", metavar="密钥文件", help="原单位的 keys.json 或恢复密钥")
    _command(commands, "check", "offices:run_check", "检查数据库、规则、附件和字体")


def _add_keys(commands: Any) -> None:  # noqa: ANN401
    keys = commands.add_parser("keys", help="密钥卡").add_subparsers(dest="keys_command", required=True, metavar="动作")
    _command(keys, "show", "keys:run_show", "列出本单位和已确认单位的密钥卡和核对码")
    card = _command(keys, "card", "keys:run_card", "写出本单位的密钥卡和盖章用的密钥页")
    confirm = _command(keys, "confirm", "keys:run_confirm", "逐组核对后，确认上级或下级单位的密钥卡")
    confirm.add_argument("card", metavar="密钥卡文件")
    confirm.add_argument("--desk", action="store_true", help="对方是本单位的另一股室")
    rotate = _command(keys, "rotate", "keys:run_rotate", "更换本单位的密钥，写出新的密钥卡")
    rotate.add_argument("--lost", action="store_true", help="原密钥遗失或泄露：新密钥卡要重新盖章、重新确认")
    for command in (card, rotate):
        command.add_argument("--to", required=True, metavar="文件")
    revoke = _command(keys, "revoke", "keys:run_revoke", "作废下级单位的密钥")
    revoke.add_argument("code", metavar="单位代码")
    revoke.add_argument("--why", required=True, metavar="原因")
    send = _command(keys, "send", "keys:run_send", "把本单位换用的密钥卡写给上级或下级单位，给下级的连同作废的密钥")
    send.add_argument("code", metavar="单位代码")
    send.add_argument("--to", required=True, metavar="文件夹")
    take = _command(keys, "take", "keys:run_take", "读入上级或下级的密钥变更，按次序逐次读")
    take.add_argument("file", metavar="文件")
    _add_new_epoch(take)


def _add_new_epoch(command: ArgumentParser) -> None:
    command.add_argument("--accept-new-epoch", action="store_true", help="对方恢复过备份或换过电脑，已电话核实")


def _add_sheets(commands: Any) -> None:  # noqa: ANN401
    come = _command(commands, "import", "sheets:run_import", "导入表格")
    come.add_argument("files", nargs="+", metavar="文件")
    come.add_argument("--as", dest="profile", required=True, metavar="roster|scores|times|表名")
    come.add_argument("--dry-run", action="store_true", help="只预览，不写入")
    come.add_argument("--errors", metavar="文件夹", help="把退回修改表写到这里")
    come.add_argument(
        "--strict", action="store_true", help="有任何按推断读入之处就不导入；上次有、这次没有的人只提示，不算在内"
    )
    come.add_argument(
        "--map-heading", action="append", metavar="栏目=项目", help="对应表头，例如 教龄起算=work_start_month"
    )
    come.add_argument(
        "--map-value", action="append", metavar="项目:写法=含义", help="例如 school:中心校=石坪镇中心小学"
    )
    come.add_argument(
        "--move", metavar="性质:时间:文号", help="出现在另一学校的人，例如 调动:2026-08:云教发〔2026〕9号"
    )
    come.add_argument("--new-school", action="append", metavar="学校全称", help="与已有学校相像、但确是新学校的")
    come.add_argument("--class", dest="training_class", metavar="培训班", help="成绩、考勤时间属于哪个培训班")
    come.add_argument("--part", default="结业考核", metavar="成绩种类", help="导入成绩时：平时考核、结业考核等")
    come.add_argument("--course", metavar="课程", help="导入课程成绩时")
    come.add_argument("--bearer", metavar="姓名", help="送表的人")
    go = _command(commands, "export", "sheets:run_export", "导出表格")
    go.add_argument("entity", metavar="表名")
    go.add_argument("--to", required=True, metavar="文件")
    go.add_argument("--masked", action="store_true", help="隐去身份证号、电话等的中间几位")
    template = _command(commands, "template", "sheets:run_template", "写出供学校填写的空表")
    template.add_argument("entity", metavar="roster|表名")
    template.add_argument("--to", required=True, metavar="文件")
    shown = _command(commands, "list", "sheets:run_list", "列出记录")
    shown.add_argument("entity", metavar="表名")
    for command in (go, shown):
        command.add_argument("--where", action="append", metavar="项目=值")
        command.add_argument("--order", action="append", metavar="项目", help="按此项目排序，前加 - 为倒序")


def _add_paper(commands: Any) -> None:  # noqa: ANN401
    report = _command(commands, "report", "paper:run_report", "打印公文报表")
    report.add_argument("code", nargs="?", metavar="表号")
    report.add_argument("--to", metavar="文件.pdf")
    report.add_argument("--set", action="append", metavar="名称=值")
    report.add_argument("--where", action="append", metavar="栏目=值", help="只印符合条件的，例如 title=高级教师")
    report.add_argument("--missing", choices=("blank", "skip"), default="blank", help="缺字时留空待手写，或跳过此人")
    report.add_argument("--list", action="store_true", help="列出所有报表")
    report.add_argument("--log", action="store_true", help="列出打印登记：何时、谁、哪张表、哪一版、多少人、几份")


def _add_packages(commands: Any) -> None:  # noqa: ANN401
    package = commands.add_parser("package", help="数据包").add_subparsers(
        dest="package_command", required=True, metavar="动作"
    )
    write = _command(package, "write", "packages:run_write", "写出年度数据包，或下发给下级的数据包")
    write.add_argument("--year", required=True, type=int, metavar="年度")
    write.add_argument("--to", required=True, metavar="文件夹")
    streams = ("annual", "decisions", "codes", "desk")
    write.add_argument("--stream", choices=streams, default="annual", help="年度上报、审定下发、政策下发、股室互传")
    write.add_argument("--tier", action="append", metavar="级别", help="只报这些级别的骨干教师，例如 国家级；可写多次")
    write.add_argument("--form", action="append", metavar="内容", help="只报 roster、awards、training；可写多次")
    write.add_argument("--all-photos", action="store_true", help="照片全部重带，上级已有的也带")
    write.add_argument("--without-backup", action="store_true", help="不随带备份")
    copy = _command(package, "copy", "packages:run_copy", "把发件箱里的数据包再写到U盘，或写出其余各卷")
    copy.add_argument("seq", type=int, metavar="第几次")
    copy.add_argument("--to", required=True, metavar="文件夹")
    copy.add_argument("--stream", choices=streams, default="annual", help="哪一类数据包")
    copy.add_argument("--volume", type=int, action="append", metavar="卷", help="只写这些卷；可写多次")
    copy.add_argument("--without-backup", action="store_true", help="不随带备份")
    show = _command(package, "show", "packages:run_show", "查看数据包")
    verify = _command(package, "verify", "packages:run_verify", "核对签名和校验值，不用密钥")
    merge = _command(package, "merge", "packages:run_merge", "合并一个数据包，或一个文件夹里的全部数据包")
    refuse = _command(package, "refuse", "packages:run_refuse", "把一个数据包整包退回，写明原因")
    refuse.add_argument("--why", required=True, metavar="原因")
    refuse.add_argument("--receipt", required=True, metavar="文件夹", help="把回执写到这里")
    for command in (show, verify, merge, refuse):
        command.add_argument("file", metavar="数据包")
    merge.add_argument("--dry-run", action="store_true", help="只预览，不写入")
    merge.add_argument("--plan", metavar="文件.xlsx", help="把预览逐项写成表格")
    merge.add_argument("--receipt", metavar="文件夹", help="把回执写到这里")
    _add_new_epoch(merge)
    receipt = _command(package, "receipt", "packages:run_receipt", "读入上级的回执，或用 --to 写出给下级的回执")
    receipt.add_argument("file", nargs="?", metavar="回执")
    receipt.add_argument("--to", metavar="文件夹", help="把给下级的回执写到这里")
    _add_new_epoch(receipt)
    receipt.add_argument("--year", type=int, metavar="年度")
    for command in (write, copy, receipt):
        command.add_argument("--for", dest="office_below", action="append", metavar="单位代码", help="只给这些下级单位")
    _add_exchange(commands)


def _add_exchange(commands: Any) -> None:  # noqa: ANN401
    exchange = commands.add_parser("exchange", help="往来情况").add_subparsers(
        dest="exchange_command", required=True, metavar="动作"
    )
    status = _command(exchange, "status", "exchange:run_status", "哪些没有回执，哪些暂存，谁还没交")
    status.add_argument("--year", type=int, metavar="年度")
    desk = _command(exchange, "desk", "exchange:run_desk", "本股室登记哪些业务，其余由另一股室登记")
    desk.add_argument("--owns", metavar="业务", help="例如 roster,training；不写时只列出")
    handover = _command(exchange, "handover", "exchange:run_handover", "把一名教师移交给另一个下级单位")
    handover.add_argument("teacher", metavar="教师标识")
    handover.add_argument("--to", required=True, metavar="单位代码")
    handover.add_argument("--day", metavar="日期")
    handover.add_argument("--doc-no", metavar="文号")
    handover.add_argument("--reason", metavar="原因")


def _add_training(commands: Any) -> None:  # noqa: ANN401
    attend = _command(commands, "attendance", "training:run_attendance", "按例外登记一个课次的考勤，或列出全班考勤")
    attend.add_argument("--class", dest="training_class", required=True, metavar="培训班")
    attend.add_argument("--session", metavar="课次", help="例如 2026-07-09上午；不写时列出全班考勤")
    attend.add_argument(
        "--absent",
        metavar="行号",
        help="没有到的行号，例如 3,17,22、3-7；行号后可写字母，例如 9C 迟到；全到写“无”",
    )
    enrol = _command(commands, "enrol", "training_people:run_enrol", "报名：写出姓名，或从名单表格读入")
    enrol.add_argument("names", nargs="*", metavar="姓名", help="姓名，后面可用逗号写身份证号或学校")
    enrol.add_argument("--from", dest="files", action="append", metavar="表格", help="名单表格，有“姓名”一栏即可")
    enrol.add_argument("--walk-in", action="store_true", help="名册中没有的，按现场报到登记姓名")
    leave = _command(commands, "leave", "training_people:run_leave", "登记请假，所盖课次的待核改为病、事、公")
    leave.add_argument("--who", required=True, metavar="学号或姓名")
    leave.add_argument("--kind", required=True, metavar="类别", help="病假、事假、公假等")
    leave.add_argument("--start", required=True, metavar="日期时段", help="例如 2026-07-09上午")
    leave.add_argument("--end", metavar="日期时段", help="不写与开始相同")
    leave.add_argument("--reason", metavar="事由")
    leave.add_argument("--returned", metavar="日期时段", help="销假：已登记的这次请假提前返回的日期时段")
    for command in (enrol, leave):
        command.add_argument("--class", dest="training_class", required=True, metavar="培训班")
    places = _command(commands, "places", "training_people:run_places", "登记上级名额，分给学校，列出余额")
    places.add_argument("--programme", required=True, metavar="培训项目")
    places.add_argument("--received", metavar="名额", help="上级下达的名额")
    places.add_argument("--doc-no", metavar="文号")
    places.add_argument("--stage", metavar="学段", help="所登记或分配的名额限定的学段，例如 小学")
    places.add_argument("--subject", metavar="学科", help="所登记或分配的名额限定的学科，例如 语文")
    places.add_argument("--share", action="append", metavar="学校=名额", help="分给一所学校，可写多次；0 为收回")
    results = _command(commands, "results", "training:run_results", "列出一个培训班的成绩、等级和待补考")
    results.add_argument("--class", dest="training_class", required=True, metavar="培训班")
    certificates = _command(
        commands, "certificates", "training_certificates:run_certificates", "列出一个培训班的证书，或给合格学员编号发证"
    )
    certificates.add_argument("--issue", action="store_true", help="给合格而没有证书的学员连续编号")
    certificates.add_argument("--date", metavar="发证日期", help="不写为今天")
    certificates.add_argument("--kind", default="结业证书", metavar="种类")
    photos = _command(commands, "photos", "training_certificates:run_photos", "按身份证号或姓名放入学员照片")
    photos.add_argument("--from", dest="folder", required=True, metavar="文件夹")
    for command in (certificates, photos):
        command.add_argument("--class", dest="training_class", required=True, metavar="培训班")
    statistics = _command(commands, "statistics", "training:run_statistics", "培训统计，每个比率都写明分母")
    statistics.add_argument("--by", choices=GROUPINGS, default="programme", help="分组")
    statistics.add_argument("--year", type=int, metavar="年度")


def _add_history(commands: Any) -> None:  # noqa: ANN401
    history = _command(commands, "history", "history:run_history", "操作日志与撤销")
    history.add_argument("--undo", type=int, metavar="编号")


def has_display() -> bool:
    """Whether a window could be shown here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _no_window(arguments: Namespace) -> int:
    """Commands run without a window; only the program's entry can open one."""
    del arguments
    raise RefusedError("这里不能打开窗口，请用命令")


def run(words: Sequence[str], open_window: Callable[[Namespace], int] = _no_window) -> int:
    """Carry out one command line; returns the exit code. Only `open_window` knows the window."""
    parser = make_parser()
    arguments = parser.parse_args(_joined_order(words))
    try:
        if arguments.check:
            return _call("selfcheck:run_check", arguments)
        if arguments.command is None and has_display():
            return open_window(parser.parse_args(["window"]))
        if arguments.command is None:
            parser.print_help()
            return 0
        if arguments.run == WINDOW:
            return open_window(arguments)
        return _call(arguments.run, arguments)
    except DesktopError as error:
        sys.stderr.write(" ".join(error.sentence.split()) + "\n")
        return NOT_DONE
    except KeyboardInterrupt:
        sys.stderr.write("已取消，没有写入\n")
        return NOT_DONE
    except Exception as error:  # noqa: BLE001 - whatever is no sentence for the clerk is a bug, and is logged as one
        sys.stderr.write(f"程序出错（{type(error).__name__}），没有完成；诊断信息已写到 {log_crash(error)}\n")
        return NOT_DONE


def _joined_order(words: Sequence[str]) -> list[str]:
    """`--order -birth_date` as one word, because a parser takes what begins with "-" for an option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--order" and word.startswith("-") and not word.startswith("--"):
            joined[-1] = f"--order={word}"
        else:
            joined.append(word)
    return joined


def _call(name: str, arguments: Namespace) -> int:
    module, _, function = name.partition(":")
    return int(getattr(import_module(f"desktop.commands.{module}"), function)(arguments))


if __name__ == "__main__":  # python -m desktop.cli, as the sources call it
    sys.exit(run(sys.argv[1:]))
