"""A folder of photos matched by ID number or name; the missing and the unusable are listed."""

from io import BytesIO

import pytest
from PIL import Image

from desktop.errors import RefusedError
from desktop.models import School, Teacher
from desktop.queries.directory import Directory
from desktop.reports.photos import cut_photo
from desktop.services.checking import check_database
from desktop.services.training.photos import match_photos, photo_files, save_photos
from tests.builders import add_all, contents_of, school_content, teacher_content


def test_folder_of_photos(store, tmp_path):
    """By ID number, else by name; of two of one name neither; small, foreign and second ones are told."""
    names = ["王芳", "李明", "赵一", "赵一", "钱二"]
    people = add_all(store, Teacher, [teacher_content(number, name=name) for number, name in enumerate(names, 1)])
    numbers = [each["id_number"] for each in contents_of(store, Teacher).values()]
    pictures = {
        f"{numbers[0]}.jpg": 350,
        "02李明-实验中学.png": 350,
        "李明2.jpg": 350,
        "赵一.jpg": 350,
        f"赵一{numbers[3]}.jpg": 350,
        "钱二.jpg": 100,
        "孙三.jpg": 350,
    }
    for shade, (name, width) in enumerate(pictures.items()):
        Image.new("RGB", (width, width), (shade, 0, 0)).save(tmp_path / name)
    (tmp_path / "坏.jpg").write_bytes(b"no picture")
    with store.read() as session:
        plan = match_photos(Directory(session), dict.fromkeys(people, ""), photo_files(tmp_path))
    assert {uid: path.name for uid, path in plan.matched.items()} == {
        people[0]: f"{numbers[0]}.jpg",
        people[1]: "02李明-实验中学.png",
        people[3]: f"赵一{numbers[3]}.jpg",
    }
    assert plan.missing == [people[2], people[4]]
    told = {path.name: sentence for path, sentence in plan.refused}
    assert sorted(told) == sorted(["李明2.jpg", "赵一.jpg", "钱二.jpg", "孙三.jpg", "坏.jpg"])
    assert "有 2 人同名" in told["赵一.jpg"]
    assert "只有 100 像素宽" in told["钱二.jpg"]
    with store.write("放入照片") as session:
        assert save_photos(session, store.folder, plan.matched) == 3
    assert "photo" in contents_of(store, Teacher)[people[0]]
    assert [each.text for each in check_database(store) if "文件" in each.text] == []
    with store.read() as session:
        assert match_photos(Directory(session), {people[0]: ""}, []).missing == []


def test_empty_folder(tmp_path):
    """A folder without pictures is a sentence."""
    with pytest.raises(RefusedError, match="没有 jpg 或 png 照片"):
        photo_files(tmp_path)


