using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Lab.Flows;

/// <summary>The verifying client on the lab's client host: holds flows through VIPs and tells what became of
/// them.</summary>
/// <remarks>The program is tests/Hyperplane.Traffic; it ends when this is disposed, or dies.</remarks>
public sealed class FlowClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _client;

    private FlowClient(Process client) => _client = client;

    /// <summary>The traffic program, as built beside the caller. Real-time: what measures must not be late because
    /// the machine is busy. Below the lab's BFD.</summary>
    internal static string[] Program { get; } =
    [
        "chrt", "-f", "10",
        Path.Combine(Region.Root, "artifacts/bin/Hyperplane.Traffic/release/Hyperplane.Traffic"),
    ];

    /// <summary>Opens all flows, spread over the VIPs, and waits until each has had an answer; throws when one
    /// has not.</summary>
    /// <param name="region">The lab.</param>
    /// <param name="options">How many flows.</param>
    /// <param name="vips">Addresses, or ADDRESS:PORT; port 9000 unless one is given.</param>
    public static async Task<FlowClient> Open(Region region, FlowOptions options, params string[] vips)
    {
        var client = new FlowClient(region.Start("client",
        [
            .. Program, "client",
            .. vips.Select(vip => vip.Contains(':', StringComparison.Ordinal) ? vip : $"{vip}:{FlowServers.Port}"),
            "--steady", Text(options.Steady), "--fast", Text(options.Fast),
            "--datagrams", Text(options.Datagrams), "--shorts", Text(options.ShortsPerSecond),
        ]));
        try
        {
            await client.Expect("open");
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>What was seen since the last report.</summary>
    public async Task<FlowReport> Report()
    {
        await Say("report");
        return JsonSerializer.Deserialize<FlowReport>(await Line(), JsonSerializerOptions.Web)!;
    }

    /// <summary>Returns once every flow has sent anew and was answered, or is lost: at most 16 s.</summary>
    public async Task Quiet()
    {
        await Say("quiet");
        await Expect("quiet");
    }

    /// <inheritdoc/>
    public void Dispose() => Command.Finish(_client, TimeSpan.FromSeconds(10));

    private async Task Say(string word)
    {
        await _client.StandardInput.WriteLineAsync(word);
        await _client.StandardInput.FlushAsync();
    }

    private async Task Expect(string word)
    {
        string line = await Line();
        if (line != word)
            throw new InvalidOperationException($"the traffic client said '{line}' instead of '{word}'");
    }

    private async Task<string> Line() =>
        await _client.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException(
            "the traffic client ended: " + await _client.StandardError.ReadToEndAsync());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
