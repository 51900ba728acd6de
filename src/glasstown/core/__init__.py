"""What every part of Glasstown agrees on; no input or output, and nothing of ours below but the errors."""
