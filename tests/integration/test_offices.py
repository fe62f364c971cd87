"""Setting up an office, and the sample office that ships with the program."""

import csv
import tomllib

import pytest
from sqlalchemy import text

from desktop.errors import InvalidRecord, RefusedError, ValueProblem
from desktop.models import ENTITIES, Cohort, Employment, Holiday, Office, Operator, Policy, School, Teacher
from desktop.models.base import problems_of
from desktop.paths import RESOURCES
from desktop.sample import write_sample
from desktop.services.offices import county_word, create_office, own_office
from desktop.services.opening import open_store
from desktop.services.shipped import SHIPPED, bring_in_shipped, shipped_edits
from desktop.store import Edit, Store, load, write_edits
from desktop.store.history import last_undoable, list_acts, undo


def test_a_new_office_knows_itself(store):
    """The database of an office has its own record, its operator, its code and an identity."""
    with store.read() as session:
        [office] = load(session, Office).values()
        [operator] = load(session, Operator).values()
        assert own_office(session, "509999") == office.content
    assert office.content == {
        "name": "云岭县教育委员会",
        "code": "509999",
        "rank": "county",
        "county_word": "县级",
    }
    assert (operator.content, operator.changed_by) == ({"name": "王主任"}, "王主任")
    assert (store.office_code, len(store.epoch)) == ("509999", 16)


def test_a_new_office_has_what_is_shipped(store):
    """Policies and holidays are records from the first day, and no office is their writer."""
    with store.read() as session:
        policies, holidays = load(session, Policy), load(session, Holiday)
    with (RESOURCES / "holidays" / "2019-2026.csv").open(encoding="utf-8") as file:
        assert {record.content["date"] for record in holidays.values()} == {row["date"] for row in csv.DictReader(file)}
    shipped = sum(
        len(tomllib.loads(path.read_text(encoding="utf-8"))["policy"])
        for path in (RESOURCES / "policies").glob("*.toml")
    )
    assert len(policies) == shipped
    assert {record.origin for record in (*policies.values(), *holidays.values())} == {SHIPPED}


def test_what_is_shipped_comes_once(store):
    """A newer program brings only what the database lacks."""
    with store.write("更新", kind="setup") as session:
        assert shipped_edits(session) == []
        assert write_edits(session, []) == 0


def test_two_offices_give_shared_records_one_uid(store, tmp_path):
    """Schools, policies and offices are the same records everywhere."""
    other = create_office(tmp_path / "city", name="渝州市教育委员会", code="509900", rank="city")
    with store.read() as here, other.read() as there:
        assert set(load(here, Policy)) == set(load(there, Policy))
        assert set(load(here, Holiday)) == set(load(there, Holiday))
        assert set(load(here, Operator)).isdisjoint(load(there, Operator))
    other.close()


def test_an_office_is_made_once(store):
    """A folder that holds an office is left as it is."""
    before = store.path.read_bytes()
    with pytest.raises(RefusedError, match="已经有一个单位"):
        create_office(store.folder, name="石坪镇教办", code="5099991", rank="township")
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "code", "rank", "error"),
    [
        (" ", "509999", "county", InvalidRecord),
        ("云岭县教育委员会", "", "county", InvalidRecord),
        ("云岭县教育委员会", "509999", "司", ValueProblem),
    ],
)
def test_an_office_without_name_code_or_rank_is_not_made(tmp_path, name, code, rank, error):
    """What identifies an office is asked before anything is written."""
    with pytest.raises(error):
        create_office(tmp_path / "office", name=name, code=code, rank=rank)
    assert not (tmp_path / "office").exists()


@pytest.mark.parametrize(
    ("name", "word"),
    [("云岭县教育委员会", "县级"), ("江北区教育局", "区级"), ("渝州市教育委员会", ""), ("县直小学", "")],
)
def test_local_words_of_a_tier(name, word):
    """Labels print in the local word: 县级 in a county, 区级 in a district, never 区县级."""
    assert county_word(name) == word


# The sample office


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory):
    store = write_sample(tmp_path_factory.mktemp("sample") / "office")
    yield store
    store.close()


def of(store: Store, entity: type) -> list[dict[str, object]]:
    with store.read() as session:
        return [record.content for record in load(session, entity).values()]


def without_uids(store: Store) -> list[tuple[object, ...]]:
    """The content of an office with links replaced by what they point to."""
    names = {}
    with store.read() as session:
        for entity in ENTITIES:
            names |= {uid: entity.called(record.content) for uid, record in load(session, entity).items()}
    found = []
    for entity in ENTITIES:
        for content in of(store, entity):
            plain = {
                name: names.get(value, value) if isinstance(value, str) else value for name, value in content.items()
            }
            found.append((entity.plural, sorted(plain.items(), key=str)))
    return sorted(found, key=str)


