"""Whether Chinese can be typed into this window: on Linux an input method needs a plug-in that Qt can load."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo

from desktop.text import tr

_PLUGIN_OF: Final = {"fcitx": "fcitx5", "fcitx5": "fcitx5", "ibus": "ibus"}
"""The plug-in that each framework asks for, by a part of its file name."""


def wanted_framework(environment: Mapping[str, str]) -> str:
    """The input framework that the session names; empty where it names none."""
    for name in ("QT_IM_MODULE", "XMODIFIERS", "GTK_IM_MODULE"):
        value = environment.get(name, "").lower().removeprefix("@im=")
        if value in _PLUGIN_OF:
            return value
    return ""


def missing_plugin(environment: Mapping[str, str], plugins: Path) -> str:
    """The sentence that says why Chinese cannot be typed and how to mend it; empty where it can.

    `plugins` is Qt's folder of input context plug-ins.
    """
    framework = wanted_framework(environment)
    if not framework:
        return ""
    part = _PLUGIN_OF[framework]
    if plugins.is_dir() and any(part in path.name for path in plugins.iterdir()):
        return ""
    source = "/usr/lib/x86_64-linux-gnu/qt6/plugins/platforminputcontexts/libfcitx5platforminputcontextplugin.so"
    return tr(
        "本窗口缺少输入法组件（{framework}），暂时打不出汉字。办法：请管理员安装 fcitx5-frontend-qt6，"
        "再把 {source} 复制到 {folder}，然后重新打开本程序；也可先在别处打好再粘贴。",
        framework=framework,
        source=source,
        folder=str(plugins),
    )


def input_notice() -> str:
    """The notice for this computer; other systems bring their own input methods."""
    if not sys.platform.startswith("linux"):
        return ""
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    return missing_plugin(os.environ, plugins)
