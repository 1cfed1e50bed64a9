"""Wrong passwords are counted by all of the web server's processes together."""

import subprocess
import sys

from django.conf import settings
from django.core.cache import cache

READ = "import django; django.setup(); from django.core.cache import cache; print(cache.get('counted'))"


def test_another_process_sees_what_one_has_counted() -> None:
    cache.set("counted", 3, 60)
    location = settings.CACHES["default"]["LOCATION"]
    code = f"from django.conf import settings; settings.CACHES['default']['LOCATION'] = {location!r}; {READ}"
    env = {"DJANGO_SETTINGS_MODULE": "config.settings", "FAGBENK_DEMO": "1", "FAGBENK_VAR": str(settings.VAR_DIR)}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "3"
