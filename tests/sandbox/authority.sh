#!/bin/sh
# authority.sh DIR - the sandbox's certificate for 127.0.0.1 and the authority (ca.crt) that signed it.
set -eu
mkdir -p "$1"
cd "$1"
umask 077
new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 3650'
# shellcheck disable=SC2086 # words
openssl req -x509 $new -subj '/O=Sandbox/CN=Sandbox authority' -addext 'basicConstraints=critical,CA:TRUE' \
	-addext 'keyUsage=critical,keyCertSign' -keyout ca.key -out ca.crt
# shellcheck disable=SC2086
openssl req $new -subj '/O=Sandbox/CN=127.0.0.1' -keyout server.key -out server.csr
printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=critical,CA:FALSE\n' >server.ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 -days 3650 -extfile server.ext -out server.crt
rm -f server.csr server.ext ca.srl
chmod 644 ca.crt
