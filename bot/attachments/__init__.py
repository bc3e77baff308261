"""Files in conversations: taken in checked, kept out of reach of the web, shown to those who may see them."""
