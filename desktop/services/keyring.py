"""The office's own keys: a new pair in good order or after a loss, and revoking another office's key."""

from datetime import UTC, datetime

from desktop.archive import Identity
from desktop.errors import RefusedError
from desktop.kinds import moment_text
from desktop.models.local import KnownCard, RevokedKey
from desktop.services.backups import KEYS_NAME, load_identity, make_backup
from desktop.store.database import Store


def rotate_keys(store: Store, operator: str, *, lost: bool = False) -> Identity:
    """Give the office its next pair of keys; returns it.

    In good order the key before endorses the new one, and whoever knows it takes the new card without a further look
    at paper. `lost` says that somebody else may have the key: nothing is endorsed, and the database gets a new
    identity. A backup is made before and after, for the new pair stands in no older one. Raises RefusedError.
    """
    make_backup(store, "更换密钥前")
    fresh = load_identity(store.folder).succeed(store.office_code, lost=lost)
    fresh.replace(store.folder / KEYS_NAME)
    if lost:
        store.renew_epoch()
    why = "密钥遗失或泄露" if lost else "更换密钥"
    with store.write(f"{why}：启用第 {fresh.serial} 张密钥卡", kind="setup", operator=operator) as session:
        session.info["act"].number(session)
    make_backup(store, "更换密钥后")
    return fresh


def revoke_key(store: Store, code: str, why: str, operator: str) -> int:
    """Revoke the keys that count for a lower office; returns how many.

    What they signed counts as far as it was taken in, by sequence numbers and never by a clock. Every package to the
    offices below carries the revocation on. Raises RefusedError if no key of this office counts or no reason is told.
    """
    if not why.strip():
        raise RefusedError("作废密钥要写明原因，没有作废；例如“电脑被盗”")
    now = moment_text(datetime.now(UTC))
    with store.write(f"作废密钥：{code}", kind="setup", operator=operator) as session:
        rows = session.query(KnownCard).where(KnownCard.office_code == code, KnownCard.revoked_at.is_(None)).all()
        for row in rows:
            row.revoked_at, row.revoked_why = now, why.strip()
            session.merge(RevokedKey(sign_key_id=row.sign_key_id, office_code=code, why=why.strip(), revoked_at=now))
            session.info["act"].number(session)
    if not rows:
        raise RefusedError(f"本单位没有单位 {code} 正在使用的密钥，没有作废；请核对代码")
    return len(rows)
