"""Who is at the other end, and what to call them."""

import pytest

from crm_store.domain.identities import ConversationParty, Proof, given_name_of, shown_name
from crm_store.domain.sessions import TOKEN_BYTES, hash_token, lifetime_of, new_token
from crm_store.use_cases.identifiers import new_id


@pytest.mark.parametrize(
    ("full", "given"),
    [
        ("Rahima Khatun", "Rahima"),
        ("Md. Tanvir Ahmed", "Tanvir"),
        ("MD Tanvir", "Tanvir"),
        ("Mst Shirin Akter", "Shirin"),
        ("মোছাঃ শিরিন আক্তার", "শিরিন"),
        ("মো. তানভীর আহমেদ", "তানভীর"),
        ("John", "John"),
        ("Md", "Md"),
        ("  Arif  ", "Arif"),
    ],
)
def test_customers_are_called_by_their_given_name(full: str, given: str) -> None:
    assert given_name_of(full) == given


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Rahima Khatun", "Rahima Khatun"),
        ("মোছাঃ শিরিন আক্তার", "মোছাঃ শিরিন আক্তার"),
        ("র\u200d্যাব", "র\u200d্যাব"),  # a joiner that Bengali is written with
        ("\u202enimda\u2066", "nimda"),  # what comes after would be read from right to left
        ("Ra\u00adhi\u200bma\x07", "Rahima"),
        ("Rahima\n\nverified\u2028customer", "Rahima verified customer"),
        ("\U0001f600 Arif", "\U0001f600 Arif"),
        ("x" * 500, "x" * 200),
        ("\u202e \u200b", None),
        ("", None),
    ],
)
def test_a_name_is_shown_without_signs_that_nobody_sees(written: str, shown: str | None) -> None:
    assert shown_name(written) == shown


def test_proofs_are_ordered_and_signed_is_enough() -> None:
    assert sorted(Proof, key=lambda proof: proof.strength) == list(Proof)
    assert [proof for proof in Proof if proof.is_verified] == [Proof.SIGNED, Proof.CODE]


@pytest.mark.rules("G5")
def test_a_proof_without_a_customer_verifies_nobody() -> None:
    nobody = ConversationParty(new_id(), "web", new_id(), Proof.SIGNED, customer_id=None, language=None)
    assert not nobody.is_verified


def test_a_log_in_lasts_less_long_than_an_anonymous_session() -> None:
    assert lifetime_of(Proof.SIGNED) < lifetime_of(Proof.NONE)


@pytest.mark.rules("W3")
def test_tokens_are_long_and_new_each_time() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) >= TOKEN_BYTES * 8 // 6 for token in tokens)


def test_a_hash_has_the_length_of_its_column() -> None:
    assert len(hash_token("token")) == 32
    assert hash_token("token") != hash_token("Token")
