"""`python -m sync.hub`: the hub's command where no script is installed on the path."""

from sync.hub.cli import main

if __name__ == "__main__":
    main()
