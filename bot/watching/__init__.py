"""What the bot tells of itself: OpenTelemetry's metrics and traces, where they are wanted.

`settings.py` says whether anything is, `running.py` begins and ends it, `opentelemetry.py` is the only place that
imports the library, `process.py` looks at the process itself. What is measured where is in `core/chat/metrics.py` and,
of the model and the platforms, in `core/agent/usage.py` and `adapters/shared/requests.py`. `grafana.json` is a
dashboard of all of it.
"""
