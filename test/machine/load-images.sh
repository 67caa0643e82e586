# Imports the control plane's images into the machine's containerd before its disk is made. Here this takes seconds;
# in an emulated machine it takes seven minutes. Runs in a mount namespace of its own, with the machine's root folder
# as $1.
set -eu
mount --bind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
exec chroot "$1" /bin/sh -eu <<'END'
printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >/run/config.toml
containerd --config /run/config.toml --log-level error &
containerd=$!
trap 'kill "$containerd"; wait "$containerd" || :' EXIT
store() { ctr --namespace k8s.io images "$@" >/dev/null; }
tries=0
until store ls 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || exit 1
  sleep 0.1
done
store import /usr/local/share/lab/components.tar
while read -r name; do
  store tag --force "docker.io/$(cat /usr/local/share/lab/components.txt)" "$name"
done </usr/local/share/lab/images.txt
rm /usr/local/share/lab/components.tar
END
