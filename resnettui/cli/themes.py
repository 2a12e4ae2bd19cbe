"""`resnettui themes`: the colour themes that there are."""

import click


@click.command("themes")
def themes_command() -> None:
    """List the colour themes, where each comes from, and how it looks.

    Your own are TOML files in the folder that `resnettui locate themes` prints.
    """
    from resnettui.tui.theme_listing import print_themes

    print_themes()
