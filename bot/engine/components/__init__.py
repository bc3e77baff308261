"""Rasa graph components: how a customer's message is understood.

| module | what |
|---|---|
| `normaliser` | cleaned text beside the original, with offsets back into it (pure part: `text`) |
| `tokenizer` | spaCy tokens that never cut a Bengali grapheme |
| `language` | en, bn, bn-Latn or "" of one message |
| `features` | word and character n-grams, as written and romanised (pure: `ngrams`, `romanise`) |
| `intents` | linear intent classifier with calibrated confidences (pure: `calibration`) |
| `entities` | everything of docs/entities.md (data: `patterns/` and data/nlu/product_names.yml) |
| `readings` | numbers by grammar (pure: `numbers`, `contacts`, `money`, `dates`, `address_parts` ...) |
| `lexicons` | what is listed: products, places, ways to pay, reasons, options (pure: `phrases`) |
| `importer` | training data that remembers which language its file is tagged with |

None of them needs TensorFlow; each stores what it learnt as JSON and NumPy arrays, never as pickles.
"""
