# BIRD 2: one process. Nodes are named, so that its log names them; error wait is short, or a node that came back
# is kept out for a minute.

bird_up() {
    local zone=$1 bfd_ms=$2 nodes=$3 z dir i
    z=$(zone_number "$zone")
    dir=$STATE/run/bird-$zone
    mkdir -p "$dir"
    bird_conf "$zone" "$z" "$bfd_ms" >"$dir/bird.conf"
    for ((i = 1; i <= nodes; i++)); do
        printf 'protocol bgp node_%s%s from nodes { neighbor 10.10.%s.%s as %s; }\n' \
            "$zone" "$i" "$z" $((10 + i)) $((64600 + z))
    done >>"$dir/bird.conf"
    /usr/sbin/bird -p -c "$dir/bird.conf" || die "BIRD refuses its configuration, as above"
    # shellcheck disable=SC2046
    start "bird-$zone" ip netns exec "$(ns "router-$zone")" $(real_time) \
        /usr/sbin/bird -f -c "$dir/bird.conf" -s "$dir/bird.ctl" -P "$dir/bird.pid"
    wait_for "bird-$zone to start" 10 test -S "$dir/bird.ctl"
}

bird_conf() {
    local zone=$1 z=$2 bfd_ms=$3
    cat <<CONF
log "$STATE/log/bird-$zone.log" all;
router id 10.10.$z.1;
protocol device { }
protocol kernel {
  merge paths yes limit 16;
  ipv4 { import none; export where source = RTS_BGP; };
}
protocol kernel {
  merge paths yes limit 16;
  ipv6 { import none; export where source = RTS_BGP; };
}
protocol bfd {
  debug { states, events };
  accept direct;
  interface "fab0" { min rx interval $bfd_ms ms; min tx interval $bfd_ms ms; multiplier $BFD_MULTIPLIER; };
}
# RFC 8326: a path that says goodbye is the last choice. FRR does this by itself.
function shut_down_gracefully() { if (65535, 0) ~ bgp_community then bgp_local_pref = 0; }
filter from_nodes {
  if net ~ [ $(vip_pool "$zone"){26,32}, $(snat_pool "$zone"){24,32}, $(probe_pool "$zone"){32,32}, $(elastic_pool "$zone"){32,32} ] then {
    shut_down_gracefully();
    accept;
  }
  reject;
}
filter from_nodes6 {
  if net ~ [ $(vip_pool6 "$zone"){122,128}, $(snat_pool6 "$zone"){120,128}, $(probe_pool6 "$zone"){128,128} ] then {
    shut_down_gracefully();
    accept;
  }
  reject;
}
template bgp nodes {
  debug { states, events };
  local 10.10.$z.1 as 64512;
  direct;
  passive;
  hold time 9;
  keepalive time 3;
  error wait time 1, 5;
  error forget time 10;
  bfd on;
  ipv4 { import filter from_nodes; export none; import limit 4000 action restart; import table on; };
  ipv6 { import filter from_nodes6; export none; import limit 4000 action restart; import table on; };
}
CONF
}
