"""Putting words together: sandboxed, strict Jinja2, one environment a markup.

What a person wrote is only ever data: it is escaped for Telegram's HTML and never evaluated.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from coachbot.errors import PromptsError


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=autoescape,
    )


HTML: Final = _environment(autoescape=True)
PLAIN: Final = _environment(autoescape=False)


@lru_cache(maxsize=2048)
def _compiled(source: str, *, escaped: bool) -> tuple[Template, frozenset[str]]:
    """Return a text as a template, and the variables it uses."""
    environment = HTML if escaped else PLAIN
    template = environment.from_string(source)
    template.globals = dict(template.globals)  # a chain of mappings, copied at every rendering
    return template, frozenset(meta.find_undeclared_variables(environment.parse(source)))


def say_html(source: str, values: Mapping[str, Any]) -> Markup:
    """Render a text of `prompts/` as Telegram HTML; raises PromptsError for a broken template."""
    return Markup(_render(source, values, escaped=True))  # noqa: S704  rendered with autoescape


def say_plain(source: str, values: Mapping[str, Any]) -> str:
    """Render a text of `prompts/` without markup: a button, a file, a line of a document."""
    return _render(source, values, escaped=False)


def _render(source: str, values: Mapping[str, Any], *, escaped: bool) -> str:
    if "{" not in source:
        return source.strip()
    try:
        template, used = _compiled(source, escaped=escaped)
        return template.render({name: values[name] for name in used if name in values}).strip()
    except TemplateError as error:
        raise PromptsError(f"{error} in the text {source[:60]!r}") from None
