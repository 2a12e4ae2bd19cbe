"""`python -m resnettui` is the `resnettui` command."""

from resnettui.cli import main

if __name__ == "__main__":
    main()
