"""What was done, and taking it back."""

from argparse import Namespace

from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.store.history import list_acts, undo


def run_history(arguments: Namespace) -> int:
    """List the Acts, or undo one."""
    with open_office(arguments) as store:
        if arguments.undo is not None:
            undone = undo(store, arguments.undo, operator=operator_of(arguments, store))
            answer(
                arguments,
                {"undone": arguments.undo, "records": undone.count, "kept": list(undone.kept)},
                f"已撤销，{undone.sentence}",
            )
            return Exit.DONE
        with store.read() as session:
            acts = list_acts(session)
    data = {
        "acts": [
            {
                "id": act.id,
                "kind": act.kind,
                "name": act.name,
                "operator": act.operator,
                "at": act.at,
                "records": act.changes,
                "undone_by": act.undone_by,
                "undoes": act.undoes,
            }
            for act in acts
        ]
    }
    lines = [
        f"{act.id}\t{act.at}\t{act.operator}\t{act.name}（{act.changes} 条）{'　已撤销' if act.undone_by else ''}"
        for act in acts
    ]
    answer(arguments, data, "\n".join(lines) or "还没有任何操作")
    return Exit.DONE
