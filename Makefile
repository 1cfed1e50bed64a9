# Everything is done by config/launch, which needs nothing but Python 3.11 to 3.13 with venv.
PYTHON ?= python3
LAUNCH = @$(PYTHON) config/launch

.PHONY: help run test lint bench messages locks
help:
	@echo "make run       sets everything up and runs the demo on http://localhost:8000 (PORT, DATABASE_URL, CELERY_BROKER_URL, EMAIL_URL)"
	@echo "make test      runs the tests; ARGS='tests/house -k port' for some of them"
	@echo "make lint      checks style, types, layers, templates, migrations and translations"
	@echo "make bench     measures"
	@echo "make messages  brings the translations' catalogues in line with the sources"
	@echo "make locks     renews the lock files from pyproject.toml and package.json"

run:
	$(LAUNCH) run

test:
	$(LAUNCH) test $(ARGS)

lint:
	$(LAUNCH) lint

bench:
	$(LAUNCH) bench

messages:
	$(LAUNCH) messages

locks:
	$(LAUNCH) locks
