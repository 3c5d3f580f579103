# The bot as one small image: `docker run --env-file .env -v task-bot:/data task-bot`.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot bot
COPY adapters adapters
COPY core core
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
# nobody needs root here; the wrapper is for containers that are run under a number of their own (`--user 4711`)
RUN apt-get update && apt-get install --yes --no-install-recommends libnss-wrapper && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 bot && mkdir /data && chown bot /data
COPY --from=build /venv /venv
USER bot
ENV PATH=/venv/bin:$PATH DATA_DIR=/data PYTHONUNBUFFERED=1 LOG_FORMAT=json LOG_LEVEL=INFO
VOLUME /data
ENTRYPOINT ["bot"]
CMD ["run"]
