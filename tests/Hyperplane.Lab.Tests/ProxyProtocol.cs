using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>A web server that is told of its clients by the proxy protocol, version 2.</summary>
public sealed class ProxyProtocol(LabFixture lab)
{
    private const int Port = 8090;

    [Fact]
    public async Task Nginx_logs_the_clients_own_address_and_port()
    {
        Region region = lab.Region;
        using Process nginx = region.Start("target-4", "nginx", "-e", "stderr", "-c", Configure(region));
        try
        {
            using Tenancy proxied = Tenancy.Open(region, "proxied", isDualstack: true);
            proxied.AddGroup(
                "proxied", "TCP", Port, ["10.30.0.104"], "--attribute", "proxy_protocol_v2.enabled=true");
            proxied.Listen("TCP", 80, "proxied");
            await proxied.UntilHealthy("proxied", 6);
            foreach (string vip in new[] { proxied.VipA, proxied.VipB, $"[{proxied.Vip("a", 6)}]" })
            {
                string[] said = region.Exec(
                    "client", "curl", "-sS", "--max-time", "10", "-w", "%{local_ip} %{local_port}", $"http://{vip}/")
                    .Split('\n');
                Assert.Equal("behind the proxy protocol", said[0]);
                string? logged = await nginx.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
                Assert.Equal(said[1], logged);
            }
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync();
        }
    }

    /// <summary>A line for each request: who the header says the client is.</summary>
    private static string Configure(Region region)
    {
        string folder = Path.Combine(region.Folder, "state/run/proxied");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, $$"""
            daemon off;
            worker_processes 1;
            user root;
            pid {{folder}}/nginx.pid;
            events { worker_connections 256; }
            http {
                client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}};
                uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
                log_format client '$proxy_protocol_addr $proxy_protocol_port';
                access_log /dev/stdout client;
                server {
                    listen {{Port}} proxy_protocol;
                    default_type text/plain;
                    return 200 "behind the proxy protocol\n";
                }
            }
            """);
        return file;
    }
}
