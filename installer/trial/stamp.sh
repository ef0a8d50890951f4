#!/bin/sh
# Prints one line that changes whenever what packages are built from changes (not the program itself).
cd "$(dirname "$(readlink -f "$0")")/../.."
git ls-files -z --cached --others --exclude-standard installer requirements/runtime.txt requirements/packaging.txt \
  | grep -zv -e '^installer/tried$' -e '\.md$' | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
