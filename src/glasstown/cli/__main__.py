"""``python -m glasstown.cli`` is ``glasstown``."""

from glasstown.cli.app import main

main()
