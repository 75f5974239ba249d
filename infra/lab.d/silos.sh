# flow-silo, one beside each agent, with --engine orleans: node and silo are one machine. See infra/docs/ORLEANS.md.

flow_silo() { echo "$ROOT/artifacts/publish/Hyperplane.Flows.Silo/release_linux-x64/flow-silo"; }

# As a unit with Restart=always: a silo that was given up while it was frozen ends itself, and comes again.
ALWAYS='trap ended=1 TERM; until "$@" || [ "${ended:-}" ]; do sleep 0.1; done'

# silo_of NODE: the name of its silo, nothing where it has none.
silo_of() {
    local silo=silo-${1#node-}
    if [[ $1 == node-* ]] && [ -e "$STATE/run/$silo.cmd" ]; then echo "$silo"; fi
}

# silo_socket NODE: where its agent and its silo meet.
silo_socket() { echo "$STATE/run/silo-${1#node-}.sock"; }

# silos_check ENGINE: refuses, before anything is made, what could not be started.
silos_check() {
    [ "$1" = orleans ] || return 0
    [ -x "$(flow_silo)" ] ||
        die "--engine orleans: not built, run infra/build --engine orleans (infra/docs/ORLEANS.md)"
    [ -f "${HYPERPLANE_ORLEANS_SCRIPTS:-}/PostgreSQL-Main.sql" ] ||
        die "--engine orleans: HYPERPLANE_ORLEANS_SCRIPTS names no folder with Orleans' scripts, see infra/docs/ORLEANS.md"
    [ -z "${HYPERPLANE_DB:-}" ] || die "--engine orleans: takes the lab's own PostgreSQL, not HYPERPLANE_DB"
}

# The connection string of the membership tables.
silos_database() { echo "Host=$STATE/run/pg;Username=hyperplane;Database=flows"; }

# silos_up NODES: after PostgreSQL, before the agents.
silos_up() {
    local nodes=$1 bin script zone z i name
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    "$bin/createdb" -h "$STATE/run/pg" -U hyperplane flows
    for script in Main Clustering Clustering-3.7.0; do
        "$bin/psql" -h "$STATE/run/pg" -U hyperplane -d flows -q -v ON_ERROR_STOP=1 \
            -f "$HYPERPLANE_ORLEANS_SCRIPTS/PostgreSQL-$script.sql" >>"$STATE/log/silos.log" 2>&1
    done
    for zone in "${ZONES[@]}"; do
        z=$(zone_number "$zone")
        for ((i = 1; i <= nodes; i++)); do
            name=silo-$zone$i
            cat >"$STATE/conf/$name.json" <<CONF
{ "cell": "cell-$zone", "database": "$(silos_database)", "address": "10.10.$z.$((10 + i))",
  "socket": "$(silo_socket "node-$zone$i")" }
CONF
            start "$name" bash -c "$ALWAYS" always \
                ip netns exec "$(ns "node-$zone$i")" "$(flow_silo)" --config "$STATE/conf/$name.json"
        done
    done
    for zone in "${ZONES[@]}"; do
        for ((i = 1; i <= nodes; i++)); do
            wait_ready "silo-$zone$i" '^ready'
        done
    done
}
