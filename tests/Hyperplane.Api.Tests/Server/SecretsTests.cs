using System.Diagnostics;
using Hyperplane.Cells.Contracts;
using Hyperplane.Lab;
using Hyperplane.Rpc;

namespace Hyperplane.Api.Tests.Server;

/// <summary>No secret reaches a log, an event or an answer, whatever level is logged.</summary>
public sealed class SecretsTests(PostgresFixture postgres) : IDisposable
{
    private const string Password = "the-password-of-the-database";
    private const string Guess = "a-key-that-a-stranger-guessed";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private readonly KeyFolder _keys = new();

    [Fact]
    public async Task At_trace_nothing_tells_a_key_a_token_or_a_password()
    {
        string database = $"{postgres.CreateDatabase()};Password={Password}";
        using Process process = Command.Start("env", [.. Settings(database)]);
        Task<string> log = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var told = new List<string>();
        var secrets = new List<string> { Password, RunningServer.OperatorKey, RunningServer.AuthorityKey, Guess };
        try
        {
            string controller = await ReadyAsync(process);
            using var api = new ApiClient(await ReadyAsync(process));
            (string Path, string Body)[] places =
            [
                ("/v1/zones/a",
                    """{"vipPool":"198.18.0.0/24","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}"""),
                ("/v1/cells/a1", """{"zone":"a"}"""),
                ("/v1/cells/a1/nodes/n1", """{"address":"10.1.0.11"}"""),
            ];
            foreach ((string path, string body) in places)
                Assert.Equal(201, (await api.SendAsync("PUT", path, body, RunningServer.OperatorKey)).Status);
            using EnrolledNode node = await EnrolledNode.EnrollAsync(api, controller, "a1", "n1");
            secrets.AddRange(node.Secrets);
            RpcException other = await Assert.ThrowsAsync<RpcException>(async () =>
                await node.Client.ReportAsync(new NodeReport { Cell = "a1", Node = "n2" }));
            Assert.Equal(StatusCode.PermissionDenied, other.StatusCode);
            (string Method, string Path, string Key)[] requests =
            [
                ("GET", "/v1/tenants", Guess),
                ("POST", "/v1/cells/a1/nodes/n1:enroll", Guess),
                ("POST", "/v1/cells/a1/nodes/nobody:enroll", RunningServer.OperatorKey),
                ("POST", "/v1/cells/a1/nodes/n1:revoke", RunningServer.OperatorKey),
                ("GET", "/v1/events", RunningServer.OperatorKey),
            ];
            foreach ((string method, string path, string key) in requests)
                told.Add((await api.SendAsync(method, path, null, key)).Body.GetRawText());
            Assert.Contains("node.revoked", told[^1], StringComparison.Ordinal);
            Assert.Contains("node.enrolled", told[^1], StringComparison.Ordinal);
            Command.Run("kill", "-TERM", $"{process.Id}");
            await process.WaitForExitAsync().WaitAsync(Deadline);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        string lines = await log;
        Assert.NotEmpty(lines);
        told.Add(lines);
        told.Add(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        foreach (string secret in secrets)
            Assert.DoesNotContain(told, text => text.Contains(secret, StringComparison.Ordinal));
    }

    public void Dispose() => _keys.Dispose();

    private static async Task<string> ReadyAsync(Process process) =>
        (await process.StandardOutput.ReadLineAsync().WaitAsync(Deadline))!.Split(' ')[2];

    private string[] Settings(string database) =>
    [
        $"HYPERPLANE_DB={database}",
        "HYPERPLANE_API_URL=http://127.0.0.1:0",
        $"HYPERPLANE_CONTROL_LISTEN=unix:{_keys.Path}/control.sock",
        $"HYPERPLANE_OPERATOR_KEY_FILE={_keys.Write("operator.key", RunningServer.OperatorKey)}",
        $"HYPERPLANE_CA_KEY_FILE={_keys.Write("ca.key", RunningServer.AuthorityKey)}",
        "HYPERPLANE_LOG=Trace",
        Path.Combine(AppContext.BaseDirectory, "hyperplane-server"), "--role", "all",
    ];
}
