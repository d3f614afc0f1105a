"""Write down what transformers makes of conversations under the templates of the test data."""

from __future__ import annotations

import json
from pathlib import Path

import click
from jinja2 import TemplateError
from transformers.utils.chat_template_utils import render_jinja_template

CONTENTS = {"system": "Be  brief.", "user": "  turn on\n the light ", "assistant": " done "}
CONVERSATIONS = (
    ("user",),
    ("system", "user"),
    ("user", "assistant", "user"),
    ("system", "user", "assistant", "user"),
)
DATE = "22 Nov 2026"


def render(template: str, roles: tuple[str, ...]) -> str | None:
    """Return the prompt of a conversation, or None where the template refuses it."""
    messages = [{"role": role, "content": CONTENTS[role]} for role in roles]
    try:
        rendered, _ = render_jinja_template(
            conversations=[messages],
            chat_template=template,
            add_generation_prompt=True,
            bos_token="<s>",  # noqa: S106 - a token of text
            eos_token="</s>",  # noqa: S106 - likewise
            date_string=DATE,
        )
    except TemplateError:
        return None
    return str(rendered[0])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Write FOLDER/expected.json for the templates in FOLDER."""
    told = {
        path.stem: {" ".join(roles): render(path.read_text(), roles) for roles in CONVERSATIONS}
        for path in sorted(folder.glob("*.jinja"))
    }
    text = json.dumps({"contents": CONTENTS, "date": DATE, "prompts": told}, indent=1)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
