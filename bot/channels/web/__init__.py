"""The website widget: docs/contracts/web-channel.md."""
