"""Orders of names by pinyin and by strokes, and the keys of the search."""

import pytest

from desktop.collation import (
    natural_key,
    pinyin_key,
    pinyin_searches,
    split_surname,
    stroke_key,
    stroke_sequence,
    stroke_total,
)

# Reviewed by hand: strokes, then 横竖撇点折, as official lists print them.
SURNAMES = (
    "丁 卜 于 万 马 王 韦 毛 文 方 尹 孔 邓 石 龙 卢 叶 田 史 白 冯 吕 朱 任 刘 江 汤 许 孙 杜 李 杨 吴 何 余 "
    "邹 汪 宋 张 陆 陈 武 林 罗 金 周 郑 孟 胡 段 侯 姜 姚 贺 袁 夏 顾 钱 徐 高 郭 唐 黄 曹 常 崔 梁 彭 董 蒋 韩 "
    "程 傅 曾 谢 赖 雷 廖 谭 熊 潘 薛 戴 魏"
)


def test_commonest_surnames():
    """The commonest surnames stand in the order of official lists."""
    reviewed = SURNAMES.split()
    assert len(reviewed) > 50
    assert sorted(set(reviewed), key=stroke_key) == reviewed


@pytest.mark.parametrize(
    ("character", "total", "sequence"),
    [
        ("丁", 2, "12"),
        ("子", 3, "521"),
        ("王", 4, "1121"),
        ("陈", 7, "5215234"),
        ("曾", 12, "432524312511"),
        ("𠮷", 6, ""),
    ],
)
def test_strokes(character, total, sequence):
    """Totals and sequences of some characters; a rare one has its total."""
    assert (stroke_total(character), stroke_sequence(character)) == (total, sequence)


@pytest.mark.parametrize("character", ["A", "·", "\x01", "\U0010fffd", "⺀"])
def test_no_strokes(character):
    """What is no Han character stands behind all."""
    assert (stroke_total(character), stroke_sequence(character)) == (99, "")


@pytest.mark.parametrize(
    "names",
    [
        ["王宁", "王军", "王勇", "王晨", "王毅", "王小洪", "王东明"],
        ["王毅", "王小洪"],
        ["欧平", "欧阳修"],
        ["马兴瑞", "王芳", "Anna Lee"],
        ["阿依古丽·买买提", "曾国"],
        ["王二", "王𠮷"],
    ],
)
def test_stroke_order(names):
    """Surname first, a single given name before a double one, rare and Latin names at their place."""
    assert sorted(set(names), key=stroke_key) == names


def test_empty_name_has_a_key():
    """A record without a name can be sorted."""
    assert stroke_key("") < stroke_key("丁一")
    assert pinyin_key("") == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王芳", ("王", "芳")),
        ("欧阳修", ("欧阳", "修")),
        ("欧阳", ("欧", "阳")),
        ("单于丽", ("单", "于丽")),
        ("阿依古丽·买买提", ("", "阿依古丽·买买提")),
        ("Anna", ("", "Anna")),
        ("", ("", "")),
    ],
)
def test_surnames(name, parts):
    """Surnames of two characters are those of the reviewed table; ethnic names have none."""
    assert split_surname(name) == parts


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("单雄", "shanxiong"),
        ("曾宪梓", "zengxianzi"),
        ("解缙", "xiejin"),
        ("仇和", "qiuhe"),
        ("区伟", "ouwei"),
        ("查良", "zhaliang"),
        ("朴树", "piaoshu"),
        ("尉迟恭", "yuchigong"),
        ("万俟卨", "moqixie"),
        ("吕布", "lvbu"),
        ("李𠮷祥", "lijixiang"),
        ("阿依古丽·买买提", "ayigulimaimaiti"),
        ("Anna Lee", "annalee"),
    ],
)
def test_searches_begin_with_the_surname_reading(name, first):
    """The reviewed reading of the surname comes first."""
    assert pinyin_searches(name)[0] == first


def test_searches_know_all_readings():
    """Somebody who types another reading or the initials finds the person too."""
    assert {"zengle", "cengyue", "zl", "cy"} <= set(pinyin_searches("曾乐"))
    assert pinyin_searches("") == ()


def test_school_is_found_without_its_county():
    """What all schools of a county begin with need not be typed."""
    assert {"ylxspzzxxx", "spzzxxx", "shipingzhenzhongxinxiaoxue"} <= set(pinyin_searches("云岭县石坪镇中心小学"))


def test_searches_are_limited():
    """A long name of many readings does not explode."""
    assert len(pinyin_searches("阿依古丽·买买提" * 3)) <= 48


@pytest.mark.parametrize(
    "names",
    [
        ["安明", "单雄", "曾国", "张伟", "张玉", "章二"],
        ["陈丽", "程翠", "次仁·卓玛"],
        ["万一", "王一"],
        ["区伟", "欧阳修"],
    ],
)
def test_pinyin_order(names):
    """Syllables, then tones; people of one surname stay together."""
    assert sorted(set(names), key=pinyin_key) == names


def test_labels_with_numbers_stand_in_the_order_of_their_numbers():
    """第2组 stands before 第10组, and what has no label behind all."""
    labels = ["第10培训点", "", "第2培训点", "第1培训点", "1102", "201"]
    assert sorted(labels, key=natural_key) == ["201", "1102", "第1培训点", "第2培训点", "第10培训点", ""]
