"""Sentence encoders: small pretrained transformers, read from their packages, run as 8-bit matrices.

`e5_package` and `minilm_package` read the weights, `transformer` makes one graph of them for ONNX Runtime,
`encoder` turns texts into vectors. Reading and making happen when a model is trained; the trained model holds
all that serving needs.
"""
