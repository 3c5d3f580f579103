# The bot as one small image, without a shell's comforts: `docker run --read-only --tmpfs /tmp -v task-bot:/data task-bot`.
# bot/deploy/README.md says how it is run; .ci/image.py what is in it.
FROM python:3.11-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends binutils ca-certificates libnss-wrapper
WORKDIR /build
COPY requirements.lock ./
COPY .ci/image.py .ci/
RUN python .ci/image.py packages /tree
COPY . .
RUN python .ci/image.py project /tree
RUN python .ci/image.py finish /tree

FROM scratch
COPY --from=build /tree /
ENV PATH=/usr/local/bin:/usr/bin
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1
# data go below the volume, into a folder that the bot makes for itself alone, whoever owns the volume
ENV DATA_DIR=/data/task-bot SECRETS_DIR=/run/secrets PORT=3000 LOG_FORMAT=json LOG_LEVEL=INFO
# nobody; any other number does as well
USER 65534:65534
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["python", "-m", "bot.probe"]
# no ENTRYPOINT: places differ in whether they put it before a command of theirs
CMD ["bot", "run"]
