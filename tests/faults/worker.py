"""A warm process that forks a child for each fault: the child works on a copy of an office until it is struck.

Speaks lines of JSON: {"work", "folder", "at", "action", "record", "weak"} in, {"killed", "said", "counted", "error"}
out. `said` is what the child told its clerk as done before it ended, `weak` the weakness of a control, `disk` the small
disk that it works on, `where` the folder in which alone it is struck.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.faults import shim, works
from tests.faults.small_disk import small_disk


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Do one order in a child; what became of it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(order, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        told = [json.loads(line) for line in file.read().splitlines()]
    status = os.waitpid(child, 0)[1]
    done = {"killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, "said": [], "error": ""}
    for each in told:
        done["said"] += each.pop("said", [])
        done.update(each)
    return done


def _work(order: dict[str, Any], writer: int) -> None:
    def tell(**what: Any) -> None:
        os.write(writer, json.dumps(what).encode() + b"\n")

    injector: shim.Injector = shim.Preloaded() if "LD_PRELOAD" in os.environ else shim.Shim()
    folder = Path(order["folder"])
    with ExitStack() as stack:
        if "disk" in order:
            disk = order["disk"]
            stack.enter_context(small_disk(Path(disk["start"]), folder, disk["free_kb"], Path(disk["out"])))
        _try(order, folder, injector, tell)
    tell(counted=injector.counted())
    os._exit(0)


def _try(order: dict[str, Any], folder: Path, injector: shim.Injector, tell: Callable[..., None]) -> None:
    try:
        works.prepare(order, folder)
        record = os.open(order["record"], os.O_WRONLY | os.O_CREAT) if order.get("record") else -1
        injector.arm(str(folder / order.get("where", "")), order.get("at", 0), order.get("action", 0), record)
        if order.get("limit"):
            works.limit_files(order["limit"])

        def say(text: str) -> None:
            tell(said=[text])
            if record >= 0:  # what stands before it in the record was done when the clerk was told
                os.write(record, b"A" + bytes(4 + 8 + 8))

        works.WORKS[order["work"]](folder, say)
    except works.TOLD as error:
        tell(error=error.sentence)
    except BaseException:  # noqa: BLE001 - whatever is no sentence is what the tests look for
        tell(error="", crash=traceback.format_exc())


def main() -> None:
    """Work off orders until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
