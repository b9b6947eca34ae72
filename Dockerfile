# The service on CPU. Build: docker build -t tiflis-stt .   Run: see README.md, "Container".
ARG DEBIAN=debian:12-slim

FROM ${DEBIAN} AS build
# apt's lists stay: by them the build finds the archive that has ffmpeg's source.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        ca-certificates cmake make ninja-build nodejs npm python3-pip xz-utils
WORKDIR /build
COPY .bun-version package.json bun.lock bunfig.toml ./
RUN npx -y "bun@$(cat .bun-version)" install --frozen-lockfile
COPY . .
# `all` runs on every x86-64 CPU at its best; `native` builds faster, for the CPU of the building machine.
ARG VARIANTS=all
# The cache mount keeps compiler and objects, so that a change in src compiles no C++ again.
RUN --mount=type=cache,target=/root/.cache npx -y "bun@$(cat .bun-version)" build.ts --variants "$VARIANTS"

FROM ${DEBIAN}
# Kept equal to package.json by tests/unit/documents.test.ts.
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="tiflis-stt" \
      org.opencontainers.image.description="Self-hosted, OpenAI-compatible speech-to-text on whisper.cpp" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="LicenseRef-FSL-1.1-NC"
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent stt \
    && install --directory --owner=stt --group=stt /app/models
COPY LICENSE THIRD_PARTY.md /usr/share/doc/tiflis-stt/
COPY lib/licenses /usr/share/doc/tiflis-stt/lib/licenses/
COPY --from=build /build/dist/tiflis-stt /usr/local/bin/tiflis-stt
# `docker stop` kills after 10 s: requests in hand get a little less than that.
ENV MODELS_DIR=/app/models \
    STT_CACHE_DIR=/tmp/tiflis-stt \
    STT_SHUTDOWN_TIMEOUT=8
# By number: an orchestrator that refuses root cannot look up names.
USER 10001:10001
WORKDIR /app
VOLUME /app/models
EXPOSE 8100
# Bash opens the connection itself, so that the image needs no HTTP client. Healthy means: the model answers.
HEALTHCHECK --start-period=5m --interval=30s --timeout=5s CMD ["bash", "-c", "\
    exec 3<>/dev/tcp/127.0.0.1/${STT_PORT:-8100} \
    && printf 'GET /ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 \
    && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["tiflis-stt"]
CMD ["serve"]
