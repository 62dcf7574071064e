# One small image for the three services; the command says which one runs.

FROM node:22-slim AS sdk
WORKDIR /build/sdk
COPY sdk/package.json sdk/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY sdk/ ./
RUN npm run build

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
COPY --from=sdk /build/sdk/dist sdk/dist
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 KIKKAKE_DATA_DIR=/data KIKKAKE_HOST=0.0.0.0
USER kikkake
VOLUME /data
CMD ["kikkake", "--help"]
