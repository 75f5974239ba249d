"""weigh.py PORT: answers HTTP requests with the header X-Load-Balancing-Endpoint-Weight: the last line of its input.
Prints "ready" once it listens; ends with its input."""
import http.server
import sys
import threading

weight = "100"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("X-Load-Balancing-Endpoint-Weight", weight)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    weight = line.strip()
