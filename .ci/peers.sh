#!/usr/bin/env bash
# Brings the programs that the interop tests use to a Debian machine with Go, versions pinned.
#   .ci/peers.sh FOLDER    programs land in FOLDER/bin or, where Debian packages them, on the system
set -euo pipefail
folder=$1
mkdir -p "$folder/bin"
folder=$(cd "$folder" && pwd)

conformance=github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111
oras=oras.land/oras/cmd/oras@v1.3.6
crane=github.com/google/go-containerregistry/cmd/crane@v0.22.1
regctl=github.com/regclient/regclient/cmd/regctl@v0.11.7
cosign=github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3
helm=helm.sh/helm/v3/cmd/helm@v3.22.0
versitygw=github.com/versity/versitygw/cmd/versitygw@v1.8.0

say() { printf 'peers: %s\n' "$*"; }

lists_are_fresh=
refresh_package_lists() {
  [ "$lists_are_fresh" ] || apt-get -qq update
  lists_are_fresh=yes
}

system_package() { # PROGRAM PACKAGE...: the packages that bring it in one release or another, the first that exists
  local program=$1 package
  shift
  for package; do
    command -v "$program" >/dev/null && break
    refresh_package_lists
    apt-cache show "$package" >/dev/null 2>&1 || continue
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package" >/dev/null
  done
  say "$program $(command -v "$program")"
}

go_program() { # NAME MODULE
  [ -x "$folder/bin/$1" ] || GOBIN=$folder/bin CGO_ENABLED=0 GOFLAGS=-trimpath go install "$2"
  say "$1 ${2##*@}"
}

# notation has no Go module that a plain `go install` accepts; Debian unstable packages it, and its binary needs only libc.
# A private apt root keeps this machine's own package state out of it.
notation_program() {
  if [ ! -x "$folder/bin/notation" ]; then
    local root mirror
    refresh_package_lists
    root=$(mktemp -d)
    mirror=$(apt-cache policy | sed -n 's#^.* \(https\?://[^ ]*/debian\) .*#\1#p' | sort -u | head -n 1)
    mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/apt/preferences.d" "$root/state/lists/partial" "$root/cache/archives/partial" "$root/files"
    : >"$root/status"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s unstable main\n' "$mirror" >"$root/sources.list"
    local options=(-qq -o "Dir::Etc=$root/etc/apt" -o "Dir::Etc::sourcelist=$root/sources.list" -o "Dir::State=$root/state"
      -o "Dir::State::status=$root/status" -o "Dir::Cache=$root/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update
    (cd "$root/files" && apt-get "${options[@]}" download notation && dpkg-deb -x notation_*.deb .)
    install -m 755 "$root/files/usr/bin/notation" "$folder/bin/notation"
    rm -rf "$root"
  fi
  say "notation $("$folder/bin/notation" version | sed -n 's/^Version: *//p')"
}

system_package dockerd docker.io
system_package docker docker-cli docker.io
system_package skopeo skopeo
system_package podman podman
system_package buildah buildah
system_package containerd containerd
system_package curl curl
system_package chromium chromium
system_package rpm rpm
system_package pg_dump postgresql
notation_program
go_program oras "$oras"
go_program crane "$crane"
go_program conformance "$conformance"
go_program versitygw "$versitygw"
go_program regctl "$regctl"
go_program cosign "$cosign"
go_program helm "$helm"