def test_the_sample_has_its_twelve_schools(sample):
    """Twelve schools in force in official order, as their spreadsheets name them, each with its three leaders."""
    schools = sorted(of(sample, School), key=lambda school: school["order"])
    live = [school for school in schools if "merged_into" not in school]
    files = {path.stem.split("-", 1)[1] for path in (RESOURCES / "sample").iterdir() if path.suffix != ".toml"}
    assert len(live) == 12
    assert {school["name"] for school in live} == files
    assert [school["order"] for school in schools] == list(range(1, 14))
    for school in schools:
        for leader in ("secretary", "principal", "training_officer"):
            assert school[leader]
            assert school[f"{leader}_phone"].startswith("1990000")
        assert any(name["kind"] == "short" for name in school["names"])


def test_the_sample_has_what_is_hard(sample):
    """A renamed school with years, a merged one with its document and stamping school, two cohorts."""
    schools = {school["name"]: school for school in of(sample, School)}
    [merged] = [school for school in schools.values() if "merged_into" in school]
    with sample.read() as session:
        target = load(session, School, (merged["merged_into"],))[merged["merged_into"]].content
    assert target["name"] == "云岭县石坪镇中心小学"
    assert merged["stamping_school"] == merged["merged_into"]
    assert merged["merged_document"] == "云教发〔2021〕42号"
    renamed = schools["云岭县实验中学"]["names"]
    assert {"name": "云岭县第三初级中学", "kind": "former", "from_year": 1987, "to_year": 2015} in renamed
    assert {(cohort["tier"], cohort["doc_no"]) for cohort in of(sample, Cohort)} == {
        ("2", "渝教师发〔2022〕15号"),
        ("3", "云教发〔2024〕30号"),
    }


def test_the_sample_has_people_with_rare_names(sample):
    """With the 203 of the spreadsheets they are three hundred; every character that a roster must survive is there."""
    teachers = of(sample, Teacher)
    assert len(teachers) == len(of(sample, Employment)) == 97
    assert len({teacher["id_number"] for teacher in teachers}) == 97
    assert {teacher["id_number"][:6] for teacher in teachers} == {"509999"}
    signs = "".join(teacher["name"] for teacher in teachers)
    assert set("𠮷𬭚𫘝𨱏㛃䶮·") <= set(signs)


def test_the_sample_has_no_problems(sample):
    """Every record of the sample office may be saved and submitted."""
    problems = [
        (entity.plural, problem.text)
        for entity in ENTITIES
        for content in of(sample, entity)
        for problem in problems_of(entity, content)
    ]
    assert problems == []


def test_the_sample_is_the_same_each_time(sample, tmp_path):
    """Two computers that try the program see the same people."""
    again = write_sample(tmp_path / "again")
    assert without_uids(again) == without_uids(sample)
    again.close()


def test_the_sample_is_not_written_over_an_office(store):
    """A clerk who types the wrong folder loses nothing."""
    with pytest.raises(RefusedError, match="已经有一个单位"):
        write_sample(store.folder)
    assert of(store, School) == []


def test_an_old_office_is_given_what_was_shipped_since(store):
    """What an earlier program had not or otherwise comes in once, as an Act that Ctrl+Z passes over; deleted do not."""
    with store.read() as session:
        rows = list(load(session, Policy).values())
    lacking, deleted, outdated = rows[:3]
    with store.write("删除", kind="setup") as session:
        write_edits(session, [Edit(Policy, deleted.uid, deleted, None, origin=SHIPPED)])
        before = {**outdated.content, "source": "以前误写的依据"}
        write_edits(session, [Edit(Policy, outdated.uid, outdated, before, origin=SHIPPED)])
    with store.local() as session:  # as if it had never been shipped to this office
        session.execute(text("DELETE FROM policies WHERE uid = :uid"), {"uid": lacking.uid})
    store.set_settings({SHIPPED: "an earlier state"})
    folder = store.folder
    store.close()
    opened = open_store(folder)
    with opened.read() as session:
        again = load(session, Policy)
        act, *_ = list_acts(session)
        newest = last_undoable(session)
    assert again[lacking.uid].content == lacking.content
    assert again[lacking.uid].origin == SHIPPED
    assert deleted.uid not in again
    assert again[outdated.uid].content == outdated.content
    assert (act.name, act.changes) == ("带入随程序提供的政策参数和节假日", 2)
    assert newest is not None
    assert newest.id != act.id
    with pytest.raises(RefusedError, match="随程序而来，不能撤销"):
        undo(opened, act.id)
    assert bring_in_shipped(opened) == 0
    opened.close()
    reopened = open_store(folder)
    with reopened.read() as session:
        assert list_acts(session)[0].id == act.id
    reopened.close()
