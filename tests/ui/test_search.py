"""Finding rows: the index behind the search box, and a listing that takes in changes one by one."""

from datetime import date
from typing import Any

import pytest

from desktop.models import Employment, School, Teacher
from desktop.queries.people import PersonName
from desktop.services.records import delete, save
from desktop.store import Store
from desktop.ui.finder import People
from desktop.ui.jobs import Progress
from desktop.ui.lists.listing import Listing, load_listing, make_index, read_some, sorted_rows
from desktop.ui.lists.search import SearchIndex, text_of
from tests.builders import add, add_all, employment_content, school_content, teacher_content
from tests.ui.conftest import settle

QUIET = Progress(lambda *_step: None)


def listed(store: Store) -> Listing:
    listing = load_listing(store, Teacher, date(2026, 11, 1), QUIET, shown=("name", "school"), filters=("school",))
    listing.index = make_index(listing, QUIET)
    return listing


def names(listing: Listing, places: Any) -> list[str]:
    return [str(listing.values["name"][place]) for place in places if place not in listing.gone]


def found(listing: Listing, typed: str) -> list[str]:
    assert listing.index is not None
    places = listing.index.find(typed.split())
    return names(listing, listing.order if places is None else places)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", ("sxx", "shanxiongxin", "dxx")),
        ("曾国藩", ("zgf", "zengguofan", "ceng")),
        ("解晓东", ("xxd", "xie", "jxd")),
        ("仇和", ("qh", "qiuhe", "chou")),
        ("区坤", ("ok", "ou", "qk")),
        ("查良镛", ("zly", "zha", "cha")),
        ("乐毅", ("yy", "yue", "ly")),
        ("尉迟恭", ("ycg", "yuchi")),
        ("万俟卨", ("mqx", "moqi")),
        ("吕布", ("lb", "lv")),
        ("阿依古丽·买买提", ("ayglmmt", "古丽")),
    ],
)
def test_every_common_reading_finds_the_name(office: Store, name: str, typed: tuple[str, ...]) -> None:
    """A name is found by initials and full pinyin in each common reading of its surname."""
    add_all(office, Teacher, [teacher_content(1, name=name), teacher_content(2, name="王芳")])
    listing = listed(office)
    assert {word: found(listing, word) for word in typed} == {word: [name] for word in typed}


def test_corrected_reading_finds_the_person(office: Store) -> None:
    """A reading written down for one person finds this person in full and by initials."""
    add(office, Teacher, teacher_content(1, name="盖博", name_reading="ge bo"))
    listing = listed(office)
    assert found(listing, "gebo") == found(listing, "gb") == ["盖博"]


def test_school_number_and_several_words_narrow(office: Store) -> None:
    """School by name and pinyin, last four of the number, and words together narrow the list."""
    school, other = add_all(office, School, [school_content(1, name="石坪镇中心小学"), school_content(2)])
    uids = add_all(office, Teacher, [teacher_content(1, name="张三"), teacher_content(2, name="张四")])
    add_all(office, Employment, [employment_content(uids[0], school), employment_content(uids[1], other)])
    listing = listed(office)
    tail = str(teacher_content(2)["id_number"])[-4:]
    assert found(listing, "石坪") == found(listing, "spz") == found(listing, "zs 小学") == ["张三"]
    assert found(listing, tail) == ["张四"]
    assert found(listing, "zhang") == ["张三", "张四"]
    assert found(listing, "zhang 第9中学") == []


def test_changes_are_found_without_reading_all(office: Store) -> None:
    """A saved, a new and a deleted record are put into the listing and its index at the office's own place."""
    uids = add_all(office, Teacher, [teacher_content(1, name="张三"), teacher_content(2, name="李四")])
    listing = listed(office)
    with office.write("改", operator="王") as session:
        save(session, Teacher, {"name": "周三"}, uid=uids[0], reason="户口簿")
        delete(session, Teacher, uids[1])
        new = save(session, Teacher, teacher_content(3, name="吴五"))
    rows, directory = read_some(office, listing, {*uids, new})
    listing.put({*uids, new}, rows, directory)
    assert found(listing, "zhou") == ["周三"]
    assert found(listing, "张") == found(listing, "李") == []
    assert names(listing, listing.order) == ["周三", "吴五"]
    assert found(listing, "吴") == ["吴五"]


def test_names_are_sorted_by_pinyin(office: Store) -> None:
    """The column of names sorts as a directory does, rising and falling."""
    people = ["张三", "安宁", "王五", "李四"]
    add_all(office, Teacher, [teacher_content(number, name=name) for number, name in enumerate(people, 1)])
    listing = listed(office)
    column = next(each for each in listing.columns if each.name == "name")
    rising = sorted_rows(listing, column, falling=False, progress=QUIET)
    assert names(listing, rising) == [
        "安宁",
        "李四",
        "王五",
        "张三",
    ]
    falling = sorted_rows(listing, column, falling=True, progress=QUIET)
    assert names(listing, falling) == [
        "张三",
        "王五",
        "李四",
        "安宁",
    ]


