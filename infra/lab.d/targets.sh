# Target hosts: nginx answers HTTP with the host's name, a small echo server answers TCP and UDP on port 7.

targets_up() {
    local n dir
    for n in "${TARGETS[@]}"; do
        dir=$STATE/run/target-$n
        mkdir -p "$dir"
        cat >"$STATE/conf/target-$n.conf" <<CONF
daemon off;
worker_processes 1;
error_log stderr warn;
pid $dir/nginx.pid;
events { worker_connections 16384; }
http {
    access_log off;
    client_body_temp_path $dir; proxy_temp_path $dir; fastcgi_temp_path $dir; uwsgi_temp_path $dir; scgi_temp_path $dir;
    server {
        listen 8080 backlog=4096;
        listen [::]:8080 backlog=4096 ipv6only=on;
        default_type text/plain;
        return 200 "target-$n\n";
    }
}
CONF
        start "target-$n" ip netns exec "$(ns "target-$n")" nginx -e stderr -c "$STATE/conf/target-$n.conf"
        start "echo-$n" ip netns exec "$(ns "target-$n")" /usr/bin/python3 "$ROOT/infra/lab.d/echo.py" "target-$n"
    done
}
