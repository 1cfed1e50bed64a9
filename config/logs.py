"""Logs as JSON lines."""

import structlog


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """One JSON object a record, with its traceback as text (no locals: they may hold names)."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )

    def usesTime(self) -> bool:
        return False
