# The control plane on the host side: PostgreSQL on a unix socket, controller on a unix socket, api on 127.0.0.1 over TLS.

program() { echo "$ROOT/artifacts/publish/$1/release_linux-x64/$2"; }

control_up() {
    local db port
    umask 077
    secret >"$STATE/conf/operator.key"
    secret >"$STATE/conf/cell.key"
    secret >"$STATE/conf/ca.key"
    umask 022
    if [ -n "${HYPERPLANE_DB:-}" ]; then
        db=$HYPERPLANE_DB
    else
        postgres_up
        db="Host=$STATE/run/pg;Username=hyperplane;Database=hyperplane"
    fi
    port=$(free_port)
    local -a settings=("HYPERPLANE_DB=$db" "HYPERPLANE_OPERATOR_KEY_FILE=$STATE/conf/operator.key"
        "HYPERPLANE_CA_KEY_FILE=$STATE/conf/ca.key")
    start controller env "${settings[@]}" "HYPERPLANE_CONTROL_LISTEN=unix:$STATE/run/control.sock" \
        "$(program Hyperplane.Server hyperplane-server)" --role controller
    wait_ready controller '^ready controller'
    "$(program Hyperplane.Server hyperplane-server)" ca init --out "$STATE/conf/tls" --name 127.0.0.1 >"$STATE/log/ca.log"
    start api env "${settings[@]}" "HYPERPLANE_API_URL=https://127.0.0.1:$port" \
        "HYPERPLANE_API_CERT_FILE=$STATE/conf/tls/api.pem" "HYPERPLANE_API_KEY_FILE=$STATE/conf/tls/api.key" \
        "$(program Hyperplane.Server hyperplane-server)" --role api
    wait_ready api '^ready api'
    umask 077
    cat >"$DOTLAB/env" <<ENV
export HYPERPLANE_ENDPOINT=https://127.0.0.1:$port
export HYPERPLANE_CA_FILE=$STATE/conf/tls/ca.pem
export HYPERPLANE_OPERATOR_KEY=$(cat "$STATE/conf/operator.key")
ENV
    umask 022
}

secret() { printf 'hp_%s\n' "$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')"; }

# A port that follows from the lab's name, or the next one that nobody listens on.
free_port() {
    local port=$((20000 + 0x${ID:0:4} % 10000))
    while ss -Htln "sport = :$port" | grep -q .; do port=$((port + 1)); done
    echo $port
}

postgres_up() {
    local bin
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    mkdir -p "$STATE/pg" "$STATE/run/pg"
    touch "$STATE/log/postgres.log"
    chown -R postgres:postgres "$STATE/pg" "$STATE/run/pg" "$STATE/log/postgres.log"
    as_postgres() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); }
    as_postgres "$bin/initdb" -D "$STATE/pg" -U hyperplane --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync \
        >"$STATE/log/initdb.log" 2>&1
    chmod 700 "$STATE/run/pg"
    as_postgres "$bin/pg_ctl" -D "$STATE/pg" -l "$STATE/log/postgres.log" -w -s start \
        -o "-c listen_addresses='' -c unix_socket_directories='$STATE/run/pg' -c max_connections=200"
    adopt postgres "$(head -n 1 "$STATE/pg/postmaster.pid")"
    as_postgres "$bin/createdb" -h "$STATE/run/pg" -U hyperplane hyperplane
}
