using System.Text.Json;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Region;

/// <summary>A tenant of a real region, and commands in its name.</summary>
internal sealed class RegionTenant(string apiUrl, string key, string readerKey)
{
    /// <summary>Runs a command as the tenant.</summary>
    public Task<ShellOutcome> RunAsync(string line, string input = "") => RunAsync(key, line, input);

    /// <summary>Runs a command with the key that may only read.</summary>
    public Task<ShellOutcome> ReadAsync(string line, string input = "") => RunAsync(readerKey, line, input);

    /// <summary>Applies a file and expects that it is done.</summary>
    public async Task<ShellOutcome> ApplyAsync(string file)
    {
        ShellOutcome outcome = await RunAsync("apply -f - --yes", file);
        Assert.True(outcome.ExitCode == 0, outcome.All);
        return outcome;
    }

    /// <summary>What a file would change: the plan of a dry run without its last line; empty for nothing.</summary>
    public async Task<string> DifferencesAsync(string file)
    {
        ShellOutcome outcome = await RunAsync("apply -f - --dry-run", file);
        Assert.True(outcome.ExitCode is 0 or 6, outcome.All);
        Assert.Equal(outcome.ExitCode == 0, outcome.Output == "no differences\n");
        return outcome.ExitCode == 0 ? "" : outcome.Output;
    }

    /// <summary>Runs a command and expects JSON.</summary>
    public async Task<JsonElement> JsonAsync(string line)
    {
        ShellOutcome outcome = await RunAsync($"{line} -o json");
        Assert.True(outcome.ExitCode == 0, outcome.All);
        return JsonElement.Parse(outcome.Output);
    }

    private Task<ShellOutcome> RunAsync(string secret, string line, string input) =>
        new Shell { Input = input, PausesTakeTime = true }
            .With("HYPERPLANE_ENDPOINT", apiUrl).With("HYPERPLANE_KEY", secret).RunAsync(line);
}
