"""`make doctor`: one line for everything Kotha needs: whether it is well, and what to do."""
