using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Api.Tests.Server;

/// <summary>
/// Both roles in one process: what a tenant asks for reaches an agent, what the agent reports reaches the tenant.
/// </summary>
public sealed class WholeServerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_load_balancer_becomes_active_once_a_node_reports_that_it_runs_and_announces_it()
    {
        (RunningServer server, string[] addresses) =
            await RunningServer.StartAsync(postgres.CreateDatabase(), "all", parts: 2);
        await using (server)
        {
            Assert.Equal($"unix:{server.Folder}/control.sock", addresses[0]);
            using var client = new ApiClient(addresses[1]);
            string key = await DeclareAsync(client);
            using EnrolledNode enrolled = await EnrolledNode.EnrollAsync(client, addresses[0], "a1", "n1");
            CellControlClient agent = enrolled.Client;

            Answer made = await client.SendAsync(
                "POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""", key);
            Assert.Equal("pending", Provisioning(made));
            string vip = made.Body.GetProperty("zones")[0].GetProperty("address").GetString()!;
            (Snapshot snapshot, byte[] hash) = await SnapshotWithAsync(agent, vip);
            Task<Answer> held = client.SendAsync(
                "GET", $"{made.Headers["Location"]}?wait=30&seen=1/pending", null, key);
            await agent.ReportAsync(Report(snapshot, hash)).ResponseAsync;
            Assert.Equal("active", Provisioning(await held));

            Answer node = await client.SendAsync("GET", "/v1/cells/a1/nodes/n1", null, RunningServer.OperatorKey);
            Assert.Equal((long)snapshot.Version, node.Body.GetProperty("runningVersion").GetInt64());
            Assert.Equal(3UL, node.Body.GetProperty("counters").GetProperty("forwarded").GetUInt64());
            (await client.SendAsync("DELETE", "/v1/cells/a1/nodes/n1", null, RunningServer.OperatorKey))
                .IsProblem(409, "node_alive");
        }
    }

    [Fact]
    public async Task An_agent_without_a_certificate_gets_nothing_and_without_tls_no_answer()
    {
        (RunningServer server, string[] addresses) =
            await RunningServer.StartAsync(postgres.CreateDatabase(), "controller", parts: 1);
        await using (server)
        {
            using Channel channel = EnrolledNode.Open(addresses[0], authority: null, certificate: null);
            Assert.Equal(StatusCode.Unauthenticated, (await RefusedAsync(channel)).StatusCode);
            using Channel clear = Channel.ForAddress(addresses[0]);
            Assert.Equal(StatusCode.Unavailable, (await RefusedAsync(clear)).StatusCode);
        }
    }

    [Fact]
    public async Task The_agents_socket_is_for_its_owner_and_group_and_has_no_rest_api()
    {
        (RunningServer server, string[] addresses) =
            await RunningServer.StartAsync(postgres.CreateDatabase(), "controller", parts: 1);
        await using (server)
        {
            string socket = addresses[0]["unix:".Length..];
            Assert.Equal("660", Lab.Command.Run("stat", "-c", "%a", socket).Trim());
            string status = Lab.Command.Run(
                "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", socket,
                "https://localhost/v1/tenants");
            Assert.Equal("404", status);
        }
    }

    private static Task<RpcException> RefusedAsync(Channel channel) => Assert.ThrowsAsync<RpcException>(async () =>
        await new CellControlClient(channel).ReportAsync(new NodeReport { Cell = "a1", Node = "n1" }));

    private static async Task<string> DeclareAsync(ApiClient client)
    {
        (string Method, string Path, string Body)[] requests =
        [
            ("PUT", "/v1/zones/a",
                """{"vipPool":"198.18.0.0/24","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}"""),
            ("PUT", "/v1/cells/a1", """{"zone":"a"}"""),
            ("PUT", "/v1/cells/a1/nodes/n1", """{"address":"10.1.0.11"}"""),
            ("POST", "/v1/tenants", """{"name":"shop"}"""),
        ];
        Answer answer = null!;
        foreach ((string method, string path, string body) in requests)
            answer = await client.SendAsync(method, path, body, RunningServer.OperatorKey);
        answer = await client.SendAsync(
            "POST", $"{answer.Headers["Location"]}/api-keys", """{"name":"ci"}""", RunningServer.OperatorKey);
        return answer.Body.GetProperty("secret").GetString()!;
    }

    /// <summary>Asks as an agent does until the snapshot has the address.</summary>
    private static async Task<(Snapshot Snapshot, byte[] Hash)> SnapshotWithAsync(CellControlClient agent, string vip)
    {
        var ask = new AskRequest { Cell = "a1", Node = "n1", WaitMs = 2000 };
        for (int round = 0; round < 30; round++)
        {
            using AsyncServerStreamingCall<SnapshotChunk> call = agent.Ask(ask);
            var whole = new MemoryStream();
            try
            {
                await foreach (SnapshotChunk chunk in call.ResponseStream.ReadAllAsync())
                {
                    chunk.Data.WriteTo(whole);
                    ask.RunningHash = chunk.Hash;
                }
            }
            catch (RpcException notYet) when (notYet.StatusCode == StatusCode.NotFound)
            {
                continue;
            }

            if (whole.Length == 0)
                continue;
            Snapshot snapshot = Snapshot.Parser.ParseFrom(whole.ToArray());
            if (snapshot.Vips.Any(v => new System.Net.IPAddress(v.Address.ToByteArray()).ToString() == vip))
                return (snapshot, ask.RunningHash.ToByteArray());
        }

        throw new InvalidOperationException($"no snapshot came with {vip}");
    }

    private static NodeReport Report(Snapshot snapshot, byte[] hash)
    {
        var report = new NodeReport
        {
            Cell = "a1",
            Node = "n1",
            Start = 1,
            RunningVersion = snapshot.Version,
            RunningHash = ByteString.CopyFrom(hash),
            Peers = { new Peer { Address = "10.1.0.1", State = "Established", PrefixesSent = 9 } },
            Counters = { new Counter { Name = "forwarded", Value = 3 } },
        };
        foreach (Shard shard in snapshot.Shards)
            report.Announced.Add($"{new System.Net.IPAddress(shard.Block.Address.ToByteArray())}/{shard.Block.Length}");
        return report;
    }

    private static string? Provisioning(Answer answer) =>
        answer.Body.GetProperty("status").GetProperty("provisioning").GetString();
}
