"""What the customers write: questions in three scripts that change nothing and can be asked again."""

from __future__ import annotations

from benchmarks.messages import ACTIONS, UNDERSTANDING

WIDGET_TEXTS = [
    *UNDERSTANDING,
    *ACTIONS,
    "hello",
    "delivery koto din lage?",
    "what is your return policy?",
    "আপনারা কখন খোলা থাকেন?",
    "what payment methods do you accept?",
]
# Changes something: it opens one ticket with these words as its subject, whatever happens to the turn.
COMPLAINT = "Please file a complaint: parcel {number} came with a torn box and nobody picked up the phone"
AGENT_TEXT = "A person is with you now ({number})."
# To what each is answered at a platform, where nothing but its words says which question an answer is to.
PLATFORM_QUESTIONS = {
    "are you a real person or a bot?": "I am a bot",
    "delivery koto din lage?": "Order korar por hate pete",
    "what is your return policy?": "Most things can come back",
    "আপনারা কখন খোলা থাকেন?": "ধানমন্ডি",
    "what payment methods do you accept?": "You can pay in these ways",
    "what can you help me with": "I can find, change or cancel",
}
# How the bot begins when a person has left: a message of its own before the answer.
PICK_UPS = ("This is Kotha again", "Ami Kotha, abar", "আমি কথা, আবার")
