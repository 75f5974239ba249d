# FRR: zebra, bfdd, bgpd. It takes BFD from any node that speaks BGP with it.

frr_up() {
    local zone=$1 bfd_ms=$2 z dir daemon
    z=$(zone_number "$zone")
    dir=$STATE/run/frr-$zone
    mkdir -p "$dir"
    frr_zebra_conf "$zone" >"$dir/zebra.conf"
    frr_bfdd_conf "$zone" "$bfd_ms" >"$dir/bfdd.conf"
    frr_bgpd_conf "$zone" "$z" >"$dir/bgpd.conf"
    touch "$STATE"/log/{zebra,bfdd,bgpd}-"$zone".log
    chown -R frr:frr "$dir" "$STATE"/log/{zebra,bfdd,bgpd}-"$zone".log
    for daemon in zebra bfdd bgpd; do
        local -a options=() with=()
        # shellcheck disable=SC2207
        if [ $daemon = bfdd ]; then options=(--bfdctl "$dir/bfdd.sock") with=($(real_time)); fi
        ip netns exec "$(ns "router-$zone")" ${with[@]+"${with[@]}"} /usr/lib/frr/$daemon -d --vty_socket "$dir" \
            -z "$dir/zserv.api" -A 127.0.0.1 -f "$dir/$daemon.conf" -i "$dir/$daemon.pid" ${options[@]+"${options[@]}"} \
            >>"$STATE/log/$daemon-$zone.log" 2>&1
        adopt_daemon "$daemon-$zone" "$dir/$daemon.pid"
    done
}

frr_zebra_conf() {
    cat <<CONF
hostname router-$1
log file $STATE/log/zebra-$1.log informational
CONF
}

# A file of its own: bgpd refuses a bfd block. State changes are logged at level debugging only.
frr_bfdd_conf() {
    cat <<CONF
hostname router-$1
log file $STATE/log/bfdd-$1.log debugging
debug bfd peer
bfd
 profile FAST
  detect-multiplier $BFD_MULTIPLIER
  receive-interval $2
  transmit-interval $2
CONF
}

frr_bgpd_conf() {
    local zone=$1 z=$2
    cat <<CONF
hostname router-$zone
log file $STATE/log/bgpd-$zone.log informational
ip prefix-list NODES seq 5 permit $(vip_pool "$zone") ge 26 le 32
ip prefix-list NODES seq 10 permit $(snat_pool "$zone") le 32
ip prefix-list NODES seq 15 permit $(probe_pool "$zone") ge 32 le 32
ip prefix-list NODES seq 20 permit $(elastic_pool "$zone") ge 32 le 32
ipv6 prefix-list NODES6 seq 5 permit $(vip_pool6 "$zone") ge 122 le 128
ipv6 prefix-list NODES6 seq 10 permit $(snat_pool6 "$zone") le 128
ipv6 prefix-list NODES6 seq 15 permit $(probe_pool6 "$zone") ge 128 le 128
route-map FROM-NODES permit 10
 match ip address prefix-list NODES
route-map FROM-NODES deny 99
route-map FROM-NODES6 permit 10
 match ipv6 address prefix-list NODES6
route-map FROM-NODES6 deny 99
route-map TO-NODES deny 10
router bgp 64512
 bgp router-id 10.10.$z.1
 bgp log-neighbor-changes
 bgp bestpath as-path multipath-relax
 bgp graceful-restart-disable
 bgp listen limit 64
 neighbor NODES peer-group
 neighbor NODES remote-as external
 neighbor NODES timers 3 9
 neighbor NODES bfd
 neighbor NODES bfd profile FAST
 bgp listen range 10.10.$z.0/24 peer-group NODES
 address-family ipv4 unicast
  neighbor NODES soft-reconfiguration inbound
  neighbor NODES route-map FROM-NODES in
  neighbor NODES route-map TO-NODES out
  neighbor NODES maximum-prefix 4000
  maximum-paths 16
 exit-address-family
 address-family ipv6 unicast
  neighbor NODES activate
  neighbor NODES soft-reconfiguration inbound
  neighbor NODES route-map FROM-NODES6 in
  neighbor NODES route-map TO-NODES out
  neighbor NODES maximum-prefix 4000
  maximum-paths 16
 exit-address-family
CONF
}
