#!/bin/bash
# pictures.sh DIR - the test pictures as inputs of image_fuzz: they are made, not kept; before each goes the byte that chooses
# its kind.
set -eu
kind=0
for picture in "${PICTURES:-$BUILD/pictures}"/*.*; do
	{ printf %d "$kind" && cat "$picture"; } >"$1/${picture##*/}"
	kind=$(((kind + 1) % 4))
done
