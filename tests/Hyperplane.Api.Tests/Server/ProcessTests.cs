using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Api.Tests.Server;

/// <summary>The server as a process: ready line, logs, signals, exit codes.</summary>
public sealed class ProcessTests(PostgresFixture postgres) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "hyperplane-server");
    private readonly KeyFolder _keys = new();

    [Fact]
    public void Wrong_settings_end_it_with_exit_code_2_and_one_line_each()
    {
        (int exitCode, string output, string error) =
            Command.Try(Deadline, "env", [.. Settings("").Select(s => s.Split('=')[0] + "="), Server, "--role", "all"]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal(5, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_database_that_is_not_there_ends_it_with_exit_code_1_and_no_stack()
    {
        (int exitCode, string output, string error) = Command.Try(
            Deadline, "env", [.. Settings($"Host={_keys.Path};Username=x"), Server, "--role", "api"]);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("HYPERPLANE_DB: PostgreSQL cannot be reached: ", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Help_names_every_variable()
    {
        (int exitCode, string output, _) = Command.Try(Deadline, Server, "--help");
        Assert.Equal(0, exitCode);
        foreach (string assignment in Settings("Host=x"))
            Assert.Contains(assignment.Split('=')[0], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_when_it_is_ready_logs_json_without_secrets_and_stops_at_sigterm()
    {
        string database = postgres.CreateDatabase();
        using Process process = Command.Start("env", [.. Settings(database), Server, "--role", "api"]);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            string ready = (await process.StandardOutput.ReadLineAsync().WaitAsync(Deadline))!;
            Assert.Matches("^ready api http://127\\.0\\.0\\.1:[0-9]+$", ready);
            using var client = new ApiClient(ready.Split(' ')[2]);
            Assert.Equal(200, (await client.SendAsync("GET", "/healthz", null, null)).Status);
            Assert.Equal(200, (await client.SendAsync("GET", "/v1/tenants", null, "the-key-of-the-operator")).Status);
            (await client.SendAsync("GET", "/v1/tenants", null, "a-key-somebody-guessed"))
                .IsProblem(401, "unauthenticated");

            Command.Run("kill", "-TERM", $"{process.Id}");
            await process.WaitForExitAsync().WaitAsync(Deadline);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        string log = await error;
        Assert.DoesNotContain("the-key-of", log, StringComparison.Ordinal);
        Assert.DoesNotContain("a-key-somebody", log, StringComparison.Ordinal);
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, l => JsonDocument.Parse(l).RootElement.GetProperty("EventId").GetInt32() == 1000);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    public void Dispose() => _keys.Dispose();

    private string[] Settings(string database) =>
    [
        $"HYPERPLANE_DB={database}",
        "HYPERPLANE_API_URL=http://127.0.0.1:0",
        "HYPERPLANE_LOG=Debug",
        $"HYPERPLANE_CONTROL_LISTEN=unix:{_keys.Path}/control.sock",
        $"HYPERPLANE_OPERATOR_KEY_FILE={_keys.Write("operator.key", "the-key-of-the-operator")}",
        $"HYPERPLANE_CA_KEY_FILE={_keys.Write("ca.key", "the-key-of-the-authority")}",
    ];
}
