"""``python -m lamplighter``: the command line."""

from lamplighter.cli import main

main()
