#!/usr/bin/env bash
# Where no container engine runs: takes the Dockerfile's own COPY, RUN, ENV, HEALTHCHECK and CMD lines through two folders
# instead of two images, as an unprivileged user where it may, posts to the result and stops it. Needs the npm registry.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill -KILL "$service" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir -p "$work/build" "$work/image" "$work/data"

stage=none env=() cmd= health=
while read -r line; do
  case "$line" in
    FROM*) [ "$stage" = none ] && stage=build || stage=image ;;
    "COPY --from=build"*) read -r _ _ from to <<<"$line"
      mkdir -p "$(dirname "$work/image/$to")"; cp -a "$work/build/${from#/app/}" "$work/image/$to" ;;
    COPY*) read -r -a words <<<"${line#COPY }"; to=${words[-1]}
      mkdir -p "$work/$stage/$to"
      for from in "${words[@]:0:${#words[@]}-1}"; do
        if [ -d "$root/$from" ]; then cp -a "$root/$from/." "$work/$stage/$to"; else cp "$root/$from" "$work/$stage/$to"; fi
      done
      find "$work/$stage" -path "*/src/*" -name generated -prune -exec rm -rf {} + ;; # as .dockerignore has it
    "RUN mkdir"*) ;; # the data folder is made above
    RUN*) (cd "$work/$stage" && bash -c "${line#RUN }" >"$work/run.log" 2>&1) || { cat "$work/run.log" >&2; exit 1; } ;;
    ENV*) read -r -a env <<<"${line#ENV }" ;;
    HEALTHCHECK*) health=${line#*CMD } ;;
    CMD*) cmd=${line#CMD } ;;
  esac
done < <(sed -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' "$root/Dockerfile")

token=$(node -p 'require("crypto").randomBytes(24).toString("hex")')
port=$(node -e 'const s=require("net").createServer().listen(0,()=>{console.log(s.address().port);s.close()})')
mkdir "$work/data/db"; chmod 755 "$work"
as=()
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  chown -R 65534:65534 "$work/data"
fi
# An exec-form JSON array into words, with nothing but the image's environment around it.
run() {
  local words; mapfile -d '' -t words < <(node -e 'process.stdout.write(JSON.parse(process.argv[1]).join("\0")+"\0")' "$1")
  cd "$work/image"
  exec env -i PATH="$PATH" HOME="$work/data" "${env[@]}" PORT="$port" DATA_DIR="$work/data/db" ADMIN_TOKEN="$token" LOG_LEVEL=warn \
    "${as[@]}" "${words[@]}"
}
(run "$cmd") >"$work/log" 2>&1 &
service=$!
healthy=no
for _ in $(seq 100); do
  if (run "$health"); then healthy=yes; break; fi
  kill -0 "$service" 2>/dev/null || break
  sleep 0.3
done
[ "$healthy" = yes ] || { cat "$work/log" >&2; exit 1; }
user=$(awk '/^Uid:/ {print $2}' "/proc/$service/status")
base="http://127.0.0.1:$port/v1/matrices"
posted=$(curl -s -o /dev/null -w '%{http_code}' -X POST "$base/image/revisions" \
  -H "authorization: Bearer $token" -H 'content-type: text/csv' --data-binary $'model,x\na,1\n')
asked=$(curl -s -o /dev/null -w '%{http_code}' "$base/safetywashing-2024/correlations?class=chat" -H "authorization: Bearer $token")
without=$(curl -s -o /dev/null -w '%{http_code}' "$base")
kill -TERM "$service"
code=0; wait "$service" || code=$?
service=
size=$(du -sm "$work/image" | cut -f1)
echo "posted: $posted, asked: $asked, without a token: $without, exit after SIGTERM: $code (user $user, $size MB besides node)"
[ "$posted" = 201 ] && [ "$asked" = 200 ] && [ "$without" = 401 ] && [ "$code" = 0 ] || { cat "$work/log" >&2; exit 1; }
