# Two images from one build: `gateway` (the default) and `sandbox`, which seeds a test AWS and signs people in there.
# Pin it by digest where you build for production; the digest of today was not to be had where this was written.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/cli/package.json apps/cli/
COPY apps/gateway/package.json apps/gateway/
COPY packages/audit/package.json packages/audit/
COPY packages/authorization/package.json packages/authorization/
COPY packages/aws/package.json packages/aws/
COPY packages/backends/package.json packages/backends/
COPY packages/domain/package.json packages/domain/
COPY packages/fixtures/package.json packages/fixtures/
COPY packages/mcp/package.json packages/mcp/
COPY packages/pictures/package.json packages/pictures/
COPY packages/registry/package.json packages/registry/
COPY packages/stores/package.json packages/stores/
COPY packages/telemetry/package.json packages/telemetry/
COPY packages/tools/package.json packages/tools/
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile --reporter=append-only
COPY . .
RUN node scripts/build.mjs

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production
WORKDIR /app
# No inspector on a signal: credentials live in this process's memory. Run it without core dumps too (ulimit -c 0).
ENV NODE_OPTIONS="--disable-sigusr1"
USER node
STOPSIGNAL SIGTERM

FROM base AS sandbox
# The volume of the secrets takes its owner from here.
USER root
RUN mkdir /run/sandbox && chown node:node /run/sandbox
USER node
COPY --from=build --chown=root:root /src/dist/sandbox ./
COPY --chown=root:root deploy/local/tenants.yaml deploy/local/
EXPOSE 3001 3002
HEALTHCHECK --interval=3s --timeout=3s --start-period=60s --retries=20 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/livez').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "sandbox.mjs", "sandbox-services"]

FROM base AS gateway
COPY --from=build --chown=root:root /src/dist/gateway ./
ENV HOST=0.0.0.0 PORT=3000
EXPOSE 3000 3003
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "const{SERVES,AUTHORIZATION_PORT,PORT}=process.env;fetch('http://127.0.0.1:'+(SERVES==='authorization'?AUTHORIZATION_PORT:PORT)+'/livez').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "gateway.mjs"]
