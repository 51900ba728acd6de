"""The day: knows steps and columns, never institutions."""
