"""Qt's own texts in Chinese: buttons of its dialogs and the menus of its text fields."""

from typing import Final

from PySide6.QtCore import QTranslator

TEXTS: Final = {
    "OK": "确定",
    "&OK": "确定(&O)",
    "Cancel": "取消",
    "&Cancel": "取消(&C)",
    "Close": "关闭",
    "&Close": "关闭(&C)",
    "Yes": "是",
    "&Yes": "是(&Y)",
    "No": "否",
    "&No": "否(&N)",
    "Save": "保存",
    "&Save": "保存(&S)",
    "Open": "打开",
    "&Open": "打开(&O)",
    "Save All": "全部保存",
    "Yes to &All": "全部是(&A)",
    "N&o to All": "全部否(&O)",
    "Restore Defaults": "恢复默认",
    "Apply": "应用",
    "Reset": "重置",
    "Help": "帮助",
    "Discard": "放弃",
    "Don't Save": "不保存",
    "Retry": "重试",
    "Ignore": "忽略",
    "Abort": "中止",
    "&Undo": "撤销(&U)",
    "&Redo": "重做(&R)",
    "Cu&t": "剪切(&T)",
    "&Copy": "复制(&C)",
    "&Paste": "粘贴(&P)",
    "Delete": "删除",
    "&Delete": "删除(&D)",
    "Select All": "全选",
    "Copy &Link Location": "复制链接地址(&L)",
    "Look in:": "位置：",
    "File &name:": "文件名(&N)：",
    "Files of type:": "文件类型：",
    "&Choose": "选择(&C)",
    "Directory:": "文件夹：",
    "Create New Folder": "新建文件夹",
    "&New Folder": "新建文件夹(&N)",
    "&Rename": "重命名(&R)",
    "Show &hidden files": "显示隐藏文件(&H)",
    "My Computer": "我的电脑",
    "Computer": "计算机",
    "Name": "名称",
    "Size": "大小",
    "Type": "类型",
    "Date Modified": "修改日期",
    "Back": "后退",
    "Forward": "前进",
    "Parent Directory": "上级文件夹",
    "List View": "列表",
    "Detail View": "详细信息",
    "All Files (*)": "所有文件 (*)",
    "Print": "打印",
    "&Print": "打印(&P)",
    "Printer": "打印机",
    "Properties": "属性",
    "P&roperties": "属性(&R)",
    "Options": "选项",
    "Copies": "份数",
    "Print range": "打印范围",
    "Print all": "全部打印",
    "Pages from": "页码从",
    "to": "到",
    "Portrait": "纵向",
    "Landscape": "横向",
    "Paper": "纸张",
    "Orientation": "方向",
    "Show Details...": "显示详细内容…",
    "Hide Details...": "隐藏详细内容…",
}
"""What the clerk may meet of Qt's own words; everything else on the screen is this program's."""


class QtTexts(QTranslator):
    """A translator over the texts above, for installations without Qt's own catalogues."""

    def isEmpty(self) -> bool:
        """Tell Qt that there is something to ask for."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # type: ignore[override]
        """The Chinese text, or None where the source stays as it is."""
        del context, disambiguation, n
        return TEXTS.get(source)
