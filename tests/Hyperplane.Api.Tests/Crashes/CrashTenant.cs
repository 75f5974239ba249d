using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Api.Tests.Crashes;

/// <summary>A tenant who creates, changes and deletes load balancers, and sends again what was not answered.</summary>
internal sealed class CrashTenant(ApiClient client, string key, int seed)
{
    private const int LongestPauseMs = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _ids = [];

    /// <summary>What was accepted last: name → tag and zones.</summary>
    public Dictionary<string, string> Wanted { get; } = new(StringComparer.Ordinal);

    /// <summary>What was accepted, by the event that it leaves, and how often.</summary>
    public Dictionary<string, int> Done { get; } = new(StringComparer.Ordinal);

    /// <summary>Sequences that were begun.</summary>
    public int Begun { get; private set; }

    /// <summary>Requests that had to be sent again.</summary>
    public int Repeated { get; private set; }

    /// <summary>Answers that the API could not explain.</summary>
    public int Failed { get; private set; }

    /// <summary>Does so many sequences.</summary>
    public async Task RunAsync(int sequences, CancellationToken cancel)
    {
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"web-{sequence}");
            Begun++;
            await CreateAsync(name, cancel);
            for (int changes = _random.Next(4); changes > 0; changes--)
                await ChangeAsync(name, cancel);
            if (_random.Next(10) < 6)
                await DeleteAsync(name, cancel);
        }
    }

    /// <summary>What there is now and stays: name → tag and zones.</summary>
    public async Task<Dictionary<string, string>> SeenAsync() =>
        (await ListAsync()).Where(lb => Provisioning(lb) != "deleting").ToDictionary(
            lb => lb.GetProperty("name").GetString()!,
            lb => Text(
                lb.GetProperty("tags").GetProperty("v").GetString()!,
                lb.GetProperty("zones").EnumerateArray().Select(zone => zone.GetProperty("zone").GetString()!)),
            StringComparer.Ordinal);

    /// <summary>Those that are not active.</summary>
    public async Task<string[]> PendingAsync() =>
    [
        .. (await ListAsync())
            .Where(lb => Provisioning(lb) != "active")
            .Select(lb => lb.GetRawText()),
    ];

    private async Task<JsonElement[]> ListAsync()
    {
        // The process that was killed last may be on its way back.
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            Answer answer = await client.SendAsync("GET", "/v1/load-balancers?pageSize=1000", null, key);
            if (answer.Status == 200)
                return [.. answer.Body.GetProperty("items").EnumerateArray()];
            Assert.True(answer.Status == 503 && Stopwatch.GetElapsedTime(began) < Patience, answer.Body.GetRawText());
            await Task.Delay(100);
        }
    }

    private async Task CreateAsync(string name, CancellationToken cancel)
    {
        string[] zones = Zones();
        string v = Value();
        string group = $$"""{"name":"{{name}}","protocol":"TCP","port":8080,"targets":[{"address":"10.9.0.7"}]""" + "}";
        string listeners = _random.Next(2) == 0
            ? ""
            : $$""","listeners":[{"protocol":"TCP","port":80,"targetGroups":[{"targetGroup":{{group}} }] }]""";
        Answer answer = await AcceptedAsync(
            "POST",
            "/v1/load-balancers",
            $$"""{"name":"{{name}}","tags":{"v":"{{v}}"},"zones":[{{Json(zones)}}]{{listeners}} }""",
            cancel);
        _ids[name] = answer.Body.GetProperty("id").GetString()!;
        Wanted[name] = Text(v, zones);
    }

    private async Task ChangeAsync(string name, CancellationToken cancel)
    {
        string[] zones = Zones();
        string v = Value();
        await AcceptedAsync(
            "PATCH",
            $"/v1/load-balancers/{_ids[name]}",
            $$"""{"tags":{"v":"{{v}}"},"zones":[{{Json(zones)}}]}""",
            cancel);
        Wanted[name] = Text(v, zones);
    }

    private async Task DeleteAsync(string name, CancellationToken cancel)
    {
        await AcceptedAsync("DELETE", $"/v1/load-balancers/{_ids[name]}?cascade=true", null, cancel);
        Wanted.Remove(name);
    }

    private string[] Zones() => _random.Next(3) switch { 0 => ["a"], 1 => ["b"], _ => ["a", "b"] };

    private string Value() => _random.Next(1_000_000).ToString(CultureInfo.InvariantCulture);

    /// <summary>Sends it until it is done, or was done before.</summary>
    private async Task<Answer> AcceptedAsync(string method, string path, string? body, CancellationToken cancel)
    {
        await Task.Delay(_random.Next(LongestPauseMs), cancel);
        string once = Convert.ToHexString(Guid.NewGuid().ToByteArray());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        string last = "nothing";
        for (bool isFirst = true; !patience.IsCancellationRequested; isFirst = false)
        {
            if (!isFirst)
                Repeated++;
            try
            {
                Answer answer = await client.SendAsync(method, path, body, key, ("Idempotency-Key", once));
                bool wasDone = !isFirst && method == "DELETE" && answer.Status == 404;
                if (answer.Status is >= 200 and < 300 || wasDone)
                {
                    string done = method switch { "POST" => "created", "PATCH" => "changed", _ => "deleted" };
                    Done[done] = Done.GetValueOrDefault(done) + 1;
                    return answer;
                }

                last = answer.Body.GetRawText();
                Failed += answer.Status == 500 ? 1 : 0;
                Assert.True(
                    answer.Status is 500 or 503 || answer.Code == "request_under_way", $"{method} {path}: {last}");
            }
            catch (HttpRequestException lost)
            {
                last = lost.Message;
            }

            await Task.Delay(50, cancel);
        }

        throw new TimeoutException($"{method} {path} is not accepted in {Patience.TotalSeconds:0} s: {last}");
    }

    private static string? Provisioning(JsonElement loadBalancer) =>
        loadBalancer.GetProperty("status").GetProperty("provisioning").GetString();

    private static string Json(string[] zones) =>
        string.Join(",", zones.Select(zone => $$"""{"zone":"{{zone}}"}"""));

    private static string Text(string v, IEnumerable<string> zones) =>
        $"{v} in {string.Join(" and ", zones.Order(StringComparer.Ordinal))}";
}
