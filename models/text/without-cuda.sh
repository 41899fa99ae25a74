#!/usr/bin/env bash
# Puts stand-ins for CUDA's libraries beside torch, so that its wheel for Linux on x86-64 can be used on a CPU alone without
# gigabytes of them. Every call into them answers "no device". Wants a C compiler and binutils.
#
#   bash without-cuda.sh <folder of the virtual environment>
set -euo pipefail

libraries="$(echo "${1:?name the folder of the virtual environment}"/lib/python3.*/site-packages/torch/lib)"
[[ -f "$libraries/libtorch_cpu.so" ]] || { echo "without-cuda.sh: no torch in $1" >&2; exit 1; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

names() { nm -D "$1" "$libraries"/*.so 2>/dev/null | awk 'NF > 1 { print $NF }' | grep -vE '@(GLIBC|GLIBCXX|CXXABI|GCC|GOMP|OMP)' | sed 's/@.*//' | sort -u; }
names --defined-only >"$work/defined"
names --undefined-only | grep -E '^(cu|nccl|nv|__cuda|_Z.*nvshmem)' >"$work/wanted"
comm -23 "$work/wanted" "$work/defined" | while read -r name; do
  case "$name" in
    # Called when torch is loaded, to announce its kernels; the answer is a handle.
    __cuda*) echo "void *$name(void) { static char handle[64]; return handle; }" ;;
    # cudaErrorNoDevice.
    *) echo "long $name(void) { return 100; }" ;;
  esac
done >"$work/standins.c"

for file in "$libraries"/lib*.so; do readelf -d "$file" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'; done | sort -u |
  grep -E '^lib(cu|nccl|nvrtc|nvshmem)' | while read -r library; do
    [[ -e "$libraries/$library" ]] && continue
    version="$library"
    [[ "$library" == libnvshmem* ]] && version=NVSHMEM
    echo "$version { global: *; };" >"$work/version"
    cc -shared -fPIC -w -fno-builtin -O0 -Wl,-soname,"$library" -Wl,--version-script="$work/version" -o "$libraries/$library" "$work/standins.c"
    echo "$library"
  done
