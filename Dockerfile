# Bedside as an image:            docker build -t bedside .
# with NVIDIA's GPU (linux/amd64): docker build --build-arg GPU=cuda -t bedside .
# Weights are never baked in: they live on the volume /models (docker compose run --rm bedside models pull).
ARG GPU=none

FROM node:24-bookworm-slim AS build
ARG GPU
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts
RUN if [ "$GPU" != none ]; then scripts/bedside gpu install "$GPU"; fi

FROM node:24-bookworm-slim AS base-none

# The engines' CUDA builds load cudart, cublas and nccl from the system; the driver itself comes from the host.
FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04 AS base-cuda
COPY --from=build /usr/local/bin/node /usr/local/bin/node

FROM base-${GPU}
# libgomp1: the whisper engine's prebuilt binary loads it and neither base has it.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates espeak-ng ffmpeg libgomp1 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin bedside \
  && mkdir -p /data /key /models \
  && chown bedside:bedside /data /key /models \
  && chmod 700 /data /key
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json package-lock.json ./
COPY scripts ./scripts
COPY models ./models
COPY packaging/healthcheck.mjs ./packaging/healthcheck.mjs
RUN ln -s /app/scripts/bedside /usr/local/bin/bedside

# Outside its own machine Bedside answers only over TLS: `serve` brings its own authority and certificate. Inside a container it does
# not know the names and addresses of the machine around it: BEDSIDE_TLS_NAMES or BEDSIDE_PUBLIC_URL say them.
ENV NODE_ENV=production \
    BEDSIDE_HOME=/data \
    BEDSIDE_KEY_FILE=/key/bedside.key \
    BEDSIDE_MODELS=/models \
    BEDSIDE_HOST=0.0.0.0 \
    BEDSIDE_TLS=1
USER bedside
VOLUME ["/data", "/key", "/models"]
EXPOSE 8080 8443
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["node", "packaging/healthcheck.mjs"]
ENTRYPOINT ["scripts/bedside"]
CMD ["serve"]
