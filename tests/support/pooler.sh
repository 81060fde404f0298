# pgbouncer in transaction mode, in front of a server: what its keeper does at each order.
temporary=$1 program=$2 server_folder=$3 server_port=$4 port=$5

begin() {
  echo '"postgres" ""' >users
  cat >pgbouncer.ini <<END
[databases]
* = host=$server_folder port=$server_port user=postgres
[pgbouncer]
pool_mode = transaction
unix_socket_dir = $folder
listen_port = $port
auth_type = trust
auth_file = $folder/users
max_client_conn = 200
default_pool_size = 4
END
  "$program" pgbouncer.ini &
  pooler=$!
  until [ -S ".s.PGSQL.$port" ]; do
    kill -0 "$pooler" || return 1
    sleep 0.1
  done
}

end() {
  kill -9 "$pooler"
  wait "$pooler"
}
