using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Waiting;

/// <summary>Waits until a resource is active, or until it is gone.</summary>
internal sealed class ProvisioningWait(
    ApiClient api,
    CommandIo io,
    CliSettings settings,
    Progress progress,
    CancellationToken interrupted,
    CancellationToken deadline)
{
    /// <summary>How long the API is asked to hold an answer: long for a log, short for a person who watches.</summary>
    private const int QuietHoldSeconds = 10;
    private const int LiveHoldSeconds = 1;

    /// <summary>The most conditions that an error lists.</summary>
    private const int MaxUnmet = 20;

    /// <summary>Waits until the generation that <paramref name="first"/> shows is in force.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="path">Where to look.</param>
    /// <param name="isHeld">Whether the API holds answers there (<c>?wait=</c>).</param>
    /// <param name="first">What the API said when it accepted.</param>
    public async Task<Waited<Resource<T>>> UntilActiveAsync<T>(
        ResourceKind<T> kind, string path, bool isHeld, Resource<T> first)
        where T : class, IProvisioned
    {
        Resource<T> last = first;
        bool Settled() => IsActive(last.Value, first.Value.Generation) || last.Value.Status.Provisioning == "failed";
        if (!Settled())
        {
            string label = kind.Label(first.Value);
            bool inTime = await PollAsync(kind, path, isHeld, $"waiting until {label} is active", last, next =>
            {
                last = next ?? throw new CommandFailure(ExitCode.NotFound, $"{label} was deleted while it was awaited");
                return Settled();
            });
            if (!inTime)
                return new(last, TimedOut(kind, last.Value, "not active"));
        }

        return new(last, last.Value.Status.Provisioning == "failed" ? Failed(kind, last.Value) : null);
    }

    /// <summary>Waits until the API no longer knows it.</summary>
    public async Task<Waited<Resource<T>>> UntilGoneAsync<T>(
        ResourceKind<T> kind, string path, bool isHeld, Resource<T> first)
        where T : class, IProvisioned
    {
        Resource<T> last = first;
        string announcement = $"waiting until {kind.Label(first.Value)} is gone";
        bool inTime = await PollAsync(kind, path, isHeld, announcement, last, next =>
        {
            last = next ?? last;
            return next is null;
        });
        return new(last, inTime ? null : TimedOut(kind, last.Value, "not gone"));
    }

    /// <summary>Looks until <paramref name="isDone"/> says so; false when the deadline came first.</summary>
    private Task<bool> PollAsync<T>(
        ResourceKind<T> kind,
        string path,
        bool isHeld,
        string announcement,
        Resource<T> first,
        Func<Resource<T>?, bool> isDone)
        where T : class, IProvisioned
    {
        string within = string.Create(CultureInfo.InvariantCulture, $" (at most {settings.Timeout.TotalSeconds} s)");
        return progress.RunAsync(announcement + within, async tell =>
        {
            long started = io.Time.GetTimestamp();
            var pause = new PollPause(io);
            T seen = first.Value;
            try
            {
                while (true)
                {
                    tell(Describe(kind, seen, io.Time.GetElapsedTime(started)));
                    long asked = io.Time.GetTimestamp();
                    ApiAnswer? answer = await api.FindAsync(isHeld ? Held(path, seen) : path, deadline);
                    Resource<T>? next = answer?.Read(kind.Type);
                    if (isDone(next))
                        return true;
                    bool wasHeld = isHeld && io.Time.GetElapsedTime(asked).TotalSeconds > HoldSeconds / 2.0;
                    if (!wasHeld)
                        await pause.PauseAsync(deadline);
                    seen = next!.Value;
                }
            }
            catch (OperationCanceledException) when (!interrupted.IsCancellationRequested)
            {
                return false;
            }
        });
    }

    private int HoldSeconds => progress.IsLive ? LiveHoldSeconds : QuietHoldSeconds;

    private string Held(string path, IProvisioned seen) => ApiPath.With(
        ApiPath.With(path, "wait", HoldSeconds.ToString(CultureInfo.InvariantCulture)),
        "seen",
        string.Create(CultureInfo.InvariantCulture, $"{seen.Generation}/{seen.Status.Provisioning}"));

    private static bool IsActive(IProvisioned resource, long generation) =>
        resource.Status.Provisioning == "active" && resource.Status.ObservedGeneration >= generation;

    private static string Describe<T>(ResourceKind<T> kind, T seen, TimeSpan elapsed)
        where T : IProvisioned
    {
        IReadOnlyList<Condition> conditions = seen.Status.Conditions ?? [];
        IEnumerable<string> zones =
            seen.ZoneNames.Concat(conditions.Select(one => one.Zone).OfType<string>()).Distinct();
        IEnumerable<string> parts = zones.Select(zone =>
        {
            int nodes = conditions
                .Where(one =>
                    one.Type == Condition.SnapshotApplied && one.Status && one.Zone == zone && one.Node is not null)
                .DistinctBy(one => one.Node)
                .Count();
            return $"zone {zone} on {nodes} {(nodes == 1 ? "node" : "nodes")}";
        });
        string time = string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s");
        return string.Join(" · ", [$"{kind.Noun} {kind.Name(seen)} {seen.Status.Provisioning}", .. parts, time]);
    }

    private CommandFailure TimedOut<T>(ResourceKind<T> kind, T last, string state)
        where T : IProvisioned =>
        new(ExitCode.Timeout,
            $"{kind.Label(last)} is {state} after {settings.Timeout.TotalSeconds} s; it is "
                + last.Status.Provisioning,
            Unmet(last));

    private static CommandFailure Failed<T>(ResourceKind<T> kind, T last)
        where T : IProvisioned =>
        new(ExitCode.Error, $"{kind.Label(last)} failed", Unmet(last));

    private static IReadOnlyList<string> Unmet(IProvisioned last) =>
    [
        .. (last.Status.Conditions ?? [])
            .Where(static one => !one.Status || one.Type == Condition.SnapshotRefused)
            .Take(MaxUnmet)
            .Select(static one => $"{Place(one)}: {one.Message ?? one.Type} ({one.Reason ?? one.Type})"),
    ];

    private static string Place(Condition one) =>
        string.Join('/', new[] { one.Zone, one.Node }.OfType<string>().DefaultIfEmpty("all zones"));
}
