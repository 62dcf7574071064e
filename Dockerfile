# One small image for the three services; the command says which one runs.

FROM node:22-slim AS browser
WORKDIR /build
COPY sdk/package.json sdk/package-lock.json sdk/
COPY services/analyzer/console/package.json services/analyzer/console/package-lock.json services/analyzer/console/
RUN npm --prefix sdk ci --no-audit --no-fund && npm --prefix services/analyzer/console ci --no-audit --no-fund
COPY sdk/ sdk/
COPY services/analyzer/console/ services/analyzer/console/
RUN npm --prefix sdk run build && npm --prefix services/analyzer/console run build

FROM python:3.13-slim AS python
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt requirements-build.txt ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt -r requirements-build.txt
COPY pyproject.toml README.md ./
COPY shared/ shared/
COPY services/ services/
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable .

FROM python:3.13-slim
RUN groupadd --gid 10001 kikkake && useradd --uid 10001 --gid 10001 --no-create-home kikkake \
    && install -d -o kikkake -g kikkake /data
WORKDIR /app
COPY --from=python /venv /venv
COPY --from=python /app /app
COPY --from=browser /build/sdk/dist sdk/dist
COPY --from=browser /build/services/analyzer/console/dist services/analyzer/console/dist
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 KIKKAKE_DATA_DIR=/data KIKKAKE_HOST=0.0.0.0
USER kikkake
VOLUME /data
CMD ["kikkake", "--help"]
