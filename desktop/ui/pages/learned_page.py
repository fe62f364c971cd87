"""来表对应: what was learned of the headings and words of senders, to be corrected or forgotten."""

from functools import partial

from desktop.exchange.roster.learned import Learned, answers_for, correct_learned, forget_learned, list_learned
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.pages.plain_page import PlainPage
from desktop.ui.plain_model import PlainModel
from desktop.ui.screens import Entry
from desktop.ui.widgets import button, label


class LearnedModel(PlainModel[Learned]):
    """Answers by sender."""

    HEADINGS = ("报送单位", "栏目或内容", "来表写作", "登记为")

    def texts(self, row: Learned) -> tuple[str, ...]:
        """The cells of one row."""
        return (row.sender, row.column, row.word, row.meaning)


class LearnedPage(PlainPage):
    """All answers that imports remember."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, entry, LearnedModel(), (300, 180, 300, 300))
        self.now.setText(tr("导入时回答过的对应，同一单位下次照办；答错的在这里改正"))
        self.offer_search(tr("单位、栏目、写法"), 200)
        self.correct_button = button(tr("改正…"), self.correct, role="primary", keys="F2")
        self.forget_button = button(tr("删除"), self.forget, icon_name="trash", keys="Delete")
        for each in (self.forget_button, self.correct_button):
            self.tools.addWidget(each)
        self.table.doubleClicked.connect(lambda _index: self.correct())
        self.empty = label(
            tr("还没有记住的对应。导入时程序不认识的栏目和写法会问一次，回答后列在这里。"), "muted", wrap=True
        )
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table, 1)

    def read(self) -> list[Learned]:
        """Every answer."""
        with self.desk.store.read() as session:
            return list_learned(session)

    def tell(self) -> None:
        """What can be done with the chosen ones; how many there are."""
        self.empty.setVisible(not self.model.rows and not self.search.text())
        chosen = self.table.selected()
        self.correct_button.setEnabled(len(chosen) == 1)
        self.forget_button.setEnabled(bool(chosen))
        if self.isVisible():
            count = tr("{count} 条 · 已选 {chosen}", count=len(self.model.rows), chosen=len(chosen))
            self.desk.counted.emit(count)

    def correct(self) -> None:
        """Ask what the word means, and keep the answer."""
        chosen = self.table.selected()
        if len(chosen) != 1:
            return
        learned: Learned = chosen[0]
        with self.desk.store.read() as session:
            answers = answers_for(session, learned)
        text = tr("{sender}的{column}“{word}”登记为：", sender=learned.sender, column=learned.column, word=learned.word)
        said = self.desk.dialogs.ask_name(tr("改正对应"), text, answers, learned.meaning)
        if said is None or said == learned.meaning:
            return
        if self.desk.attempt(partial(self._correct, learned, said)):
            self.desk.said.emit(tr("已改正；已经导入的内容不变，下次导入起照此办理"))
            self.refresh()

    def _correct(self, learned: Learned, meaning: str) -> None:
        with self.desk.store.local() as session:
            correct_learned(session, learned, meaning)

    def forget(self) -> None:
        """Ask with the count, then forget the answers."""
        chosen: list[Learned] = self.table.selected()
        if not chosen:
            return
        text = tr("将删除 {count} 条对应，下次导入会重新询问；已经导入的内容不变。", count=len(chosen))
        detail = "\n".join(f"{each.sender}：{each.column}“{each.word}”→“{each.meaning}”" for each in chosen)
        delete = tr("删除")
        if self.desk.dialogs.ask(tr("删除对应"), text, delete, tr("不删除"), danger=delete, detail=detail) != delete:
            return
        self.desk.attempt(partial(self._forget, chosen))
        self.refresh()

    def _forget(self, chosen: list[Learned]) -> None:
        with self.desk.store.local() as session:
            forget_learned(session, chosen)
