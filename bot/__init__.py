"""The service: how a message gets in, who answers it, and how the answer gets out."""