def test_photos_of_the_wrong_person_or_kind_are_told(store, tmp_path):
    """Another's ID number beside a name, a longer name, HEIC and half a file are told and not taken; CMYK is."""
    names = ["王芳", "李明", "赵一"]
    people = add_all(store, Teacher, [teacher_content(number, name=name) for number, name in enumerate(names, 1)])
    numbers = [each["id_number"] for each in contents_of(store, Teacher).values()]
    white = Image.new("CMYK", (400, 600), (0, 0, 0, 0))
    for name in (f"王芳{numbers[1]}.jpg", "李明.jpg", "王芳芳.jpg"):
        white.save(tmp_path / name)
    Image.effect_noise((400, 600), 90).save(tmp_path / "王芳2.jpg")
    half = (tmp_path / "王芳2.jpg").read_bytes()
    (tmp_path / "王芳2.jpg").write_bytes(half[: len(half) // 2])
    (tmp_path / "王芳.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    with store.read() as session:
        plan = match_photos(Directory(session), dict.fromkeys(people, ""), photo_files(tmp_path))
    told = {path.name: sentence for path, sentence in plan.refused}
    assert {uid: path.name for uid, path in plan.matched.items()} == {people[1]: "李明.jpg"}
    assert "姓名写的是“王芳”，没有采用" in told[f"王芳{numbers[1]}.jpg"]
    assert "可能是另一个姓名的一部分" in told["王芳芳.jpg"]
    assert "不完整" in told["王芳2.jpg"]
    assert "HEIC 等格式请先转换" in told["王芳.HEIC"]
    assert plan.missing == [people[0], people[2]]


def test_school_beside_the_name_tells_who_it_is(store, tmp_path):
    """Two of one name are told apart by unit, a short name too; the unit of another school is told and not taken."""
    units = ["云岭县城关小学", "云岭县第一中学", "云岭县大河小学"]
    short = {"names": [{"name": "县一中", "kind": "short"}]}
    add_all(
        store, School, [school_content(n, name=unit, **(short if n == 2 else {})) for n, unit in enumerate(units, 1)]
    )
    contents = [teacher_content(number, name=name) for number, name in enumerate(["赵一", "赵一", "王芳"], 1)]
    people = add_all(store, Teacher, contents)
    for name in ("赵一.jpg", "县一中赵一.jpg", "2赵一（城关小学）.jpg", "王芳-大河小学.jpg", "王芳 城关小学.png"):
        Image.new("RGB", (400, 560)).save(tmp_path / name)
    with store.read() as session:
        wanted = dict(zip(people, [*units[:2], units[0]], strict=True))
        plan = match_photos(Directory(session), wanted, photo_files(tmp_path))
    assert [plan.matched[each].name for each in people] == [
        "2赵一（城关小学）.jpg",
        "县一中赵一.jpg",
        "王芳 城关小学.png",
    ]
    told = {path.name: sentence for path, sentence in plan.refused}
    assert "有 2 人同名（云岭县城关小学、云岭县第一中学）" in told.pop("赵一.jpg")
    assert "单位是“云岭县城关小学”，文件名写的是“大河小学”，没有采用" in told.pop("王芳-大河小学.jpg")
    assert not told


def test_odd_pictures(store, tmp_path):
    """Turned, transparent, grey of 16 bits and CMYK pictures print upright on white; what cannot be decoded is told."""
    names = ["甲一", "乙二", "丙三", "丁四", "戊五"]
    people = add_all(store, Teacher, [teacher_content(number, name=name) for number, name in enumerate(names, 1)])
    turned = Image.new("RGB", (560, 400), "white")
    turned.paste((255, 0, 0), (0, 0, 280, 400))  # with orientation 6 the left half is the upper one
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "甲一.jpg", exif=exif)
    Image.new("RGBA", (400, 560), (0, 0, 0, 0)).save(tmp_path / "乙二.png")
    Image.new("I;16", (400, 560), 65535).save(tmp_path / "丙三.png")
    Image.new("CMYK", (400, 560), (0, 0, 0, 0)).save(tmp_path / "丁四.jpg")
    Image.effect_noise((400, 560), 90).save(tmp_path / "戊五.png")
    broken = bytearray((tmp_path / "戊五.png").read_bytes())
    broken[200:260] = bytes(60)
    (tmp_path / "戊五.png").write_bytes(bytes(broken))
    with store.read() as session:
        plan = match_photos(Directory(session), dict.fromkeys(people, ""), photo_files(tmp_path))
    assert [plan.matched[each].stem for each in people[:4]] == names[:4]
    assert [sentence for _path, sentence in plan.refused] == ["“戊五.png”打不开，内容已损坏，请重新拷贝或另存为 jpg"]
    assert plan.missing == [people[4]]
    for name, top, bottom in [
        ("甲一.jpg", (255, 0, 0), (255, 255, 255)),
        *((each, *[(255,) * 3] * 2) for each in ("乙二.png", "丙三.png", "丁四.jpg")),
    ]:
        with Image.open(BytesIO(cut_photo(tmp_path / name))) as cut:
            assert cut.size == (413, 579)
            for place, colour in (((200, 60), top), ((200, 520), bottom)):
                assert all(abs(a - b) < 12 for a, b in zip(cut.getpixel(place), colour, strict=True)), (name, place)


def test_drive_that_was_pulled_keeps_nothing(store, tmp_path):
    """A file that is gone when the photos are kept is a sentence, and no photo is kept."""
    people = add_all(store, Teacher, [teacher_content(1, name="甲一")])
    with pytest.raises(RefusedError, match="没有保存任何照片"), store.write("放入照片") as session:
        save_photos(session, store.folder, {people[0]: tmp_path / "甲一.jpg"})
    assert "photo" not in contents_of(store, Teacher)[people[0]]
