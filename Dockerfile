# syntax=docker/dockerfile:1
FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements/base.txt /
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /base.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin support \
    && install --directory --owner support --group support /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY static static
COPY templates templates
COPY operators operators
COPY departments departments
COPY chat chat
COPY reports reports
COPY sphaera_support sphaera_support
USER support
VOLUME /data
EXPOSE 8000
# The name asked for is the public one: no other is answered.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", "\
import os, urllib.parse as p, urllib.request as r; \
name = p.urlsplit(os.environ.get('PUBLIC_URL', '').split(',')[0]).netloc or 'localhost'; \
url = 'http://127.0.0.1:%s/healthz' % os.environ['PORT']; \
r.urlopen(r.Request(url, headers={'Host': name}), timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve"]
