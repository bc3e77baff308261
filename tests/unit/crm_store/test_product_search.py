"""A customer's words find the product, in three scripts, misspelt, or by the kind of thing."""

from uuid import uuid4

import pytest

from crm_store.domain.catalogue import Product
from crm_store.domain.product_search import rank_products
from crm_store.seed.content import load_content


@pytest.fixture(scope="module")
def catalogue() -> list[Product]:
    return [
        Product(
            id=uuid4(),
            sku=article.sku,
            name=article.name,
            name_bn=article.name_bn,
            category=article.category,
            category_bn=article.category_bn,
            price=article.price,
            stock=article.stock,
            search_words=article.search_words,
        )
        for article in load_content().articles.values()
    ]


def _skus(text: str, catalogue: list[Product]) -> list[str]:
    return [product.sku for product in rank_products(text, catalogue)]


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("how much is the jamdani", "SAR-JAM-01"),
        ("jamdanir dam koto", "SAR-JAM-01"),
        ("ঢাকাই জামদানিটা আছে?", "SAR-JAM-01"),
        ("মধুর দাম", "FOO-HON-01"),
        ("modhu ta ki khati", "FOO-HON-01"),
        ("চায়ের মেয়াদ কতদিন", "FOO-TEA-03"),
        ("fan ta solar e chole", "ELE-FAN-03"),
        ("moshari ki boro khate hobe", "HOM-NET-03"),
        ("price of SHO-SNE-03", "SHO-SNE-03"),
        ("sneakers?", "SHO-SNE-03"),
    ],
)
def test_a_product_is_found_by_its_name_in_any_script(text: str, sku: str, catalogue: list[Product]) -> None:
    assert _skus(text, catalogue) == [sku]


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("mango pikle available?", "FOO-ACH-04"),
        ("presar cooker", "HOM-COO-04"),
        ("kettel price", "ELE-KET-04"),
        ("earfone ase", "ELE-EAR-01"),
        ("jamdnai saree", "SAR-JAM-01"),
    ],
)
def test_a_slip_of_the_pen_does_not_hide_it(text: str, sku: str, catalogue: list[Product]) -> None:
    assert _skus(text, catalogue) == [sku]


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("cotton panjabi", "CLO-PAN-01"),
        ("eid er panjabi", "CLO-PAN-02"),
        ("rajshahi silk saree", "SAR-RAJ-03"),
        ("double bed sheet", "HOM-BED-02"),
        ("nokshi katha double", "HOM-KAN-01"),
        ("power bank for a watch", "ELE-POW-02"),
    ],
)
def test_the_rarer_words_decide(text: str, sku: str, catalogue: list[Product]) -> None:
    assert _skus(text, catalogue)[0] == sku


@pytest.mark.parametrize("text", ["panjabi", "punjabi ache?", "পাঞ্জাবি"])
def test_a_word_that_several_have_means_each_of_them(text: str, catalogue: list[Product]) -> None:
    assert set(_skus(text, catalogue)) == {"CLO-PAN-01", "CLO-PAN-02", "KID-PAN-02"}


@pytest.mark.parametrize(
    ("text", "kind"), [("sarees", "SAR"), ("শাড়ি আছে?", "SAR"), ("juta", "SHO"), ("electronics", "ELE")]
)
def test_a_kind_means_all_of_it(text: str, kind: str, catalogue: list[Product]) -> None:
    expected = {product.sku for product in catalogue if product.sku.startswith(kind)}
    assert set(_skus(text, catalogue)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "price?",
        "is it in stock",
        "how long does it take",
        "dam koto",
        "এটার দাম কত",
        "do you have the air fryer",
        "is this phone original",
        "double",
        "book one for me",
        "kinte chai",
    ],
)
def test_what_names_no_product_finds_none(text: str, catalogue: list[Product]) -> None:
    assert _skus(text, catalogue) == []


def test_nothing_is_found_in_an_empty_shop() -> None:
    assert rank_products("saree", []) == []


@pytest.mark.parametrize(
    "text",
    [
        "when will they pick it up",
        "1000 takar moddhe kichu",
        "send it to my house in dhaka",
        "is gift wrapping possible",
        "manusher sathe kotha bolte chai",
        "বাতিল করতে চাই",
        "ডেলিভারি চার্জ কত",
    ],
)
def test_an_everyday_word_is_no_product(text: str, catalogue: list[Product]) -> None:
    assert _skus(text, catalogue) == []
