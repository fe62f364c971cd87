"""Tables that belong to this computer's database and to no package: history, mappings, receptions, outbox.

They are no Records: nobody else ever sees them, and they have no revision of their own.
"""

from sqlalchemy import Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""A name for every constraint, as batch migrations need."""


class Base(DeclarativeBase):
    """The base of every mapped class; its metadata has the tables of the entities too, see `store/tables.py`."""

    metadata = MetaData(naming_convention=NAMING)


STRICT = {"sqlite_strict": True}


class Setting(Base):
    """One fact about this database: office code, identity, schema; by name."""

    __tablename__ = "settings"
    __table_args__ = STRICT

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Act(Base):
    """One thing a clerk did, with all the changes it made."""

    __tablename__ = "acts"
    __table_args__ = STRICT

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    operator: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)
    undoes: Mapped[int | None]
    undone_by: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)


class Change(Base):
    """What an Act did to one record: the packed values before and after, only those that differ."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_record", "record_uid"), Index("ix_changes_act", "act_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int]
    entity: Mapped[str] = mapped_column(Text)
    record_uid: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    revision_before: Mapped[int]
    revision_after: Mapped[int]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class Sequence(Base):
    """The last number given out in a gapless series."""

    __tablename__ = "sequences"
    __table_args__ = STRICT

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[int]


class Mapping(Base):
    """What a clerk once said a sender's heading or value means; `sender` is empty where it holds for all."""

    __tablename__ = "mappings"
    __table_args__ = STRICT

    sender: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    target: Mapped[str] = mapped_column(Text)


class Reception(Base):
    """One file that a sender handed in: 第 n 次报送, with date and bearer."""

    __tablename__ = "receptions"
    __table_args__ = (Index("ix_receptions_sender", "sender"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(Text)
    sender_name: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(Text)
    file_hash: Mapped[str] = mapped_column(Text)
    """SHA-256 of what the rows say: the same roster saved by another program is the same file."""
    received_at: Mapped[str] = mapped_column(Text)
    bearer: Mapped[str | None] = mapped_column(Text)
    act_id: Mapped[int]
    returned: Mapped[int] = mapped_column(server_default="0")
    """How many rows went back to the sender to be mended."""


class ReceptionRow(Base):
    """What one row of a received file said, as packed values by target; the base of the next three-way import."""

    __tablename__ = "reception_rows"
    __table_args__ = (Index("ix_reception_rows_record", "record_uid"), STRICT)

    reception_id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    record_uid: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)


class Draft(Base):
    """A half-typed form, offered again to the same operator and never applied by itself."""

    __tablename__ = "drafts"
    __table_args__ = STRICT

    form: Mapped[str] = mapped_column(Text, primary_key=True)
    operator: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[str] = mapped_column(Text)


class OutboxEntry(Base):
    """A package that this office made, from its number to its receipt.

    `counts` are its records by entity, `receipt` is what the recipient answered, both as JSON; `file_name` has a
    line for each volume.
    """

    __tablename__ = "outbox"
    __table_args__ = STRICT

    package_id: Mapped[str] = mapped_column(Text, primary_key=True)
    stream: Mapped[str] = mapped_column(Text)
    epoch: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    recipient: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    manifest_hash: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    sealed_at: Mapped[str | None] = mapped_column(Text)
    receipted_at: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[str | None] = mapped_column(Text)
    counts: Mapped[str | None] = mapped_column(Text)


class StreamState(Base):
    """The newest package taken in from one office in one stream: high water, and the hash it had."""

    __tablename__ = "stream_states"
    __table_args__ = STRICT

    sender: Mapped[str] = mapped_column(Text, primary_key=True)
    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    manifest_hash: Mapped[str] = mapped_column(Text)
    act_id: Mapped[int]


class KnownCard(Base):
    """A key card of another office, and whether somebody here compared its fingerprint.

    What a revoked key signed is taken only as far as it was taken before: the high water of its streams says how far.
    """

    __tablename__ = "known_cards"
    __table_args__ = STRICT

    sign_key_id: Mapped[str] = mapped_column(Text, primary_key=True)
    office_code: Mapped[str] = mapped_column(Text)
    office_name: Mapped[str] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(Text)
    card: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[str | None] = mapped_column(Text)
    confirmed_by: Mapped[str | None] = mapped_column(Text)
    revoked_at: Mapped[str | None] = mapped_column(Text)
    revoked_why: Mapped[str | None] = mapped_column(Text)


class RevokedKey(Base):
    """A key that the upper office has revoked, of whatever office; carried on in every package downwards."""

    __tablename__ = "revoked_keys"
    __table_args__ = STRICT

    sign_key_id: Mapped[str] = mapped_column(Text, primary_key=True)
    office_code: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[str] = mapped_column(Text)


class HeldPackage(Base):
    """A package that waits in quarantine: a copy stands in the inbox under its hash; `code` says for what it waits."""

    __tablename__ = "held_packages"
    __table_args__ = STRICT

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    file_name: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(Text)
    stream: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    package_id: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    held_at: Mapped[str] = mapped_column(Text)


class TakenPackage(Base):
    """What this office did with a package of another: the account and the remarks, from which receipts are written."""

    __tablename__ = "taken_packages"
    __table_args__ = (Index("ix_taken_packages_sender", "sender"), STRICT)

    package_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sender: Mapped[str] = mapped_column(Text)
    stream: Mapped[str] = mapped_column(Text)
    epoch: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    manifest_hash: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    counts: Mapped[str] = mapped_column(Text)
    remarks: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[str] = mapped_column(Text)


class Acknowledgement(Base):
    """What the upper office last answered about one record of this office: which revision, and what became of it."""

    __tablename__ = "acknowledgements"
    __table_args__ = (Index("ix_acknowledgements_package", "package_id"), STRICT)

    record_uid: Mapped[str] = mapped_column(Text, primary_key=True)
    entity: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    outcome: Mapped[str] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    package_id: Mapped[str] = mapped_column(Text)


class HeldAttachment(Base):
    """An attachment that another office said in its last receipt it holds, and that need not go to it again."""

    __tablename__ = "held_attachments"
    __table_args__ = STRICT

    office_code: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)


class PaperReceived(Base):
    """The stamped paper of one office for one step of a year: when it came and who brought it."""

    __tablename__ = "papers_received"
    __table_args__ = STRICT

    office_code: Mapped[str] = mapped_column(Text, primary_key=True)
    step: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    received_on: Mapped[str] = mapped_column(Text)
    bearer: Mapped[str | None] = mapped_column(Text)


class PrintLog(Base):
    """One printed sheet or stack: which form, how many people, copies and pages, who and when."""

    __tablename__ = "print_log"
    __table_args__ = STRICT

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    people: Mapped[int]
    pages: Mapped[int]
    copies: Mapped[int]
    operator: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)
    file_hash: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    names: Mapped[str] = mapped_column(Text, server_default="")
    """Whose names stand on it, a line for each, no numbers; empty in prints of earlier versions of the program."""


LOCAL_TABLES = (
    Setting,
    Act,
    Change,
    Sequence,
    Mapping,
    Reception,
    ReceptionRow,
    Draft,
    OutboxEntry,
    StreamState,
    KnownCard,
    RevokedKey,
    HeldPackage,
    TakenPackage,
    Acknowledgement,
    HeldAttachment,
    PaperReceived,
    PrintLog,
)
"""Every table that no package carries."""
