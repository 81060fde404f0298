# A PostgreSQL server: what its keeper does at each order.
temporary=$1 programs=$2 settings=$3 authentication=$4 password=$5 tls=$6

begin() {
  printf '%s\n' "$password" >password
  "$programs/initdb" --pgdata=data --username=postgres --locale=C.UTF-8 --encoding=UTF8 --no-sync \
    --auth="$authentication" --pwfile=password || return 1
  printf "unix_socket_directories = '%s'\n%s\n" "$folder" "$settings" >>data/postgresql.conf
  if [ "$tls" = yes ]; then certificates || return 1; fi
  start
}

start() {
  "$programs/pg_ctl" start --pgdata=data --log=server.log --wait --timeout=60 --silent || { cat server.log; return 1; }
}

stop() {
  "$programs/pg_ctl" stop --pgdata=data --mode=fast --wait --timeout=60 --silent
}

# A server that is not running is started.
restart() {
  if [ -e data/postmaster.pid ]; then stop || return 1; fi
  start
}

# No good-bye to anybody: only the first process is killed, and those that serve the clients see that it is gone.
crash() {
  kill -9 "$(head -n 1 data/postmaster.pid)" || return 1
  tries=0
  while lives && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  rm -f data/postmaster.pid .s.PGSQL.* # the number in them may still be that of a process which nobody has buried
}

lives() {
  readlink /proc/[0-9]*/cwd 2>/dev/null | grep -qxF "$folder/data"
}

end() {
  "$programs/pg_ctl" stop --pgdata=data --mode=immediate --wait --timeout=30 || kill -9 "$(head -n 1 data/postmaster.pid)"
}

# A root of its own and a certificate that it signed: one that signs itself is refused by strict clients.
certificates() {
  cat >root.conf <<END
[req]
distinguished_name = name
x509_extensions = root
prompt = no
[name]
CN = ormcore tests
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
END
  cat >server.conf <<END
[req]
distinguished_name = name
prompt = no
[name]
CN = localhost
[server]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost, IP:127.0.0.1
END
  key='ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  # shellcheck disable=SC2086 # several words
  openssl req -new -x509 -config root.conf -newkey $key -days 3650 -keyout root.key -out root.crt &&
    openssl req -new -config server.conf -newkey $key -keyout server.key -out server.csr &&
    openssl x509 -req -in server.csr -CA root.crt -CAkey root.key -set_serial 1 -days 3650 \
      -extfile server.conf -extensions server -out server.crt
}
