"""What a course file's texts may hold: the blocks that we have, and in rich text what our editor writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from bs4 import Tag
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

from .plain import UnreadableFile

_KEPT = {name: attribute_rule({"data-block-key": True}) for name in ("p", "h3", "li", "ul", "ol")}
_KEPT |= dict.fromkeys(("[document]", "b", "strong", "i", "em", "br"), allow_without_attributes)
_LINK = re.compile(r"<a\b(?=[^>]*\blinktype=\"(page|document)\")[^>]*\bid=\"(\d+)\"")
Places = Mapping[str, Mapping[int, int]]  # {"pages": {the file's key: ours}, "documents": {…}}


def linked(text: str) -> list[tuple[str, int]]:
    """The pages and documents that a rich text leads to, by kind and key."""
    return [(f"{kind}s", int(key)) for kind, key in _LINK.findall(text)]


class _Kept(Whitelister):
    """Other elements and attributes go, what stands in them stays as text."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.element_rules = _KEPT | {"a": self.link}
        self.places = places

    def link(self, tag: Tag) -> None:
        """Whatever it led to that is not here leaves a link to nothing, which looking over finds."""
        kind, key, href = (str(tag.get(name, "")) for name in ("linktype", "id", "href"))
        ours = self.places.get(f"{kind}s", {}).get(int(key)) if key.isdecimal() else None
        if kind in ("page", "document"):
            tag.attrs = {"id": str(ours), "linktype": kind} if ours else {}
        else:
            tag.attrs = {"href": href} if href and check_url(href) else {}


def rich_text(text: Any, places: Places) -> str:
    return str(_Kept(places).clean(str(text)))


def stream(block: blocks.StreamBlock, raw: Any, places: Places) -> Any:
    """`raw` as the block stores it. Raises UnreadableFile where it is not what the block is made of."""
    import_module("wagtail.admin.urls")  # with which the glossary and the banks are known as snippets
    taken = _taken(block, raw, lambda text: rich_text(text, places))
    try:
        block.clean_deferred(block.to_python(taken))
    except ValidationError as error:
        raise UnreadableFile(
            _("A block in the file does not hold together: %(error)s") % {"error": _said(error)}
        ) from error
    return taken


def _said(error: ValidationError) -> str:
    """What a block complains of, wherever in it."""
    within = getattr(error, "block_errors", None)
    if within is None:
        return "; ".join(str(said) for said in error.messages)[:200]
    deeper = within.values() if isinstance(within, dict) else within
    whole = getattr(error, "non_block_errors", None) or []
    return "; ".join([*(str(said) for said in whole), *(_said(one) for one in deeper if one)])[:200]


def _taken(block: blocks.Block, raw: Any, text: Callable[[Any], str]) -> Any:
    if isinstance(block, blocks.StreamBlock):
        return [one | {"value": _taken(_child(block, one["type"]), one["value"], text)} for one in raw]
    if isinstance(block, blocks.StructBlock):
        return {name: _taken(_child(block, name), value, text) for name, value in raw.items()}
    if isinstance(block, blocks.ListBlock):
        return [one | {"value": _taken(block.child_block, one["value"], text)} for one in raw]
    return text(raw) if isinstance(block, blocks.RichTextBlock) else raw


def _child(block: Any, name: str) -> blocks.Block:
    if name not in block.child_blocks:
        raise UnreadableFile(_("The file has a block that is not known here: %(name)s") % {"name": str(name)[:60]})
    return block.child_blocks[name]
