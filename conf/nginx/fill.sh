#!/bin/bash
# fill.sh local|production DIR NAME=VALUE… - writes that server's configuration into DIR, each @NAME@
# filled in.  A file that stays the same is not touched; a name without a value is an error.
set -euo pipefail
here=$(dirname "$0")
files=(http.conf headers.conf errors.conf fastcgi.conf pictures.conf faces.conf server.conf site.conf operators.conf "$1.conf")
[ "$1" != production ] || files+=(tls.conf)
to=$2
shift 2
edit=()
for pair; do
	value=${pair#*=}
	edit+=(-e "s|@${pair%%=*}@|${value//[\\&|]/\\&}|g")
done
mkdir -p "$to"
for file in "${files[@]}"; do
	new=$(mktemp "$to/.fill.XXXXXX")
	sed "${edit[@]}" "$here/$file" >"$new"
	if grep -Hn --label="$file" '@[a-z]*@' <"$new" >&2; then
		echo 'fill.sh: no value for the above' >&2
		rm "$new"
		exit 1
	fi
	chmod 644 "$new"
	if cmp -s "$new" "$to/$file"; then
		rm "$new"
	else
		mv "$new" "$to/$file"
	fi
done
