"""Text, quotation, figure, key point."""

import re

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

_EMPTY = re.compile(r"<p(?: [^>]*)?>\s*</p>")
RICH_TEXT = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("Heading")
        template = "cms/blocks/heading.html"


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"

    def __init__(self, **kwargs: object) -> None:
        super().__init__(features=RICH_TEXT, **kwargs)

    def value_from_form(self, value: str) -> RichText:
        """Without empty paragraphs: Word leaves them between its own, and a picture that is not taken leaves one."""
        return RichText(_EMPTY.sub("", super().value_from_form(value).source))


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"))
    attribution = blocks.CharBlock(label=_("Who said it"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "cms/blocks/quote.html"


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"), max_length=250, help_text=_("What the picture says to one who does not see it.")
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False)
    holds_text = blocks.BooleanBlock(
        label=_("The picture holds text"),
        required=False,
        help_text=_("Then it is looked over whether it can be read. Say in the alternative text what it says."),
    )

    class Meta:
        icon = "image"
        label = _("Figure")
        template = "cms/blocks/figure.html"


class FactBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    text = TextBlock()

    class Meta:
        icon = "info-circle"
        label = _("Key point")
        template = "cms/blocks/fact.html"
