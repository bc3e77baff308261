"""Documents a customer opens from the chat: a page to print, behind a link that is soon over."""
