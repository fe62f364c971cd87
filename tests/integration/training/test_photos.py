"""A folder of photos matched by ID number or name; the missing and the unusable are listed."""

import pytest
from PIL import Image

from desktop.errors import RefusedError
from desktop.models import Teacher
from desktop.queries.directory import Directory
from desktop.services.checking import check_database
from desktop.services.training.photos import match_photos, photo_files, save_photos
from tests.builders import add_all, contents_of, teacher_content


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
        plan = match_photos(Directory(session), people, photo_files(tmp_path))
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
        assert match_photos(Directory(session), people[:1], []).missing == []


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
        plan = match_photos(Directory(session), people, photo_files(tmp_path))
    told = {path.name: sentence for path, sentence in plan.refused}
    assert {uid: path.name for uid, path in plan.matched.items()} == {people[1]: "李明.jpg"}
    assert "姓名写的是“王芳”，没有采用" in told[f"王芳{numbers[1]}.jpg"]
    assert "可能是另一个姓名的一部分" in told["王芳芳.jpg"]
    assert "不完整" in told["王芳2.jpg"]
    assert "HEIC 等格式请先转换" in told["王芳.HEIC"]
    assert plan.missing == [people[0], people[2]]
