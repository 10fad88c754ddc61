# Exact tag; pin the digest too (`docker buildx imagetools inspect`) where the registry can be asked for it.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY prisma ./prisma
COPY scripts ./scripts
RUN npm ci --ignore-scripts
COPY src ./src
# prisma and typescript are optional peers of @prisma/client: kept, they would be 250 MB.
RUN node scripts/build.mjs && npm prune --omit=dev --omit=optional --omit=peer --ignore-scripts

FROM node:20.20.2-bookworm-slim
WORKDIR /app
# Bound to every address, so ADMIN_TOKEN (at least 32 characters) must be given to `docker run`.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
RUN mkdir /data && chown node:node /data
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY package.json ./
COPY data ./data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# node itself is process 1, so SIGTERM reaches it; npm would keep it to itself.
CMD ["node", "dist/main.js"]
