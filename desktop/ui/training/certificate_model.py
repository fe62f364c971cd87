"""The certificates of a class as a table: who holds which number, and what is to be said about it."""

from desktop.codes import table
from desktop.queries.training.certificates import Holder
from desktop.text import tr
from desktop.ui.plain_model import PlainModel


class CertificateModel(PlainModel[Holder]):
    """The trainees of a class with their certificates of one kind."""

    HEADINGS = ("学号", "姓名", "工作单位", "等级", "证书编号", "发证日期", "照片", "打印", "领取", "说明")

    kind = "1"
    hours = ""
    """Those of the class, packed."""

    def texts(self, row: Holder) -> tuple[str, ...]:
        """The cells of one trainee."""
        held, grade = row.valid(self.kind), row.found.result.settled
        content = held.content if held is not None else {}
        return (
            str(row.person.number or ""),
            row.person.name,
            row.person.unit,
            table("training_grade").label(grade) if grade is not None else "",
            content.get("number", ""),
            content.get("issued_on", ""),
            tr("有") if row.photo else tr("缺"),
            _printed(content),
            " ".join(filter(None, (content.get("collected_on", ""), content.get("collected_by", "")))),
            self.remark(row),
        )

    def remark(self, row: Holder) -> str:
        """Why none may be issued, and what became of the numbers before."""
        found = [why] if (why := row.why_not(self.kind)) else []
        for each in row.certificates:
            if "voided_on" in each.content:
                number, why = each.content["number"], each.content.get("void_reason", "")
                found.append(tr("{number} 已作废：{why}", number=number, why=why))
        if doubt := row.doubt(self.kind, self.hours):
            found = [doubt, *found[bool(why) :]]
        return "；".join(found)


def _printed(content: dict[str, object]) -> str:
    lines = content.get("reprints")
    if isinstance(lines, list) and lines:
        return tr("补打 {count} 次", count=len(lines))
    return tr("已打印") if "printed_on" in content else ""
