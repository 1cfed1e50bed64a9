"""What is pasted from Word comes out as clean text: its lists and emphasis stay, its styles and pictures do not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from courses.models import LessonPage
from learners.models import Learner
from tests import rows
from tests.admin.conftest import pia, service  # noqa: F401 - fixtures
from tests.look.conftest import sign_in

BULLET = "<![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>"
ITEM = "<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>{}{}<o:p></o:p></p>"
WORD = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {{mso-style-unhide:no; font-family:"Calibri"}} --></style></head><body><!--StartFragment-->
<p class=MsoNormal style='margin-bottom:8.0pt'><b style='mso-bidi-font-weight:normal'><span
style='font-family:"Times New Roman";color:#C00000'>Han sa: “Kom inn” – nå…<o:p></o:p></span></b></p>
{ITEM.format(BULLET, "Første")}{ITEM.format(BULLET, "Andre")}
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal>Celle</p></td></tr></table>
<p class=MsoNormal><img src="file:///C:/Users/kari/image001.png" v:shapes="Bilde_1"></p>
<p class=MsoNormal>Mer hos <a href="https://www.krus.no/"><span
style='mso-ansi-language:NO'>KRUS</span></a></p><!--EndFragment--></body></html>"""
PASTE = """html => {
  const data = new DataTransfer()
  data.setData('text/html', html)
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))
}"""


@pytest.mark.django_db(transaction=True)
def test_text_from_word_is_clean(
    browser: Browser, live_server: LiveServer, pia: Learner, remembered_course: rows.Remembered  # noqa: F811
) -> None:  # fmt: skip
    remembered_course.put()
    lesson = LessonPage.objects.filter(locale__language_code="nb").order_by("path")[0]
    context = browser.new_context(base_url=live_server.url, locale="nb-NO")
    sign_in(context, live_server, pia)
    page = context.new_page()
    page.goto(f"/admin/pages/{lesson.pk}/edit/")
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.evaluate(PASTE, WORD)
    expect(page.locator("[name='body-0-value']")).to_have_value(re.compile("KRUS"))
    page.get_by_role("button", name="Lagre kladd").first.click()
    expect(page.locator(".messages li").first).to_be_visible()
    stored = str(LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().body[0].value.source)
    context.close()
    clean = re.sub(r' data-block-key="\w+"', "", stored)
    assert clean.startswith("<p><b>Han sa: “Kom inn” – nå…</b></p><ul><li>Første</li><li>Andre</li></ul><p>Celle</p>")
    assert clean.endswith('<p>Mer hos <a href="https://www.krus.no/">KRUS</a></p>')
    assert not re.search("mso|Mso|style|<img|<o:p|<span|file:", clean)
