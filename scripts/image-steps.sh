#!/usr/bin/env bash
# No container engine runs where this is developed: this takes the Dockerfile's own COPY and RUN lines through two folders
# instead of two images, starts the result without development packages, posts to it and stops it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/build" "$work/image" "$work/data"

stage=none
while read -r line; do
  case "$line" in
    FROM*) [ "$stage" = none ] && stage=build || stage=image ;;
    "COPY --from=build"*) read -r _ _ from to <<<"$line"; cp -a "$work/build/${from#/app/}" "$work/image/$to" ;;
    COPY*) read -r -a words <<<"${line#COPY }"; to=${words[-1]}
      for from in "${words[@]:0:${#words[@]}-1}"; do
        mkdir -p "$work/$stage/$to"
        if [ -d "$root/$from" ]; then cp -a "$root/$from/." "$work/$stage/$to"; else cp "$root/$from" "$work/$stage/$to"; fi
      done ;;
    "RUN mkdir"*) ;; # the data folder is made above
    RUN*) (cd "$work/$stage" && rm -rf src/store/generated && bash -c "${line#RUN }" >/dev/null) ;;
  esac
done <"$root/Dockerfile"

cd "$work/image"
chmod 755 "$work"; chown -R nobody "$work/data" 2>/dev/null || true
token=$(node -e 'console.log(require("crypto").randomBytes(24).toString("hex"))')
port=${IMAGE_PORT:-38417}
as=(); if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then as=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
env NODE_ENV=production HOST=0.0.0.0 PORT="$port" DATA_DIR="$work/data/db" ADMIN_TOKEN="$token" LOG_LEVEL=warn HOME="$work/data" \
  "${as[@]}" node dist/main.js 2>"$work/log" &
service=$!
for _ in $(seq 100); do
  node -e "fetch('http://127.0.0.1:$port/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))" && break
  kill -0 $service 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.3
done
status=$(curl -s -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:$port/v1/matrices/image/revisions" \
  -H "authorization: Bearer $token" -H 'content-type: text/csv' --data-binary $'model,x\na,1\n')
open=$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/v1/matrices")
kill -TERM $service
code=0; wait $service || code=$?
echo "posted: $status, without a token: $open, exit after SIGTERM: $code"
[ "$status" = 201 ] && [ "$open" = 401 ] && [ "$code" = 0 ]
