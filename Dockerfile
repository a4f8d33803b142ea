# Builds the service and leaves out everything that only building needs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src ./src
COPY clients/typescript ./clients/typescript
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
LABEL org.opencontainers.image.title="reward-calibration" \
      org.opencontainers.image.description="Post-hoc reward calibration for RLHF reward models" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    STORE_URL=file:/data
WORKDIR /app
COPY LICENSE ./
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The only folder that is written to; the root file system may be read-only.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Bodies of megabytes die young: with the default 16 MB their strings outlive two collections and are copied (a third of the time).
CMD ["node", "--max-semi-space-size=32", "dist/server.js"]
