#!/usr/bin/env bash
# What NativeAOT links with, on Debian and Ubuntu.
set -eu
sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
$sudo apt-get update
$sudo apt-get install -y --no-install-recommends clang zlib1g-dev
