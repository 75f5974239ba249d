using System.Diagnostics;
using System.Net;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A <see cref="Fabric"/> whose target wants proxy protocol headers: from a small server that reads them octet
/// by octet, and from nginx.</summary>
internal sealed class ProxiedFabric : IDisposable
{
    private const int ServerPort = 8_081;
    private const int NginxPort = 8_082;
    private const uint NginxListener = 13;

    // Says whom the header names as soon as it has it, then answers what comes with the same.
    private const string Server = """
        import socket, struct, threading
        def serve(connection):
            with connection, connection.makefile("rb") as stream:
                header = stream.read(16)
                assert header == b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", header
                source, vip, source_port, port = struct.unpack("!4s4sHH", stream.read(12))
                text = f"{socket.inet_ntoa(source)} {source_port} {socket.inet_ntoa(vip)} {port}\n"
                connection.sendall(text.encode())
                while data := stream.read1(65536):
                    connection.sendall(data)
        tcp = socket.create_server(("", 8081), backlog=128)
        print("listening", flush=True)
        while True:
            threading.Thread(target=serve, args=(tcp.accept()[0],), daemon=True).start()
        """;

    // Arguments: connections, bytes of each, whether it waits for the server's word.
    private const string Client = """
        import os, socket, sys, threading
        for i in range(int(sys.argv[1])):
            data = os.urandom(int(sys.argv[2]))
            with socket.create_connection(("203.0.113.10", 80), timeout=60) as s, s.makefile("rb") as stream:
                expected = "%s %d %s %d\n" % (s.getsockname() + s.getpeername())
                def say():
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)
                teller = threading.Thread(target=say)
                if sys.argv[3] == "client":
                    teller.start()
                seen = stream.readline().decode()
                assert seen == expected, f"the server saw {seen}, not {expected}"
                if sys.argv[3] == "server":
                    teller.start()
                assert stream.read() == data, "other bytes came back"
                teller.join()
        print("same bytes")
        """;

    private const string Browser = """
        import socket
        with socket.create_connection(("203.0.113.10", 81), timeout=10) as s, s.makefile("rb") as stream:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            print("%s %d" % s.getsockname(), stream.read().decode().split("\r\n\r\n")[1], sep="\n", end="")
        """;

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("hp-proxied-");
    private readonly Process _server;
    private Process? _nginx;

    public ProxiedFabric(int queues = 1)
    {
        Fabric = new Fabric(queues);
        _server = Fabric.Target.Start("/usr/bin/python3", "-c", Server);
        Assert.Equal("listening", _server.StandardOutput.ReadLine());
    }

    public Fabric Fabric { get; }

    public static DataplaneModel Model { get; } = Fabric.Model with
    {
        Vips =
        [
            Fabric.Model.Vips[0] with
            {
                Listeners =
                [
                    .. Fabric.Model.Vips[0].Listeners,
                    new ListenerModel(NginxListener, IpProtocol.Tcp, 81, 3, 60_000),
                ],
            },
        ],
        TargetGroups = [Group(1, ServerPort), Fabric.Model.TargetGroups[1], Group(3, NginxPort)],
    };

    /// <summary>Real connections: the server must see who comes, and the client its own bytes.</summary>
    public void Connect(int connections, int bytes, string first) => Assert.Equal(
        "same bytes\n",
        Fabric.FarClient.Run("/usr/bin/python3", "-c", Client, $"{connections}", $"{bytes}", first));

    /// <summary>Has a host lose what a rule of nftables says.</summary>
    public void Lose(NetworkNamespace host, string what)
    {
        string file = Path.Combine(_folder.FullName, $"{host.Name}.nft");
        File.WriteAllText(file, $$"""
            table inet loss {
              chain arrivals {
                type filter hook prerouting priority 0
                {{what}} drop
              }
            }
            """);
        host.Run("nft", "-f", file);
    }

    /// <summary>A request to nginx; the client's address and port as it knows them, what nginx answered, and what it
    /// logged.</summary>
    public (string Client, string Answer, string Log) Browse()
    {
        string[] lines = Fabric.FarClient.Run("/usr/bin/python3", "-c", Browser).Split('\n');
        string log = Path.Combine(_folder.FullName, "access.log");
        Eventually.Holds(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'));
        return (lines[0], lines[1], File.ReadAllText(log).TrimEnd());
    }

    public void StartNginx()
    {
        string folder = _folder.FullName;
        string file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, $$"""
            daemon off;
            worker_processes 1;
            user root;
            pid {{folder}}/nginx.pid;
            events { worker_connections 64; }
            http {
                log_format proxied '$proxy_protocol_addr $proxy_protocol_port';
                access_log {{folder}}/access.log proxied;
                client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}};
                uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
                server {
                    listen {{NginxPort}} proxy_protocol;
                    return 200 "$proxy_protocol_addr $proxy_protocol_port";
                }
            }
            """);
        _nginx = Fabric.Target.Start("nginx", "-e", "stderr", "-c", file);
        Eventually.Holds(() => Command.Try(
            TimeSpan.FromSeconds(5), "ip", "netns", "exec", Fabric.Target.Name, "/usr/bin/python3", "-c",
            $"import socket; socket.create_connection(('127.0.0.1', {NginxPort}))").ExitCode == 0);
    }

    public void Dispose()
    {
        foreach (Process? process in new[] { _server, _nginx })
        {
            process?.Kill(entireProcessTree: true);
            process?.WaitForExit();
            process?.Dispose();
        }
        Fabric.Dispose();
        _folder.Delete(recursive: true);
    }

    private static TargetGroupModel Group(uint id, ushort port) => new(
        id, [new TargetModel(20 + id, IPAddress.Parse("10.0.0.3"), port, 1, Healthy: true, Draining: false)],
        ProxyProtocol: true);
}
