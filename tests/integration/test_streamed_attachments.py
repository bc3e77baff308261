"""Files that platforms bring: taken in by the same checks as uploads, without an HTTP request."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.attachments.folder import AttachmentFolder
from bot.attachments.refusals import MAX_FILE_BYTES
from bot.attachments.uploads import Uploads
from bot.channels.web.refusals import Refusal
from crm_store.domain.attachments import Uploader
from crm_store.domain.identities import Proof
from crm_store.sql import SqlStore
from crm_store.use_cases.attachments import check_unsent
from crm_store.use_cases.ports.people import Identity
from tests.files import image


async def stream(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.fixture
def uploads(store: SqlStore, tmp_path: Path) -> Uploads:
    return Uploads(store, AttachmentFolder(tmp_path / "files"))


@pytest.fixture
async def somebody(store: SqlStore) -> Uploader:
    identity = Identity(uuid.uuid4(), "telegram", "1", "user:7", Proof.NONE, customer_id=None)
    async with store.begin() as uow:
        await uow.identities.add(identity, uow.now)
        await uow.commit()
    return Uploader(identity_id=identity.id)


async def test_a_picture_is_kept_for_the_person_who_sent_it(uploads: Uploads, somebody: Uploader) -> None:
    kept = await uploads.take_stream("পার্সেল.png", stream(image("PNG")), somebody)
    async with uploads.store.read() as uow:
        assert await check_unsent(uow, [kept.id], somebody) == [kept.as_object()]
    assert kept.name == "পার্সেল.png"
    assert uploads.folder.path_of(kept.stored_as).exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"MZ, a program", "unsupported_type"), (b"\xff\xd8\xff" * (MAX_FILE_BYTES // 3 + 1), "file_too_large")],
)
async def test_what_an_upload_may_not_be_a_streamed_file_may_not_be_either(
    uploads: Uploads, somebody: Uploader, data: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await uploads.take_stream("file.jpg", stream(data, 1024 * 1024), somebody)
    assert refused.value.code == code
    assert not [path for path in uploads.folder.root.glob("*/*") if path.is_file()]
