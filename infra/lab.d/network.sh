# Namespaces and wires. Zone z has number Z (a: 1, b: 2):
#   client eth-z 10.20.Z.2 ─ 10.20.Z.1 cli0 router-z fab0 10.10.Z.1 ─ switch-z ─ 10.10.Z.10+i eth0 node-zi
#   router-z core0 10.30.0.Z ─ core ─ 10.30.0.100+n eth0 target-n
# VIPs 198.18.16(Z-1).0/20, SNAT 198.19.16(Z-1).0/24, probes 198.19.16(Z-1)+1.0/24, elastic IPs
# 203.0.113.16(Z-1)/28 once a pool of them is declared.
# IPv6: fd00:20:Z::2 ─ ::1, fd00:10:Z::1 ─ ::10+i, fd00:30::Z ─ fd00:30::100+n (written as the last part of IPv4);
# VIPs fd00:18:Z::/112, SNAT fd00:19:Z::/120, probes fd00:19:Z:1::/120.

zone_number() { case $1 in a) echo 1 ;; b) echo 2 ;; esac; }
zone_third_octet() { echo $((16 * ($(zone_number "$1") - 1))); }
vip_pool() { echo "198.18.$(zone_third_octet "$1").0/20"; }
snat_pool() { echo "198.19.$(zone_third_octet "$1").0/24"; }
probe_pool() { echo "198.19.$(($(zone_third_octet "$1") + 1)).0/24"; }
elastic_pool() { echo "203.0.113.$(zone_third_octet "$1")/28"; }
vip_pool6() { echo "fd00:18:$(zone_number "$1")::/112"; }
snat_pool6() { echo "fd00:19:$(zone_number "$1")::/120"; }
probe_pool6() { echo "fd00:19:$(zone_number "$1"):1::/120"; }

# txrehash: Linux routers take a packet's ECMP hash from its socket when sender and router share a kernel, and a socket
# takes a new one at each TCP time-out: flows would change their node by themselves, which behind a real router they do not.
host() {
    ip netns add "$(ns "$1")"
    ip -n "$(ns "$1")" link set lo up
    ip netns exec "$(ns "$1")" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
        net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
        net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.default.accept_ra=0 net.ipv6.conf.all.forwarding=0 \
        net.ipv4.ip_forward=0 net.core.txrehash=0
}

# wire HOST DEV HOST DEV [QUEUES]: a veth pair that carries XDP: no offload may leave a checksum or a segment half done.
wire() {
    local side shape="numrxqueues ${5:-1} numtxqueues ${5:-1}"
    # shellcheck disable=SC2086
    ip -n "$(ns "$1")" link add dev "$2" $shape type veth peer name "$4" netns "$(ns "$3")" $shape
    for side in "$1 $2" "$3 $4"; do
        set -- $side
        ip netns exec "$(ns "$1")" ethtool -K "$2" tx off gso off tso off gro off >/dev/null
        ip -n "$(ns "$1")" link set dev "$2" up
    done
}

switch() {
    host "$1"
    ip netns exec "$(ns "$1")" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip -n "$(ns "$1")" link add dev br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0
    ip -n "$(ns "$1")" link set dev br0 up
}

# plug HOST DEV SWITCH PORT [QUEUES]
plug() {
    wire "$1" "$2" "$3" "$4" "${5:-1}"
    ip -n "$(ns "$3")" link set dev "$4" master br0
}

# spray SWITCH PORT: frames from there come to any queue of the host that they are for, by chance.
spray() {
    ip netns exec "$(ns "$1")" tc qdisc add dev "$2" clsact
    ip netns exec "$(ns "$1")" tc filter add dev "$2" ingress bpf direct-action obj "$ROOT/artifacts/bpf/spray.bpf.o" sec tc
}

network_up() {
    local nodes=$1 queues=$2 zone z i n
    host client
    switch core
    for zone in "${ZONES[@]}"; do
        z=$(zone_number "$zone")
        host "router-$zone"
        switch "switch-$zone"
        ip netns exec "$(ns "router-$zone")" sysctl -qw net.ipv4.ip_forward=1 \
            net.ipv4.fib_multipath_hash_policy=1 net.ipv6.conf.all.forwarding=1 net.ipv6.fib_multipath_hash_policy=1
        wire client "eth-$zone" "router-$zone" cli0
        plug "router-$zone" fab0 "switch-$zone" p-router
        [ "$queues" -eq 1 ] || spray "switch-$zone" p-router
        plug "router-$zone" core0 core "p-router-$zone"
        address "router-$zone" cli0 "10.20.$z.1/24"
        address "router-$zone" fab0 "10.10.$z.1/24"
        address "router-$zone" core0 "10.30.0.$z/24"
        address client "eth-$zone" "10.20.$z.2/24"
        route client "$(vip_pool "$zone")" "10.20.$z.1"
        route client "$(elastic_pool "$zone")" "10.20.$z.1"
        address "router-$zone" cli0 "fd00:20:$z::1/64"
        address "router-$zone" fab0 "fd00:10:$z::1/64"
        address "router-$zone" core0 "fd00:30::$z/64"
        address client "eth-$zone" "fd00:20:$z::2/64"
        route client "$(vip_pool6 "$zone")" "fd00:20:$z::1"
        for ((i = 1; i <= nodes; i++)); do
            host "node-$zone$i"
            plug "node-$zone$i" eth0 "switch-$zone" "p-node-$zone$i" "$queues"
            [ "$queues" -eq 1 ] || spray "switch-$zone" "p-node-$zone$i"
            # The far end of a veth must run XDP too, or every frame that XDP sends is lost without a trace.
            ip -n "$(ns "switch-$zone")" link set dev "p-node-$zone$i" xdp obj "$ROOT/artifacts/bpf/pass.bpf.o" sec xdp
            address "node-$zone$i" eth0 "10.10.$z.$((10 + i))/24"
            route "node-$zone$i" default "10.10.$z.1"
            address "node-$zone$i" eth0 "$(node_address6 "$zone" "$i")/64"
            route "node-$zone$i" default "fd00:10:$z::1"
        done
    done
    route client 10.30.0.0/24 "10.20.$(zone_number "${ZONES[0]}").1"
    route client fd00:30::/64 "fd00:20:$(zone_number "${ZONES[0]}")::1"
    for n in "${TARGETS[@]}"; do
        host "target-$n"
        plug "target-$n" eth0 core "p-target-$n"
        address "target-$n" eth0 "10.30.0.$((100 + n))/24"
        address "target-$n" eth0 "fd00:30::$((100 + n))/64"
        for zone in "${ZONES[@]}"; do
            z=$(zone_number "$zone")
            route "target-$n" "198.19.$(zone_third_octet "$zone").0/20" "10.30.0.$z"
            route "target-$n" "10.20.$z.0/24" "10.30.0.$z"
            route "target-$n" "fd00:19:$z::/48" "fd00:30::$z"
            route "target-$n" "fd00:20:$z::/64" "fd00:30::$z"
        done
    done
}

# address HOST DEV ADDRESS/LENGTH: of either family.
address() {
    local nodad=()
    [[ $3 != *:* ]] || nodad=(nodad)
    ip -n "$(ns "$1")" address add "$3" dev "$2" ${nodad[@]+"${nodad[@]}"}
}

# route HOST PREFIX GATEWAY
route() {
    local family=-4
    [[ $3 != *:* ]] || family=-6
    ip -n "$(ns "$1")" $family route add "$2" via "$3"
}

node_address6() { echo "fd00:10:$(zone_number "$1")::$((10 + $2))"; }
