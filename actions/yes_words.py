"""A yes that repeats the wish at the question whether to do just that: "yes, cancel it", "ha ferot nen".

Understanding takes such a message for the wish itself, begun anew. It is taken for a yes only when it holds
nothing besides: any word that could be another article, address or doubt leaves the question open.
"""

from typing import Final

from crm_store.domain.spelling import list_words, words_of

_YES: Final = words_of(
    "yes yess yea yeah yep yup ya yah sure ok okay okey oki kk right correct absolutely definitely go ahead"
    " proceed ha haa han hae hya hyan hye hmm hum hu ji jee jii jwi zi accha acha thik"
    " হ্যাঁ হ্যা হ্যা হাঁ হা হুম হু জি জী জ্বি জ্বী আচ্ছা ঠিক ওকে ইয়েস"
)
_CHANGES: Final = words_of(
    "exchange change update correct bodle bodlay bodlan bodliye bodlaiya palte"
    " বদলে বদলান পাল্টে পরিবর্তন চেঞ্জ আপডেট"
)
_WISHED: Final = words_of(
    "cancel cancell cencel cancle return refund delete remove close disconnect unlink send take report check"
    " save add do batil ferot pherot firiye muche bondho"
    " বাতিল ক্যান্সেল ক্যানসেল ফেরত রিটার্ন ফিরিয়ে মুছে ডিলিট বন্ধ সেভ"
)
_CANCELS: Final = words_of("cancel cancell cencel cancle batil বাতিল ক্যান্সেল ক্যানসেল")
_NAMES: Final = words_of(
    "order orders parcel item product account address details info id thikana thikanata orderta accountta"
    " অর্ডার অর্ডারটা অর্ডারটি পার্সেল একাউন্ট অ্যাকাউন্ট একাউন্টটা ঠিকানা ঠিকানাটা তথ্য"
)
_BESIDES: Final = words_of(
    "please pls plz plss it this that the my and of course me for now back away"
    " kore koren koiren korun korben kren krn koro kor den din diyen deo dao dben diben nen nin niye niyen"
    " felun felen ache ase eta eita oita ota ei oi ta ti amar amr apni bhai apu vai"
    " করে করেন করুন করবেন করো দেন দিন দিয়ে দাও দিবেন নেন নিন নিয়ে ফেলুন ফেলেন আছে এটা এইটা ওইটা ওটা এটি এই ওই"
    " আমার প্লিজ দয়া ভাই আপু"
)
_QUESTIONS: Final = frozenset("?？")


def repeats_with_yes(text: str, *, about: str | None = None) -> bool:
    """Whether `text` begins with a yes and says nothing else than the wish; `about` is what it may name."""
    return _says_yes_and_only(text, _CHANGES | _WISHED | _NAMES | words_of(about or ""))


def wants_it_changed_with_yes(text: str) -> bool:
    """ "Yes, change it", "ha bodle den": fits any change that was asked about, since it names none."""
    return _says_yes_and_only(text, _CHANGES)


def says_only_cancel(text: str) -> bool:
    """ "Cancel", "cancel it please": in itself to stop, or to cancel what is asked about."""
    words = words_of(text)
    return bool(words & _CANCELS) and words <= _CANCELS | _YES | _BESIDES | _NAMES


def _says_yes_and_only(text: str, other: frozenset[str] | set[str]) -> bool:
    words = list_words(text)
    if not words or words[0] not in _YES or _QUESTIONS & set(text):
        return False
    return set(words) <= _YES | _BESIDES | other
