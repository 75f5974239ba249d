using System.Globalization;
using System.Text.Json;
using Hyperplane.Terraform.Schemas;

namespace Hyperplane.Terraform.Resources;

/// <summary>Waits until a change is in force, as a resource's <c>status</c> tells.</summary>
internal static class Wait
{
    private const int HoldSeconds = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Whether it is being deleted.</summary>
    public static bool IsGoing(JsonElement json) => Provisioning(json) == "deleting";

    /// <summary>Waits until the generation of <paramref name="first"/> is in force; what it is then.</summary>
    public static async Task<JsonElement> UntilActiveAsync(
        ResourceCall call, string noun, string path, bool isHeld, JsonElement first, TimeSpan limit)
    {
        JsonElement last = first;
        long generation = Generation(first);
        bool inTime = await PollAsync(call, path, isHeld, first, limit, next =>
        {
            last = next
                ?? throw new FindingException(
                    new Finding("It is gone", $"The {noun} was deleted while it was awaited."));
            return IsActive(last, generation);
        });
        return inTime
            ? last
            : throw new FindingException(new Finding(
                "Not active in time",
                $"The {noun} is {Provisioning(last)} after {Text(limit)}; it goes on without Terraform. {Reasons(last)}"
                + "timeouts says how long to wait. One that was just created is replaced by the next apply, unless "
                + "\"terraform untaint\" is run before."));
    }

    /// <summary>Waits until the API no longer knows it.</summary>
    public static async Task UntilGoneAsync(
        ResourceCall call, string noun, string path, bool isHeld, TimeSpan limit)
    {
        JsonElement? there = await call.Api.FindAsync(path, call.Cancel);
        if (there is null || await PollAsync(call, path, isHeld, there.Value, limit, next => next is null))
            return;
        throw new FindingException(new Finding(
            "Not gone in time",
            $"The {noun} is still being deleted after {Text(limit)}; it goes on without Terraform."));
    }

    private static async Task<bool> PollAsync(
        ResourceCall call, string path, bool isHeld, JsonElement first, TimeSpan limit, Func<JsonElement?, bool> isDone)
    {
        using var deadline = new CancellationTokenSource(limit, call.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, call.Cancel);
        JsonElement? seen = first;
        TimeSpan pause = FirstPause;
        try
        {
            while (!isDone(seen))
            {
                long asked = call.Time.GetTimestamp();
                seen = await call.Api.FindAsync(isHeld ? Held(path, seen!.Value) : path, either.Token);
                bool wasHeld = isHeld && call.Time.GetElapsedTime(asked).TotalSeconds > HoldSeconds / 2.0;
                if (wasHeld || isDone(seen))
                    continue;
                await Task.Delay(pause, call.Time, either.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            return true;
        }
        catch (OperationCanceledException)
            when (deadline.IsCancellationRequested && !call.Cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string Held(string path, JsonElement seen) => string.Create(
        CultureInfo.InvariantCulture, $"{path}?wait={HoldSeconds}&seen={Generation(seen)}/{Provisioning(seen)}");

    private static bool IsActive(JsonElement json, long generation) =>
        Provisioning(json) == "active"
        && json.GetProperty("status").GetProperty("observedGeneration").GetInt64() >= generation;

    private static long Generation(JsonElement json) =>
        json.TryGetProperty("generation", out JsonElement generation) ? generation.GetInt64() : 0;

    private static string? Provisioning(JsonElement json) =>
        json.TryGetProperty("status", out JsonElement status)
        && status.TryGetProperty("provisioning", out JsonElement state) ? state.GetString() : null;

    /// <summary>The conditions that do not hold, or that refuse.</summary>
    private static string Reasons(JsonElement json) => string.Concat(
        json.GetProperty("status").GetProperty("conditions").EnumerateArray()
            .Where(one => !one.GetProperty("status").GetBoolean()
                || one.GetProperty("type").GetString() == "SnapshotRefused")
            .Take(5)
            .Select(one =>
                $"{one.GetProperty("type")} of zone {one.GetProperty("zone")}: {one.GetProperty("message")} "));

    private static string Text(TimeSpan limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds} s");
}
