#!/bin/bash
# pictures.sh DIR - the test pictures as inputs of image_fuzz: they are made, not kept; before each goes the byte that chooses
# its kind.
set -eu
for picture in "${PICTURES:-$BUILD/pictures}"/*.*; do
	{ printf 0 && cat "$picture"; } >"$1/${picture##*/}"
done
