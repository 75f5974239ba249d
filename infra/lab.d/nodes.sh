# The agents, one per node, declared to the region first.

# "yes" once the agent reads these members: it refuses those it does not know.
AGENT_KNOWS_FLOWS=${HYPERPLANE_AGENT_KNOWS_FLOWS:-yes}

# flow_members BFD_MS ENGINE NODE: members of agent.json for BFD, the cell mesh and the flow directory, each after a comma.
flow_members() {
    [ "$AGENT_KNOWS_FLOWS" = yes ] || return 0
    printf ',\n  "bfd": { "intervalMs": %s, "multiplier": %s }' "$1" "$BFD_MULTIPLIER"
    printf ',\n  "meshPort": 4785'
    # As the routers' BFD: a busy machine must not look like a dead node.
    printf ',\n  "realTimePriority": 20'
    [ "$2" = embedded ] || printf ',\n  "flowEngine": "%s",\n  "flowSocket": "%s"' "$2" "$(silo_socket "$3")"
}

agent_program() { program Hyperplane.Agent hyperplane-agent; }

# A node is its agent and, with --engine orleans, its silo.
stop_node() {
    local process
    for process in "$1" $(silo_of "$1"); do stop_process "$process"; done
}

# enroll_node NODE: a token for its agent, whose cell its name tells.
enroll_node() {
    local zone=${1#node-}
    # shellcheck disable=SC1091
    (umask 077 && . "$DOTLAB/env" && HYPERPLANE_KEY=$HYPERPLANE_OPERATOR_KEY "$ROOT/artifacts/bin/lbctl" \
        node enroll "$1" --cell "cell-${zone:0:1}" -o json | jq -r .token >"$STATE/conf/$1.token")
}

start_node() {
    local process
    # Without its files it comes as one that was never there.
    [[ $1 != node-* ]] || [ -e "$STATE/agents/$1/identity.pem" ] || enroll_node "$1"
    for process in $(silo_of "$1") "$1"; do start_again "$process"; done
}

nodes_up() {
    local nodes=$1 bfd_ms=$2 engine=$3 queues=$4 flows=$5 cells=$6 zone z i name
    if [ "$engine" != embedded ] && [ "$AGENT_KNOWS_FLOWS" != yes ]; then
        die "--engine $engine: this build's agent has no flow directory"
    fi
    # shellcheck disable=SC1091
    . "$DOTLAB/env"
    export HYPERPLANE_KEY=$HYPERPLANE_OPERATOR_KEY
    local lbctl=$ROOT/artifacts/bin/lbctl
    for zone in "${ZONES[@]}"; do
        z=$(zone_number "$zone")
        "$lbctl" zone put "$zone" --vip-pool "$(vip_pool "$zone")" --snat-pool "$(snat_pool "$zone")" \
            --probe-pool "$(probe_pool "$zone")" --ipv6-vip-pool "$(vip_pool6 "$zone")" \
            --ipv6-snat-pool "$(snat_pool6 "$zone")" --ipv6-probe-pool "$(probe_pool6 "$zone")" \
            --max-cells "$cells" >>"$STATE/log/declare.log"
        "$lbctl" cell put "cell-$zone" --zone "$zone" >>"$STATE/log/declare.log"
        for ((i = 1; i <= nodes; i++)); do
            "$lbctl" node put "node-$zone$i" --cell "cell-$zone" --address "10.10.$z.$((10 + i))" \
                --ipv6-address "$(node_address6 "$zone" "$i")" >>"$STATE/log/declare.log"
        done
    done
    for zone in "${ZONES[@]}"; do
        z=$(zone_number "$zone")
        for ((i = 1; i <= nodes; i++)); do
            name=node-$zone$i
            mkdir -p "$STATE/agents/$name"
            enroll_node "$name"
            cat >"$STATE/conf/$name.json" <<CONF
{
  "cell": "cell-$zone",
  "node": "$name",
  "controller": "unix:$STATE/run/control.sock",
  "enrolmentTokenFile": "$STATE/conf/$name.token",
  "cellKeyFile": "$STATE/conf/cell.key",
  "stateDirectory": "$STATE/agents/$name",
  "interface": "eth0",
  "queues": $queues,
  "flowCapacity": $flows,
  "asn": $((64600 + z)),
  "peers": [{ "address": "10.10.$z.1", "asn": 64512 }]$(flow_members "$bfd_ms" "$engine" "$name")
}
CONF
            start "$name" ip netns exec "$(ns "$name")" "$(agent_program)" \
                --config "$STATE/conf/$name.json"
        done
    done
    for zone in "${ZONES[@]}"; do
        for ((i = 1; i <= nodes; i++)); do
            wait_ready "node-$zone$i" '^ready'
        done
    done
}
