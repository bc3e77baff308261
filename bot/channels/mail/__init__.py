"""Answers by e-mail to customers who left their matter when nobody was there. Nothing is received."""