def test_index_agrees_with_looking_at_every_text() -> None:
    """What the index finds is what a look at every text would find, for words of every kind and length."""
    texts = [
        text_of((f"教师{number % 7}号", f"jiaoshi{number}", f"js{number % 13}", str(5000 + number)))
        for number in range(300)
    ]
    index = SearchIndex()
    for text in texts:
        index.add(text)
    for word in ("j", "js", "js1", "jiaoshi12", "5", "51", "5123", "教", "教师", "师3", "教师3号", "没有", "x"):
        plain = [place for place, text in enumerate(texts) if ("\n" + word if word.isascii() else word) in text]
        assert list(index.find([word]) or ()) == plain, word
        assert index.find([word, "j"]) == plain, word


def test_shared_texts_are_found_as_if_each_row_had_them() -> None:
    """A text that many rows share finds them all, with other words and after a row was put anew."""
    schools = [text_of((f"第{number}小学", f"di{number}xiaoxue", f"d{number}xx")) for number in range(4)]
    own = [text_of((f"教师{number}", f"jiaoshi{number}")) for number in range(40)]
    index = SearchIndex()
    for number, text in enumerate(own):
        index.add(text, [schools[number % 4], text_of(("女",) if number % 2 else ("男",))])
    whole = [text + schools[number % 4] + ("\n女" if number % 2 else "\n男") for number, text in enumerate(own)]

    def seen(*words: str) -> list[int]:
        needles = ["\n" + word if word.isascii() else word for word in words]
        return [place for place, text in enumerate(whole) if all(needle in text for needle in needles)]

    searches = [
        ("d1",),
        ("小学",),
        ("第2小学",),
        ("di3xiaoxue",),
        ("d",),
        ("女",),
        ("d1", "女"),
        ("js", "男"),
        ("3", "小"),
    ]
    for put in (None, 5, 8):
        if put is not None:
            whole[put] = text_of(("王五", "wangwu", "第1小学", "d1xx", "女"))
            index.put(put, whole[put])
        for words in searches:
            assert list(index.find(words) or ()) == seen(*words), words


def test_next_letter_narrows_what_the_last_one_found() -> None:
    """Typing on, back and on again finds what typing the whole at once finds; a new row is found too."""
    index = SearchIndex()
    for word in ("zhangwei", "zhangsan", "lihua", "张伟", "伟张"):
        index.add(text_of([word]))
    for typed in ("z", "zh", "zhangs", "zhang", "zhangw", "伟", "伟张", "张", "l", "z", "z伟"):
        fresh = SearchIndex()
        for text in index.texts:
            fresh.add(text.decode())
        assert index.find([typed]) == fresh.find([typed]), typed
    index.find(["zhang"])
    index.put(5, text_of(["zhangxin"]))
    assert index.find(["zhangx"]) == [5]


def test_typing_before_the_index_is_ready_is_told_and_applied_then(qtbot: Any, open_window: Any, office: Store) -> None:
    """While the list cannot be searched yet it says so beside the box, and narrows as soon as it can."""
    add_all(office, Teacher, [teacher_content(number, name=name) for number, name in ((1, "张三"), (2, "李四"))])
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    shown = window.pages["teachers"].list
    index, shown.listing.index = shown.listing.index, None
    shown.filters.search.setText("张三")
    assert shown.filters.count.text() == "正在准备查找……"
    shown._make_index(shown.listing)
    settle(qtbot, window)
    assert index is not None
    assert shown.model.rowCount() == 1
    assert shown.filters.count.text() == "显示 1 人，共 2 人"


def test_finder_finds_by_the_index_of_lists() -> None:
    """The box 查找全部 takes words as lists do: pinyin and numbers from a word's beginning, characters anywhere."""
    people = [
        PersonName("1", "单春华", "", "0038"),
        PersonName("2", "阿依努尔·买买提", "", "123X"),
        PersonName("3", "曾强", "zeng qiang", ""),
    ]
    found = People(people, QUIET)

    def names(typed: str) -> list[str]:
        return [pick.text for pick in found.matching(typed)]

    assert names("sch") == ["单春华（0038）"]
    assert names("123x") == ["阿依努尔·买买提（123X）"]
    assert names("买提") == ["阿依努尔·买买提（123X）"]
    assert names("zengq") == names("zq") == ["曾强"]
    assert names("hua") == names("23x") == []
