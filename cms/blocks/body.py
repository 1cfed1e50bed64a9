"""What a plain page is made of."""

from wagtail import blocks

from .files import AudioBlock, DocumentBlock, VideoBlock
from .text import FactBlock, FigureBlock, HeadingBlock, QuoteBlock, TextBlock
from .words import DefinitionBlock


class BodyBlock(blocks.StreamBlock):
    """Text, pictures, films, sound, documents and words explained."""

    heading = HeadingBlock()
    text = TextBlock()
    quote = QuoteBlock()
    fact = FactBlock()
    figure = FigureBlock()
    video = VideoBlock()
    audio = AudioBlock()
    document = DocumentBlock()
    definition = DefinitionBlock()
